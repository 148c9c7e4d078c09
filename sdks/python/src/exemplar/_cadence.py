"""When a loop beats. Pure: the caller passes the time of a monotonic clock."""

from __future__ import annotations

import math


class Cadence:
    """The moments start, start + interval, start + 2 · interval and so on. Being late moves none of them."""

    def __init__(self, start: float, interval: float) -> None:
        self._start = start
        self._interval = interval
        self._served = 0

    def wait(self, now: float) -> float:
        """Seconds until the next moment, to be asked once after each heartbeat.

        Moments that passed during a slow heartbeat are left out, not made up for.
        """
        passed = math.floor((now - self._start) / self._interval)
        # A timer that rings a little early must not make its moment be served twice.
        self._served = max(self._served, passed) + 1
        return max(self._start + self._served * self._interval - now, 0.0)

"""Heartbeats on an interval: a coroutine for asyncio, a thread for everything else."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from typing import TYPE_CHECKING, Awaitable, Callable, Optional, Set

from ._cadence import Cadence
from ._forks import tell_child
from ._request import Metadata
from ._result import HeartbeatResult
from ._sending import Aborted, Sending

if TYPE_CHECKING:
    from ._client import ExemplarClient


async def beat_until_cancelled(
    beat: Callable[[], Awaitable[object]],
    interval: float,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Beats at once and then on the interval. One heartbeat at a time; being late moves no later moment."""
    cadence = Cadence(now(), interval)
    while True:
        await beat()
        await sleep(cadence.wait(now()))


# After a fork a worker of multiprocessing does not know yet that it is one; on a busy machine that takes a while.
_SETTLES_SECONDS = 0.5

# Holds those whose handle was dropped: in a child, nothing else keeps them until they are told.
_running: Set[HeartbeatThread] = set()


class HeartbeatThread:
    """A daemon thread that sends heartbeats until `stop` is called or the program ends. Also a context manager.

    Invariant, under `_lock`: `_sending` is the heartbeat that is on its way, and none begins once `_stopped` is set.
    """

    def __init__(self, client: ExemplarClient, monitor_id: str, interval: float, metadata: Metadata, after_fork: bool) -> None:
        self._client = client
        self._monitor_id = monitor_id
        self._interval = interval
        self._metadata = metadata
        self._after_fork = after_fork
        self._last_result: Optional[HeartbeatResult] = None
        self._cadence = Cadence(time.monotonic(), interval)
        tell_child(self._in_child)
        self._start(in_child=False)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive() and not self._stopped.is_set()

    @property
    def last_result(self) -> Optional[HeartbeatResult]:
        """What became of the last heartbeat; None before the first one ended."""
        return self._last_result

    def stop(self, timeout: Optional[float] = 5.0) -> None:
        """Ends the heartbeats, also one that is on its way, and waits up to `timeout` seconds for the thread. May be called again."""
        with self._lock:
            self._stopped.set()
            sending = self._sending
        if sending is not None:
            sending.abort()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def __enter__(self) -> HeartbeatThread:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, in_child: bool) -> None:
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._sending: Optional[Sending] = None
        self._thread = threading.Thread(target=self._run, args=(in_child,), name="exemplar-heartbeat", daemon=True)
        _running.add(self)
        self._thread.start()

    def _in_child(self) -> None:
        _running.discard(self)
        if self._after_fork and not self._stopped.is_set():
            self._start(in_child=True)
        else:
            self._lock = threading.RLock()
            self._stopped = threading.Event()
            self._stopped.set()
            self._sending = None

    def _run(self, in_child: bool) -> None:
        try:
            self._beat_until_stopped(in_child)
        finally:
            _running.discard(self)

    def _beat_until_stopped(self, in_child: bool) -> None:
        # A child that only lives for a moment, or at once runs another program, sends nothing: the parent's heartbeats stand.
        if in_child and self._stopped.wait(max(_SETTLES_SECONDS, self._cadence.wait(time.monotonic()))):
            return
        while not self._stopped.is_set():
            if in_child and _is_a_pools_worker():
                return
            self._beat()
            self._stopped.wait(self._cadence.wait(time.monotonic()))

    def _beat(self) -> None:
        try:
            sending = self._client._sending(self._monitor_id, self._metadata, strict=False)
            with self._lock:
                if self._stopped.is_set():
                    return
                self._sending = sending
            try:
                self._last_result = self._client._heard(sending.run())
            finally:
                self._sending = None
        except Aborted:
            pass
        except Exception as fault:
            self._client._log.broke(self._monitor_id, fault)


def _is_a_pools_worker() -> bool:
    """A worker of multiprocessing, or of Celery's copy of it, is part of its parent's work. Should it outlive the parent, it must not answer for it."""
    for name in ("multiprocessing.process", "billiard.process"):
        module = sys.modules.get(name)
        if module is not None and getattr(module.current_process(), "_parent_pid", None) is not None:
            return True
    return False

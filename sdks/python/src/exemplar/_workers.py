"""The threads that send for asyncio."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import Callable, Tuple

from ._result import HeartbeatResult

_MOST_THREADS = 8
_IDLE_SECONDS = 30.0

Work = Callable[[], HeartbeatResult]


class Workers:
    """A few daemon threads, started when they are needed. A ThreadPoolExecutor would hold up the end of the program.

    Invariant, under `_lock`: `_waiting` counts the work that no thread has taken, `_idle` the threads that wait for some, and
    while `_waiting` is above `_idle` there are as many threads as there may be.
    """

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Also for the child after a fork, which has none of the threads and may have inherited a lock that is held."""
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[Tuple[Future[HeartbeatResult], Work]] = queue.SimpleQueue()
        self._threads = 0
        self._idle = 0
        self._waiting = 0

    def submit(self, work: Work) -> Future[HeartbeatResult]:
        """Raises RuntimeError when no thread can be started: at the machine's limit, or while the interpreter shuts down."""
        future: Future[HeartbeatResult] = Future()
        with self._lock:
            if self._waiting >= self._idle and self._threads < _MOST_THREADS:
                try:
                    threading.Thread(target=self._serve, name="exemplar-sender", daemon=True).start()
                    self._threads += 1
                except RuntimeError:
                    if self._threads == 0:
                        raise
            self._waiting += 1
            self._work.put((future, work))
        return future

    def _serve(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            try:
                future, work = self._work.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    self._idle -= 1
                    if self._waiting > self._idle:
                        continue
                    self._threads -= 1
                    return
            with self._lock:
                self._idle -= 1
                self._waiting -= 1
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as fault:
                    future.set_exception(fault)

"""One heartbeat on its way: the attempts, the waits between them, and the end of the budget."""

from __future__ import annotations

import random
import socket
import ssl
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Callable, Optional, Union

from ._answer import Answer, one_line, result_of
from ._api_key import ApiKey
from ._connections import Connection, ConnectionPool
from ._proxy import UnusableProxy
from ._result import HeartbeatResult
from ._retries import is_worth_another_attempt, retry_after_seconds, wait_after
from ._sockets import ending


@dataclass(frozen=True)
class Limits:
    attempt_seconds: float
    budget_seconds: float
    max_attempts: int


@dataclass(frozen=True)
class Fault:
    """No answer came. `retry` says whether another attempt may fare better."""

    code: str
    error: str
    retry: bool
    #: The end of the budget came before the attempt's own limit, so that it says nothing about the server.
    cut_short: bool = False


class Aborted(Exception):
    """`Sending.abort` was called; nobody waits for the result any more."""


class Sending:
    """One heartbeat. `run` belongs to one thread; `abort` may be called from any, at any time, and ends `run` soon.

    Invariant: `_end_wait` ends what `run` may be waiting for. It is set before the wait, and `run` looks at `_aborted` after it has
    set it, so that an abort finds either the wait or a `run` that has yet to look.
    """

    def __init__(self, pool: ConnectionPool, key: ApiKey, limits: Limits, monitor_id: str, body: bytes) -> None:
        self._pool = pool
        self._key = key
        self._limits = limits
        self._monitor_id = monitor_id
        self._body = body
        self._deadline = time.monotonic() + limits.budget_seconds
        self._aborted = threading.Event()
        self._end_wait: Optional[Callable[[], None]] = None

    def run(self) -> HeartbeatResult:
        """Raises Aborted, nothing else."""
        attempt = 0
        result: Optional[HeartbeatResult] = None
        while True:
            attempt += 1
            outcome = self._attempt()
            if self._aborted.is_set():
                raise Aborted()
            if result is not None and isinstance(outcome, Fault) and outcome.cut_short:
                # That the storage is unavailable tells more than that half a second later the time was over.
                return replace(result, attempts=attempt)
            result = self._result(outcome, attempt)
            wait = self._wait_before_next(outcome, attempt)
            if wait is None:
                return result
            if self._aborted.wait(wait):
                raise Aborted()

    def abort(self) -> None:
        self._aborted.set()
        end_wait = self._end_wait
        if end_wait is not None:
            end_wait()

    def unsent(self, code: str, error: str) -> HeartbeatResult:
        """The result of a heartbeat that found no thread to send it."""
        return HeartbeatResult(False, self._monitor_id, code=code, error=error)

    def _attempt(self) -> Union[Answer, Fault]:
        now = time.monotonic()
        if now >= self._deadline:
            return Fault("timeout", "the time ran out before the heartbeat could be sent", retry=False, cut_short=True)
        deadline = min(now + self._limits.attempt_seconds, self._deadline)
        try:
            return self._exchange(deadline)
        except (socket.timeout, TimeoutError):
            return Fault("timeout", "no answer within %.3g s" % (deadline - now), retry=True, cut_short=deadline == self._deadline)
        except ssl.SSLCertVerificationError as fault:
            return Fault("certificate_rejected", "the server's certificate is refused: " + one_line(fault.verify_message), retry=False)
        except UnusableProxy as fault:
            return Fault("connection_failed", str(fault), retry=False)
        except Exception as fault:
            # Whatever an answer from elsewhere sets off in the libraries below must not reach the job.
            return Fault("connection_failed", _told(fault, self._key), retry=True)
        finally:
            self._end_wait = None

    def _exchange(self, deadline: float) -> Answer:
        connection = self._pool.take_idle()
        while True:
            if connection is None:
                connection = self._pool.open(deadline, self._watch)
            try:
                self._watch(ending(connection.sock))
                return connection.post(self._key, self._body, deadline)
            except (ConnectionError, ssl.SSLError) as fault:
                # A kept connection that died while nobody used it says nothing about the server: a new one, at once.
                if self._aborted.is_set() or not _died_meanwhile(connection, fault):
                    raise
            finally:
                self._end_wait = None
                self._pool.give_back(connection)
            connection = None

    def _watch(self, end_wait: Callable[[], None]) -> None:
        self._end_wait = end_wait
        if self._aborted.is_set():
            raise Aborted()

    def _wait_before_next(self, outcome: Union[Answer, Fault], attempt: int) -> Optional[float]:
        """None when there is no next attempt."""
        retry_after = None
        if isinstance(outcome, Answer):
            if not is_worth_another_attempt(outcome.status):
                return None
            retry_after = retry_after_seconds(outcome.retry_after, datetime.now(timezone.utc))
        elif not outcome.retry:
            return None
        if attempt >= self._limits.max_attempts:
            return None
        wait = wait_after(attempt, retry_after, random.random())
        # To wait and then have no time to try would hurt the job for nothing.
        return wait if time.monotonic() + wait < self._deadline else None

    def _result(self, outcome: Union[Answer, Fault], attempt: int) -> HeartbeatResult:
        if isinstance(outcome, Answer):
            return result_of(outcome, self._key, self._monitor_id, attempt)
        return HeartbeatResult(False, self._monitor_id, attempt, None, outcome.code, outcome.error)


def _died_meanwhile(connection: Connection, fault: Exception) -> bool:
    ended = isinstance(fault, (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError))
    return ended and connection.used and not connection.has_received


def _told(fault: Exception, key: ApiKey) -> str:
    """The fault in a sentence. Exceptions themselves are not kept: their frames hold the request's headers."""
    if isinstance(fault, OSError) and fault.strerror:
        said = fault.strerror
    else:
        said = str(fault) or type(fault).__name__
    return "the connection failed: " + one_line(key.scrub(said))

"""The client: one organization's key, one address, and everything that sends with them."""

from __future__ import annotations

import asyncio
import logging
import ssl
import weakref
from datetime import datetime
from typing import Any, Coroutine, Mapping, Optional

from ._address import Address
from ._api_key import ApiKey
from ._connections import ConnectionPool
from ._failure_log import FailureLog, Logger
from ._forks import tell_child
from ._job import Heartbeat
from ._loops import HeartbeatThread, beat_until_cancelled
from ._request import Metadata, check_metadata, check_monitor_id, check_positive, heartbeat_body, moment_text
from ._result import HeartbeatError, HeartbeatResult
from ._retries import MAX_ATTEMPTS
from ._sending import Limits, Sending
from ._workers import Workers

# How much longer asyncio waits than the budget: the sending thread ends by itself, this is for when there is none to be had.
_SLACK_SECONDS = 0.5


class ExemplarClient:
    """Sends heartbeats with one API key. Programs with one organization use the functions of the module `exemplar` instead.

    Threads may share a client, and so may the children of a fork: they open connections of their own.

    :param api_key: the API access token; a token with the scope `heartbeat` is enough
    :param base_url: the server's address, else the variable EXEMPLAR_BASE_URL, else https://production-api.exemplar.dev
    :param timeout: seconds for one attempt, from the name's look-up to the last byte of the answer
    :param budget_seconds: seconds for a heartbeat with all its attempts and the waits between
    :param max_attempts: attempts for a heartbeat; 1 means no retry
    :param raise_on_error: raise HeartbeatError when a heartbeat is not recorded, instead of only saying so in the result
    :param logger: where the one warning goes, instead of `logging.getLogger("exemplar")`
    :param ssl_context: for a certificate authority of your own
    :raises TypeError, ValueError: an argument cannot be used
    """

    def __init__(
        self,
        api_key: str,
        base_url: Optional[str] = None,
        *,
        timeout: float = 5.0,
        budget_seconds: float = 10.0,
        max_attempts: int = MAX_ATTEMPTS,
        raise_on_error: bool = False,
        logger: Optional[Logger] = None,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._key = ApiKey(api_key)
        self._address = Address.choose(base_url)
        if isinstance(max_attempts, bool) or not isinstance(max_attempts, int):
            raise TypeError("max_attempts must be a whole number")
        self._limits = Limits(
            check_positive("timeout", timeout), check_positive("budget_seconds", budget_seconds),
            int(check_positive("max_attempts", max_attempts)))
        self._raise_on_error = bool(raise_on_error)
        self._log = FailureLog(logger if logger is not None else logging.getLogger("exemplar"), self._key)
        self._pool = ConnectionPool(self._address, ssl_context)
        self._workers = Workers()
        tell_child(self._in_child)
        # At the end of the program too: an open socket there is a warning in Python's development mode.
        weakref.finalize(self, self._pool.close)

    def send_heartbeat(
        self, monitor_id: str, metadata: Metadata = None, *, occurred_at: Optional[datetime] = None, raise_on_error: Optional[bool] = None
    ) -> HeartbeatResult:
        """Sends a heartbeat and waits until it is recorded or the budget is used up.

        :param metadata: a JSON object of at most 16 KiB, or a function that returns one. A function that fails costs its metadata,
            not the heartbeat.
        :param occurred_at: for a heartbeat that had to wait: when the work was done, with a time zone, at most 7 days ago
        :raises TypeError, ValueError: the id is empty, the metadata is no JSON object, or the moment has no time zone
        :raises HeartbeatError: only with `raise_on_error`
        """
        return self._send(monitor_id, metadata, occurred_at, strict=True, raise_on_error=raise_on_error)

    async def send_heartbeat_async(
        self, monitor_id: str, metadata: Metadata = None, *, occurred_at: Optional[datetime] = None, raise_on_error: Optional[bool] = None
    ) -> HeartbeatResult:
        """`send_heartbeat` for asyncio: the loop goes on meanwhile. Cancelling ends the connection and the attempts."""
        return await self._send_async(monitor_id, metadata, occurred_at, strict=True, raise_on_error=raise_on_error)

    def heartbeat(
        self, monitor_id: str, metadata: Metadata = None, *, raise_on_error: Optional[bool] = None
    ) -> Heartbeat:
        """Sends a heartbeat when the work succeeds: for `with`, `async with`, and as a decorator. See `Heartbeat`."""
        return Heartbeat(lambda: self, monitor_id, metadata, raise_on_error)

    def heartbeat_background_loop(
        self, monitor_id: str, interval_seconds: float = 60.0, metadata: Metadata = None
    ) -> Coroutine[Any, Any, None]:
        """A coroutine for `asyncio.create_task`: sends a heartbeat at once and then every `interval_seconds`, until it is cancelled.

        Heartbeats that fail are a warning in the log and never end the loop, whatever `raise_on_error` says.
        """
        self._check(monitor_id, metadata)
        interval = check_positive("interval_seconds", interval_seconds)

        async def beat() -> None:
            try:
                await self._send_async(monitor_id, metadata, strict=False, raise_on_error=False)
            except Exception as fault:
                self._log.broke(monitor_id, fault)

        return beat_until_cancelled(beat, interval)

    def start_heartbeat_thread(
        self, monitor_id: str, interval_seconds: float = 60.0, metadata: Metadata = None, *, after_fork: bool = True
    ) -> HeartbeatThread:
        """Starts a daemon thread that sends a heartbeat at once and then every `interval_seconds`, until `stop()` of what is returned.

        :param after_fork: whether the children of a fork (workers of gunicorn, a daemon) go on with heartbeats of their own.
            Workers of multiprocessing and of Celery never do.
        """
        self._check(monitor_id, metadata)
        return HeartbeatThread(self, monitor_id, check_positive("interval_seconds", interval_seconds), metadata, after_fork)

    def close(self) -> None:
        """Closes the idle connections. Heartbeats that are sent later open and close their own."""
        self._pool.close()

    def __enter__(self) -> ExemplarClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return "ExemplarClient(base_url=%r)" % self._address.origin

    @staticmethod
    def _check(monitor_id: str, metadata: Metadata) -> None:
        check_monitor_id(monitor_id)
        check_metadata(metadata)

    def _send(
        self, monitor_id: str, metadata: Metadata, occurred_at: Optional[datetime] = None, *, strict: bool, raise_on_error: Optional[bool]
    ) -> HeartbeatResult:
        return self._judged(self._sending(monitor_id, metadata, occurred_at, strict=strict).run(), raise_on_error)

    async def _send_async(
        self, monitor_id: str, metadata: Metadata, occurred_at: Optional[datetime] = None, *, strict: bool, raise_on_error: Optional[bool]
    ) -> HeartbeatResult:
        sending = self._sending(monitor_id, metadata, occurred_at, strict=strict)
        try:
            future = asyncio.wrap_future(self._workers.submit(sending.run))
        except RuntimeError:
            return self._judged(sending.unsent("connection_failed", "no thread can be started to send it"), raise_on_error)
        try:
            await asyncio.wait({future}, timeout=self._limits.budget_seconds + _SLACK_SECONDS)
        finally:
            if not future.done():
                sending.abort()
                future.cancel()
        unsent = sending.unsent("timeout", "too many heartbeats were being sent at once")
        return self._judged(unsent if future.cancelled() else future.result(), raise_on_error)

    def _sending(self, monitor_id: str, metadata: Metadata, occurred_at: Optional[datetime] = None, *, strict: bool) -> Sending:
        check_monitor_id(monitor_id)
        return Sending(self._pool, self._key, self._limits, monitor_id, self._body(monitor_id, metadata, moment_text(occurred_at), strict))

    def _body(self, monitor_id: str, metadata: Metadata, occurred_at: Optional[str], strict: bool) -> bytes:
        """Strict raises for metadata of the wrong form. A function's fault, or one in the midst of work, costs only the metadata."""
        if strict and not callable(metadata):
            return heartbeat_body(monitor_id, metadata, occurred_at)
        try:
            made: Optional[Mapping[str, Any]] = metadata() if callable(metadata) else metadata
            body = heartbeat_body(monitor_id, made, occurred_at)
        except Exception as fault:
            self._log.metadata_failed(monitor_id, fault)
            return heartbeat_body(monitor_id, None, occurred_at)
        self._log.metadata_worked(monitor_id)
        return body

    def _judged(self, result: HeartbeatResult, raise_on_error: Optional[bool]) -> HeartbeatResult:
        self._heard(result)
        if not result.ok and (self._raise_on_error if raise_on_error is None else raise_on_error):
            raise HeartbeatError(result)
        return result

    def _heard(self, result: HeartbeatResult) -> HeartbeatResult:
        self._log.heard(result)
        return result

    def _in_child(self) -> None:
        self._pool.forget_parents()
        self._log.forget_parents()
        self._workers.start_anew()

"""The functions of the module `exemplar`, on one client for the whole program."""

from __future__ import annotations

import os
import ssl
import threading
from datetime import datetime
from typing import Any, Coroutine, Optional

from ._client import ExemplarClient
from ._failure_log import Logger
from ._job import Heartbeat
from ._loops import HeartbeatThread
from ._request import Metadata
from ._result import HeartbeatResult
from ._retries import MAX_ATTEMPTS

_client: Optional[ExemplarClient] = None
_lock = threading.Lock()


def init(
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
    """Prepares the module's functions, once for the whole program. The parameters are those of `ExemplarClient`.

    :raises RuntimeError: it was called before
    :raises TypeError, ValueError: an argument cannot be used
    """
    global _client
    made = ExemplarClient(
        api_key, base_url, timeout=timeout, budget_seconds=budget_seconds, max_attempts=max_attempts,
        raise_on_error=raise_on_error, logger=logger, ssl_context=ssl_context)
    with _lock:
        if _client is not None:
            raise RuntimeError("exemplar.init() was called already; for a second organization make an exemplar.ExemplarClient")
        _client = made


def close() -> None:
    """Closes the idle connections and lets `init` be called again, for instance between tests."""
    global _client
    with _lock:
        closing, _client = _client, None
    if closing is not None:
        closing.close()


def _initialized() -> ExemplarClient:
    client = _client
    if client is None:
        raise RuntimeError("exemplar is not initialized: call exemplar.init(api_key=…) first")
    return client


def send_heartbeat(
    monitor_id: str, metadata: Metadata = None, *, occurred_at: Optional[datetime] = None, raise_on_error: Optional[bool] = None
) -> HeartbeatResult:
    return _initialized().send_heartbeat(monitor_id, metadata, occurred_at=occurred_at, raise_on_error=raise_on_error)


async def send_heartbeat_async(
    monitor_id: str, metadata: Metadata = None, *, occurred_at: Optional[datetime] = None, raise_on_error: Optional[bool] = None
) -> HeartbeatResult:
    return await _initialized().send_heartbeat_async(monitor_id, metadata, occurred_at=occurred_at, raise_on_error=raise_on_error)


def heartbeat(monitor_id: str, metadata: Metadata = None, *, raise_on_error: Optional[bool] = None) -> Heartbeat:
    # The client is looked up when the work begins: decorators run before a program gets to exemplar.init().
    return Heartbeat(_initialized, monitor_id, metadata, raise_on_error)


def heartbeat_background_loop(
    monitor_id: str, interval_seconds: float = 60.0, metadata: Metadata = None
) -> Coroutine[Any, Any, None]:
    return _initialized().heartbeat_background_loop(monitor_id, interval_seconds, metadata)


def start_heartbeat_thread(
    monitor_id: str, interval_seconds: float = 60.0, metadata: Metadata = None, *, after_fork: bool = True
) -> HeartbeatThread:
    return _initialized().start_heartbeat_thread(monitor_id, interval_seconds, metadata, after_fork=after_fork)


def _in_child() -> None:
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)

for _function, _method in (
    (send_heartbeat, ExemplarClient.send_heartbeat),
    (send_heartbeat_async, ExemplarClient.send_heartbeat_async),
    (heartbeat, ExemplarClient.heartbeat),
    (heartbeat_background_loop, ExemplarClient.heartbeat_background_loop),
    (start_heartbeat_thread, ExemplarClient.start_heartbeat_thread),
):
    _function.__doc__ = _method.__doc__

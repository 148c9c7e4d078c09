"""Heartbeats for Exemplar. Call `init` once, then `send_heartbeat` where a job has succeeded."""

from ._client import ExemplarClient
from ._default_client import (
    close,
    heartbeat,
    heartbeat_background_loop,
    init,
    send_heartbeat,
    send_heartbeat_async,
    start_heartbeat_thread,
)
from ._job import Heartbeat
from ._loops import HeartbeatThread
from ._request import Metadata
from ._result import HeartbeatError, HeartbeatResult
from ._version import __version__

__all__ = [
    "ExemplarClient",
    "Heartbeat",
    "HeartbeatError",
    "HeartbeatResult",
    "HeartbeatThread",
    "Metadata",
    "__version__",
    "close",
    "heartbeat",
    "heartbeat_background_loop",
    "init",
    "send_heartbeat",
    "send_heartbeat_async",
    "start_heartbeat_thread",
]

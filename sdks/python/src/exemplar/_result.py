"""What became of a heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Optional


@dataclass(frozen=True)
class HeartbeatResult:
    """What became of a heartbeat. True in a condition exactly when it was recorded.

    `status` is the status of the HTTP answer, None when there was none. `code` is None for a success, else the code of the
    server's error (`monitor_not_found`, `invalid_token`, …) or one of `http_error`, `invalid_answer`, `redirect_not_followed`,
    `connection_failed`, `timeout`, `certificate_rejected`. `error` says the same in a sentence.

    The last fields come from the server's answer: `monitor_status` is the monitor's status after the heartbeat (`up`, `paused`),
    the times are in UTC.
    """

    ok: bool
    monitor_id: str
    attempts: int = 0
    status: Optional[int] = None
    code: Optional[str] = None
    error: Optional[str] = None
    check_id: Optional[str] = None
    monitor_status: Optional[str] = None
    received_at: Optional[datetime] = None
    next_expected_at: Optional[datetime] = None
    deadline_at: Optional[datetime] = None

    def __bool__(self) -> bool:
        return self.ok


class HeartbeatError(Exception):
    """A heartbeat was not recorded, and the caller asked for an exception. `result` says why."""

    def __init__(self, result: HeartbeatResult) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        return "the heartbeat of monitor %s was not recorded: %s" % (self.result.monitor_id, self.result.error)

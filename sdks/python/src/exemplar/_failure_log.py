"""One warning when a monitor's heartbeats begin to fail, one line when they work again, silence between."""

from __future__ import annotations

import logging
import threading
from typing import Dict, Union

from ._answer import one_line
from ._api_key import ApiKey
from ._result import HeartbeatResult

Logger = Union[logging.Logger, "logging.LoggerAdapter[logging.Logger]"]

_MOST_REMEMBERED = 10_000

_ADVICE = {
    "missing_token": "check the API key",
    "invalid_token": "check the API key",
    "insufficient_scope": "use an API key with the scope heartbeat",
    "monitor_not_found": "check the monitor's id and that the API key belongs to its organization",
    "invalid_request": "check the monitor's id",
    "not_a_heartbeat_monitor": "create a heartbeat monitor for this job",
    "certificate_rejected": "check the base address; for an authority of your own pass ssl_context or set SSL_CERT_FILE",
}


class FailureLog:
    """Invariant, under `_lock`: `_silent` holds what was warned of and has not worked since."""

    def __init__(self, logger: Logger, key: ApiKey) -> None:
        self._logger = logger
        self._key = key
        # A signal handler may send a heartbeat while its thread is in here.
        self._lock = threading.RLock()
        self._silent: Dict[str, None] = {}

    def forget_parents(self) -> None:
        self._lock = threading.RLock()

    def heard(self, result: HeartbeatResult) -> None:
        name = one_line(self._key.scrub(result.monitor_id), 64)
        if result.ok:
            if self._ends("heartbeat " + name):
                self._write(logging.INFO, "Heartbeats of monitor %s work again.", name)
        elif self._begins("heartbeat " + name):
            advice = _ADVICE.get(result.code or "")
            self._write(
                logging.WARNING,
                "The heartbeat of monitor %s was not recorded: %s%s (status %s, code %s, attempts %d). "
                "Further failures are not logged until a heartbeat works again.",
                name, result.error, "; " + advice if advice else "", result.status or "none", result.code, result.attempts)

    def metadata_failed(self, monitor_id: str, fault: BaseException) -> None:
        name = one_line(self._key.scrub(monitor_id), 64)
        if self._begins("metadata " + name):
            self._write(
                logging.WARNING, "The metadata of monitor %s could not be made (%s: %s); its heartbeats are sent without.",
                name, type(fault).__name__, one_line(self._key.scrub(str(fault))))

    def broke(self, monitor_id: str, fault: BaseException) -> None:
        """For a loop that met something it has no name for; it goes on."""
        if self._begins("loop " + one_line(monitor_id, 64)):
            self._write(
                logging.WARNING, "A heartbeat of monitor %s broke off (%s: %s); please report this. The next ones are tried as before.",
                one_line(self._key.scrub(monitor_id), 64), type(fault).__name__, one_line(self._key.scrub(str(fault))))

    def metadata_worked(self, monitor_id: str) -> None:
        self._ends("metadata " + one_line(self._key.scrub(monitor_id), 64))

    def _begins(self, what: str) -> bool:
        with self._lock:
            if what in self._silent:
                return False
            if len(self._silent) >= _MOST_REMEMBERED:
                del self._silent[next(iter(self._silent))]
            self._silent[what] = None
            return True

    def _ends(self, what: str) -> bool:
        if what not in self._silent:
            return False
        with self._lock:
            return self._silent.pop(what, self) is None

    def _write(self, level: int, message: str, *arguments: object) -> None:
        try:
            self._logger.log(level, message, *arguments)
        except Exception:
            # A logger that fails must not take the job with it, and there is nobody left to tell.
            pass

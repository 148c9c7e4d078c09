"""Reads the server's answer. Nothing that it says is trusted to be short, well-formed or free of the key."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional

from ._api_key import ApiKey
from ._result import HeartbeatResult

_CODE = re.compile(r"[a-z0-9_]{1,64}")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?Z")
_LONGEST_TEXT = 300


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. `body` is None when it was longer than a client reads."""

    status: int
    retry_after: Optional[str]
    location: Optional[str]
    body: Optional[bytes]


def one_line(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Text from elsewhere for a log line: no control characters, no line breaks, not long."""
    printable = "".join(character if character.isprintable() else " " for character in text[: 4 * longest])
    words = " ".join(printable.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def result_of(answer: Answer, key: ApiKey, monitor_id: str, attempts: int) -> HeartbeatResult:
    said = _json_object(answer.body)
    if answer.status == 200 and said.get("success") is True:
        return HeartbeatResult(
            True, monitor_id, attempts, answer.status,
            check_id=_text(said.get("check_id"), key), monitor_status=_text(said.get("status"), key),
            received_at=_time(said.get("received_at")), next_expected_at=_time(said.get("next_expected_at")),
            deadline_at=_time(said.get("deadline_at")))
    code = _code(answer, said, key)
    return HeartbeatResult(False, monitor_id, attempts, answer.status, code, _sentence(answer, code, said, key))


def _code(answer: Answer, said: Dict[str, Any], key: ApiKey) -> str:
    if 200 <= answer.status <= 299:
        return "invalid_answer"
    if 300 <= answer.status <= 399:
        return "redirect_not_followed"
    code = said.get("code")
    if isinstance(code, str) and _CODE.fullmatch(code) and not key.is_in(code):
        return code
    return "http_error"


def _sentence(answer: Answer, code: str, said: Dict[str, Any], key: ApiKey) -> str:
    if code == "invalid_answer":
        return "the address answered %d, but not as Exemplar does: is the base address right?" % answer.status
    if code == "redirect_not_followed":
        return "the server redirects (%d) to %s; set the base address to where it leads" % (
            answer.status, one_line(key.scrub(answer.location or "an unnamed place"), 200))
    reasons = [text for text in (said.get("detail") or said.get("title"), *_field_errors(said.get("errors"))) if isinstance(text, str)]
    # The key goes before the text is cut, or half of it could stay.
    reason = one_line(key.scrub("; ".join(reasons)))
    return "the server answered %d %s%s" % (answer.status, code, ": " + reason if reason else "")


def _field_errors(errors: Any) -> List[str]:
    if not isinstance(errors, dict):
        return []
    return ["%s: %s" % (field, message) for field, messages in errors.items()
            for message in (messages if isinstance(messages, list) else [messages]) if isinstance(message, str)]


def _json_object(body: Optional[bytes]) -> Dict[str, Any]:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: Any, key: ApiKey) -> Optional[str]:
    return one_line(key.scrub(value)) if isinstance(value, str) else None


def _time(value: Any) -> Optional[datetime]:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        # Not strptime: it loads its module and takes a lock at the first call, and a process that forks just then has children that wait for ever.
        moment = datetime.fromisoformat(found[1])
    except ValueError:
        return None
    return moment.replace(microsecond=int((found[2] or "0").ljust(6, "0")), tzinfo=timezone.utc)

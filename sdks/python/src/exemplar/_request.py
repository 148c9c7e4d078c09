"""What a heartbeat says: checks the caller's values and writes the body."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from typing import Any, Callable, Mapping, Optional, Union

MAX_METADATA_BYTES = 16 * 1024

#: Metadata of a heartbeat: a JSON object, or a function that is called at each heartbeat and returns one (or None).
Metadata = Union[Mapping[str, Any], Callable[[], Optional[Mapping[str, Any]]], None]


def check_monitor_id(monitor_id: str) -> str:
    if not isinstance(monitor_id, str):
        raise TypeError("monitor_id must be a string, not %s" % type(monitor_id).__name__)
    if not monitor_id.strip():
        raise ValueError("monitor_id is empty: pass the id of the heartbeat monitor from the Exemplar console")
    return monitor_id


def check_metadata(metadata: Metadata) -> None:
    """Raises TypeError or ValueError for metadata that no heartbeat could carry. What a function returns is seen later."""
    if metadata is not None and not callable(metadata):
        _metadata_json(metadata)


def check_positive(name: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("%s must be a number" % name)
    if not (value > 0 and math.isfinite(value)):
        raise ValueError("%s must be above zero" % name)
    return float(value)


def moment_text(occurred_at: Optional[datetime]) -> Optional[str]:
    """The moment as the contract writes it. Raises TypeError or ValueError for what is no moment on the world's clock."""
    if occurred_at is None:
        return None
    if not isinstance(occurred_at, datetime):
        raise TypeError("occurred_at must be a datetime, not %s" % type(occurred_at).__name__)
    if occurred_at.utcoffset() is None:
        raise ValueError("occurred_at has no time zone: use datetime.now(timezone.utc), or moment.astimezone() for local time")
    try:
        moment = occurred_at.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError("occurred_at is beyond the calendar") from None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def heartbeat_body(monitor_id: str, metadata: Optional[Mapping[str, Any]], occurred_at: Optional[str] = None) -> bytes:
    """The JSON of a heartbeat in UTF-8. Raises TypeError or ValueError for metadata that is no JSON object of at most 16 KiB."""
    body = b'{"monitor_id":' + _utf8(json.dumps(monitor_id, ensure_ascii=False))
    if metadata is not None:
        body += b',"metadata":' + _metadata_json(metadata)
    if occurred_at is not None:
        body += b',"occurred_at":"%s"' % occurred_at.encode("ascii")
    return body + b"}"


def _metadata_json(metadata: Mapping[str, Any]) -> bytes:
    if not isinstance(metadata, Mapping):
        raise TypeError("metadata must be a JSON object (a dict), not %s" % type(metadata).__name__)
    for key in metadata:
        if not isinstance(key, str):
            raise TypeError("metadata must have strings for keys, not %s" % type(key).__name__)
    try:
        text = json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except TypeError as fault:
        raise TypeError("metadata cannot be written as JSON: %s" % fault) from None
    except (ValueError, RecursionError):
        raise ValueError("metadata cannot be written as JSON: it holds NaN or infinity, contains itself, or is nested too deeply") from None
    encoded = _utf8(text)
    if len(encoded) > MAX_METADATA_BYTES:
        raise ValueError("metadata has %d bytes as JSON, more than the %d that Exemplar stores" % (len(encoded), MAX_METADATA_BYTES))
    return encoded


def _utf8(text: str) -> bytes:
    # Half a surrogate pair comes from file names that are not UTF-8. A heartbeat must not be lost for it.
    return text.encode("utf-8", "replace")

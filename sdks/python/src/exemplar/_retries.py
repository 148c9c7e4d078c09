"""Which faults are worth another attempt, and how long to wait before it. Pure: no clock, no chance of its own."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Optional

MAX_ATTEMPTS = 5

_FIRST_WAIT_SECONDS = 0.25
_LONGEST_WAIT_SECONDS = 2.0


def is_worth_another_attempt(status: int) -> bool:
    return status == 429 or 500 <= status <= 599


def wait_after(attempt: int, retry_after: Optional[float], chance: float) -> float:
    """Seconds before the next attempt. `attempt` counts from 1, `chance` is from 0 to 1 and spreads many clients apart."""
    whole = min(_FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1), _LONGEST_WAIT_SECONDS)
    return max(whole * (0.5 + 0.5 * chance), retry_after or 0.0)


def retry_after_seconds(header: Optional[str], now: datetime) -> Optional[float]:
    """What a Retry-After header asks for: whole seconds or an HTTP date. None for what cannot be read or has passed."""
    text = (header or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 10 else math.inf
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    seconds = (moment - now).total_seconds()
    return seconds if seconds > 0 else None

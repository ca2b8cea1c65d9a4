"""What an endpoint's headers say about when to come again."""

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_DURATION = re.compile(
    r"(?:(?P<h>[0-9.]+)h)?(?:(?P<m>[0-9.]+)m(?!s))?(?:(?P<s>[0-9.]+)s)?(?:(?P<ms>[0-9.]+)ms)?"
)
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
# OpenAI and those who follow it count requests and tokens apart; others have one unnamed limit.
_FAMILIES = ("x-ratelimit-{}-requests", "x-ratelimit-{}-tokens", "x-ratelimit-{}", "ratelimit-{}")


def retry_after_s(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Read Retry-After in all its forms (RFC 9110, section 10.2.3), and the finer retry-after-ms."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        return max(0.0, float(headers["retry-after"]))
    except KeyError:
        return None
    except ValueError:
        pass  # not a number: a date
    try:
        return max(0.0, (parsedate_to_datetime(headers.get("retry-after", "")) - now).total_seconds())
    except (ValueError, TypeError):  # not a date, or one without a zone
        return None


def used_up_for_s(headers: Mapping[str, str], now: dt.datetime, next_tokens: int) -> float:
    """How long a limit told in x-ratelimit-* headers leaves nothing for the next call; 0 if it does not.

    Args:
        headers: names in lower case.
        now: to read a reset that is a time.
        next_tokens: what a call takes, about.
    """
    longest_s = 0.0
    for family in _FAMILIES:
        remaining = _number(headers.get(family.format("remaining")))
        needed = next_tokens if family.endswith("tokens") else 1
        if remaining is not None and remaining < needed:
            longest_s = max(longest_s, _reset_s(headers.get(family.format("reset"), ""), now))
    return longest_s


def _reset_s(text: str, now: dt.datetime) -> float:
    """Read "6m0s", "20ms", "1.5", a Unix time in seconds or in milliseconds."""
    number = _number(text)
    if number is None:
        found = _DURATION.fullmatch(text.strip())
        parts = found.groupdict() if found else {}
        return sum(float(value) * _SECONDS[unit] for unit, value in parts.items() if value)
    if number > 1e12:
        number /= 1000
    return max(0.0, number - now.timestamp() if number > 1e9 else number)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None

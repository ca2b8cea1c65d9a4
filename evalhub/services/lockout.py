"""Slow down who guesses passwords or tokens: waits that double, counted in the database for all processes.

Two counts stand beside each other: a name from an address, so that nobody is kept out by somebody else's
guesses; and an address with any names, so that trying many names gains nothing. Of IPv6 the first 64 bits are
one address: the rest is whatever a single customer's machine chooses.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.db.models import F

from evalhub.models import FailedSignIns


@dataclass(frozen=True, slots=True)
class Limit:
    """Failures that are free, and what follows: 30 s, doubled each time, an hour at most."""

    FIRST: ClassVar[timedelta] = timedelta(seconds=30)
    MOST: ClassVar[timedelta] = timedelta(hours=1)
    FORGOTTEN_AFTER: ClassVar[timedelta] = timedelta(hours=24)

    key: str
    n_free: int

    def wait(self, n: int) -> timedelta:
        """How long the n-th failure in a row keeps out."""
        if n < self.n_free:
            return timedelta(0)
        doubled: int = 2 ** min(n - self.n_free, 20)
        return min(self.FIRST * doubled, self.MOST)


def sign_in_limits(username: str, address: str | None) -> list[Limit]:
    """What counts a sign-in."""
    return [
        Limit(_digest("name", username.casefold(), _place(address)), 5),
        Limit(_digest("address", _place(address)), 20),
    ]


def token_limits(address: str | None) -> list[Limit]:
    """What counts the use of an unknown token."""
    return [Limit(_digest("token", _place(address)), 50)]


@transaction.atomic
def attempt(limits: Sequence[Limit], *, now: datetime) -> timedelta:
    """Count a try before it is looked at; returns how long to wait instead.

    So many at once gain nothing. A try that must wait is not counted, so that waiting always ends.
    """
    rows = [_row(limit, now) for limit in limits]
    waits = [row.locked_until - now for row in rows if row.locked_until and row.locked_until > now]
    if waits:
        return max(waits)
    for limit, row in zip(limits, rows, strict=True):
        row.n, row.last_at = row.n + 1, now
        wait = limit.wait(row.n)
        row.locked_until = now + wait if wait else None
        row.save()
    return timedelta(0)


@transaction.atomic
def succeeded(limits: Sequence[Limit]) -> None:
    """Take the count of a try back that was right; the count of the first, narrowest limit starts anew."""
    FailedSignIns.objects.filter(key=limits[0].key).delete()
    others = FailedSignIns.objects.filter(key__in=[limit.key for limit in limits[1:]], n__gt=0)
    others.update(n=F("n") - 1, locked_until=None)


def wait_in_words(wait: timedelta) -> str:
    """Such as "30 seconds" or "8 minutes", rounded up."""
    seconds = -(-wait // timedelta(seconds=1))
    if seconds < 2:
        return "1 second"
    minutes = -(-seconds // 60)
    return f"{seconds} seconds" if seconds <= 90 else f"{minutes} minutes"


def _row(limit: Limit, now: datetime) -> FailedSignIns:
    row, _ = FailedSignIns.objects.select_for_update().get_or_create(key=limit.key, defaults={"last_at": now})
    if now - row.last_at > Limit.FORGOTTEN_AFTER:
        row.n, row.locked_until = 0, None
    return row


def _place(address: str | None) -> str:
    """What counts as one address."""
    try:
        found = ipaddress.ip_address(str(address))
    except ValueError:  # none, or that of a socket
        return str(address)
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or f"{int(found) >> 64:x}/64")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

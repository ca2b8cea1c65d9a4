"""Ask for every page of a filled installation and print server times, queries and bytes.

EVALHUB_HOME=FOLDER [DATABASE_URL=...] python -m benchmarks.large.pages [NAME ...]
"""

import gzip
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import numpy as np
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")
os.environ.setdefault("EVALHUB_HOSTS", "testserver")
if not apps.ready:
    django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from benchmarks.large.samples import sample

N_ASKED, N_WARM = 40, 3
MOST_MS, MOST_QUERIES, MOST_BYTES, MOST_FIRST_BYTES = 100.0, 12, 60_000, 450_000


class UnexpectedAnswer(Exception):
    """A page that should be there is not."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A page's figures; `ms` of each answer, bytes as they are sent (gzip), first with what it links."""

    name: str
    ms: list[float]
    n_queries: int
    n_bytes: int
    n_first_bytes: int

    @property
    def p95(self) -> float:
        """Milliseconds that 95 of 100 answers stay within."""
        return float(np.percentile(self.ms, 95))


def main() -> None:
    """Print a line for each page, slowest first, and what is over a bound."""
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    asked = sys.argv[1:]
    timed = [time_page(client, name, address) for name, address in pages() if not asked or name in asked]
    print(
        f"{connection.vendor}: {'page':<28} {'p50 ms':>8} {'p95 ms':>8} {'queries':>8} {'kB':>7} {'first':>7}"
    )
    for one in sorted(timed, key=lambda one: -one.p95):
        print(
            f"  {one.name:<36} {np.median(one.ms):8.1f} {one.p95:8.1f} {one.n_queries:8} "
            f"{one.n_bytes / 1000:7.1f} {one.n_first_bytes / 1000:7.1f}"
        )
    print(f"largest p95 / {MOST_MS:.0f} ms: {max(one.p95 for one in timed) / MOST_MS:.2f}")
    print(f"most queries / {MOST_QUERIES}: {max(one.n_queries for one in timed) / MOST_QUERIES:.2f}")
    print(f"largest page / {MOST_BYTES / 1000:.0f} kB: {max(one.n_bytes for one in timed) / MOST_BYTES:.2f}")
    first = max(one.n_first_bytes for one in timed)
    print(f"largest first load / {MOST_FIRST_BYTES / 1000:.0f} kB: {first / MOST_FIRST_BYTES:.2f}")


def pages() -> Iterator[tuple[str, Callable[[random.Random], str]]]:
    """Every named page to read with how its address is made; a new parameter must be made known."""
    for pattern in dashboard_patterns():
        if not getattr(pattern.callback, "is_page", False) or not pattern.name:
            continue
        names = list(pattern.pattern.converters)
        yield pattern.name, _address(pattern.name, names)


def dashboard_patterns() -> Iterator[URLPattern]:
    """All patterns, however deep they are included."""
    stack = list(get_resolver().url_patterns)
    while stack:
        found = stack.pop()
        if isinstance(found, URLPattern):
            yield found
        else:
            stack.extend(found.url_patterns)


def _address(name: str, parameters: list[str]) -> Callable[[random.Random], str]:
    def address(rng: random.Random) -> str:
        path, question = sample(name, parameters, rng)
        return reverse(name, kwargs=path) + (f"?{question}" if question else "")

    return address


def time_page(
    client: Client, name: str, address: Callable[[random.Random], str], n_asked: int = N_ASKED
) -> Timed:
    """Ask for a page some times over.

    Raises:
        UnableToSample: nothing makes its addresses.
        UnexpectedAnswer: it did not answer with 200.
    """
    rng = random.Random(name)
    ms, n_queries, n_bytes = [], 0, 0
    addresses = [address(rng) for _ in range(n_asked + N_WARM)]
    for at, place in enumerate(addresses):
        reset_queries()  # the log of a process is bounded
        with CaptureQueriesContext(connection) as queries:
            started = time.perf_counter()
            answer = client.get(place)
            content = answer.getvalue()
            elapsed_ms = (time.perf_counter() - started) * 1000
        if answer.status_code != 200:
            raise UnexpectedAnswer(f"{name}: {place} answered {answer.status_code}")
        if at >= N_WARM:
            ms.append(elapsed_ms)
        n_queries, n_bytes = max(n_queries, len(queries)), max(n_bytes, len(gzip.compress(content)))
    return Timed(name, ms, n_queries, n_bytes, n_bytes + linked_bytes(content))


def linked_bytes(page: bytes) -> int:
    """What a browser fetches once for a page: its styles and scripts, compressed."""
    found = set(re.findall(rb'(?:src|href)="/static/([^"?]+)', page))
    paths = [Path(path) for name in found if (path := finders.find(name.decode()))]
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


if __name__ == "__main__":
    main()

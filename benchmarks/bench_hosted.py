"""Hosted rater: pairs/s over what a provider allows; by its latency, and by a hard limit of calls a second.

The provider is `loopback_provider.py` in a process of its own. The first ratio is that of a rater which has
found its number of calls in flight (it keeps it from unit to unit); that of a new one is printed beside it.
"""

import json
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from raters.hosted import HostedRater
from raters.protocol import Rated, RateRequest
from raters.spec import resolve_rater

PROVIDER = Path(__file__).parent / "loopback_provider.py"
LATENCY_S = 0.2
IN_FLIGHT = 256
PER_SECOND = 50
N_PAIRS = 25_000
N_LIMITED_PAIRS = 3_000
WORDS = ("tea", "kettle", "boils", "water", "for", "green", "black", "white", "at", "the", "right", "heat")


def main() -> None:
    """Print both ratios."""
    with provider("--latency-s", str(LATENCY_S)) as url:
        rater = hosted(url)
        ideal = IN_FLIGHT / LATENCY_S
        for which in ("new", "known"):
            rate, _ = pairs_per_second(rater, N_PAIRS)
            print(f"latency {LATENCY_S} s, {IN_FLIGHT} in flight, endpoint {which}: {rate:.0f} pairs/s")
        print(f"ratio pairs/s / ideal ({ideal:.0f}): {rate / ideal:.3f}")
    with provider("--latency-s", str(LATENCY_S), "--per-second", str(PER_SECOND)) as url:
        rate, n_rated = pairs_per_second(hosted(url), N_LIMITED_PAIRS)
        counts = json.loads(urllib.request.urlopen(url).read())
        share = counts["rejected"] / (counts["taken"] + counts["rejected"])
        print(f"limit {PER_SECOND}/s: {rate:.1f} pairs/s, {N_LIMITED_PAIRS - n_rated} pairs lost, {counts}")
        print(f"ratio rejected / calls: {share:.4f}")
        print(f"ratio pairs/s / limit: {rate / PER_SECOND:.3f}")


@contextmanager
def provider(*arguments: str) -> Iterator[str]:
    """Run a provider; yields its base_url."""
    command = [sys.executable, str(PROVIDER), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.kill()


def hosted(url: str) -> HostedRater:
    """A rater that knows nothing of its endpoint yet."""
    described = {"name": "judge", "kind": "hosted", "model": "m", "base_url": url, "max_in_flight": IN_FLIGHT}
    return HostedRater(resolve_rater(described), api_key="", rng=random.Random(0))


def pairs_per_second(rater: HostedRater, n_pairs: int) -> tuple[float, int]:
    """Rate pairs; returns how many a second, from the first call to the last answer, and how many in all."""
    rng = random.Random(0)
    requests = [RateRequest("green tea", "Tea", " ".join(rng.choices(WORDS, k=120))) for _ in range(n_pairs)]
    started = time.perf_counter()
    n_rated = sum(
        isinstance(outcome, Rated) for arrived in rater.rate_arrivals(requests) for _, outcome in arrived
    )
    return n_rated / (time.perf_counter() - started), n_rated


if __name__ == "__main__":
    main()

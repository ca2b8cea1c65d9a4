"""Limits that workers share, against a real server with a clock of its own."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evalhub.stack.broker import find_server
from raters.limits import UnableToShareLimit
from raters.redis_limits import Rate, RedisLimiter
from raters.spec import RaterSpec
from tests.raters.providers import hosted_spec


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("redis")
    path = folder / "s"
    command = [find_server(), "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 20
        while not path.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield f"unix://{path}"
        server.kill()
    shutil.rmtree(folder)


async def waits(url: str, spec: RaterSpec, n_calls: int, n_tokens: int = 1) -> list[float]:
    """What each of some calls, asked for at once by a worker of its own, is told to wait."""
    told = []
    for _ in range(n_calls):
        async with RedisLimiter(url).open(spec) as gate:
            told.append(await gate.admit(n_tokens))
    return told


def test_workers_share_one_bucket_of_requests(url: str) -> None:
    spec = hosted_spec(requests_per_minute=6, model="a")

    told = asyncio.run(waits(url, spec, 4))

    # One in ten seconds, from the first on; the calls themselves take a moment.
    assert told == pytest.approx([0, 10, 20, 30], abs=5)


def test_tokens_are_counted_and_given_back(url: str) -> None:
    spec = hosted_spec(tokens_per_minute=6, model="b")

    async def take_and_settle() -> list[float]:
        async with RedisLimiter(url).open(spec) as gate:
            told = [await gate.admit(10), await gate.admit(1)]
            await gate.settle(8)
            return [*told, await gate.admit(1)]

    # 6 a minute are one in 10 s: 100 s after the first 10; 8 given back and 1 taken: (10 + 1 - 8) * 10 = 30
    assert asyncio.run(take_and_settle()) == pytest.approx([0, 100, 30], abs=5)


def test_other_models_keys_and_addresses_have_buckets_of_their_own(url: str) -> None:
    asyncio.run(waits(url, hosted_spec(requests_per_minute=1, model="c"), 1))

    for other in (
        {"model": "d"},
        {"model": "c", "api_key_env": "K"},
        {"model": "c", "base_url": "http://x/v1"},
    ):
        assert asyncio.run(waits(url, hosted_spec(requests_per_minute=1, **other), 1)) == [0.0]
    assert asyncio.run(waits(url, hosted_spec(requests_per_minute=1, model="c"), 1))[0] > 50


def test_a_pause_is_shared_and_only_made_longer(url: str) -> None:
    spec = hosted_spec(model="e")

    async def hold_back() -> tuple[float, float]:
        async with RedisLimiter(url).open(spec) as gate, RedisLimiter(url).open(spec) as other:
            before = await other.held_back_s()
            await gate.hold_back(200.0)
            await gate.hold_back(1.0)
            return before, await other.held_back_s()

    assert asyncio.run(hold_back()) == (0.0, pytest.approx(200.0, abs=20))


@pytest.mark.parametrize("limit", [1, 7, 60, 90, 500, 3000, 100_000])
def test_no_minute_however_cut_holds_more_than_the_limit(limit: int) -> None:
    rate = Rate.per_minute(limit)

    # What may come at once, and what follows within 60 s at the interval (the last one just outside).
    at_once = round(rate.burst_s / rate.interval_s) + 1
    assert at_once - 1 + 60.0 / rate.interval_s <= limit + 1e-6
    assert at_once <= max(1, limit / 60)


def test_a_limit_that_cannot_be_asked_says_so_and_a_pause_is_no_reason_to_stop(tmp_path: Path) -> None:
    async def ask() -> float:
        async with RedisLimiter(f"unix://{tmp_path}/none").open(hosted_spec(requests_per_minute=5)) as gate:
            await gate.hold_back(1.0)
            assert await gate.held_back_s() == 0.0
            return await gate.admit(1)

    with pytest.raises(UnableToShareLimit, match="REDIS_URL"):
        asyncio.run(ask())

"""When a round of calls ends: held, without hope, or told to."""

import asyncio
import random
import threading
from collections import Counter
from contextlib import AbstractAsyncContextManager, nullcontext
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from raters.dialect import Dialects
from raters.hosted import HostedRater
from raters.limits import Gate
from raters.protocol import Outcome, RaterMisconfigured
from raters.spec import RaterSpec
from raters.tempo import Backoff
from tests.raters.fault_server import (
    fault_server,
    status,
)
from tests.raters.hosted_raters import make_rater, requests
from tests.raters.providers import collect, hosted_spec

QUICK = Backoff(max_attempts=3, base_s=0.01, max_wait_s=2.0)


def test_held_means_no_new_call_and_every_open_one_is_waited_for() -> None:
    held: list[bool] = []

    with fault_server() as server:

        def hold(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> bool:
            with server.lock:
                is_fourth = sum(server.calls.values()) == 4
            if is_fourth:
                held.append(True)
                server.released.set()
            return not server.released.wait(30.0)

        server.always.append(hold)
        yielded: list[tuple[int, Outcome]] = []
        for arrived in make_rater(server, max_in_flight=4).rate_arrivals(requests(50), lambda: bool(held)):
            yielded += arrived

    assert Counter(server.calls) == Counter(server.paid)
    assert sorted(index for index, _ in yielded) == [0, 1, 2, 3]


def test_settings_no_call_can_succeed_with_stop_at_once() -> None:
    yielded: list[tuple[int, Outcome]] = []
    with fault_server() as server:
        server.always.append(status(401, "who are you?"))
        with pytest.raises(RaterMisconfigured, match="who are you"):
            collect(make_rater(server, max_in_flight=2).rate(requests(20)), yielded)

    assert yielded == []
    assert sum(server.calls.values()) <= 2


class Deaf:
    """A gate that swallows a cancellation, as wait_for of Python 3.11 can, by which redis-py sends."""

    def __init__(self) -> None:
        self.n_asked = self.n_swallowed = 0
        self.is_watched = threading.Event()

    async def admit(self, n_tokens: int) -> float:
        return 0.0

    async def settle(self, n_tokens: int) -> None:
        """Keep no account."""

    async def hold_back(self, seconds: float) -> None:
        """Tell nobody."""

    async def held_back_s(self) -> float:
        self.n_asked += 1
        if self.n_asked == 2:  # the first time it is asked before any call
            self.is_watched.set()
            try:
                await asyncio.sleep(3600.0)
            except asyncio.CancelledError:
                self.n_swallowed += 1
        return 0.0


class OneGate:
    """A limiter with a gate of the test."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def open(self, spec: RaterSpec) -> AbstractAsyncContextManager[Gate]:
        return nullcontext(self._gate)


def test_a_cancellation_that_the_limiter_swallows_does_not_keep_the_round_open() -> None:
    gate = Deaf()

    def once_watched(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> bool:
        return not gate.is_watched.wait(30.0)

    outcomes: list[tuple[int, Outcome]] = []
    with fault_server() as server:
        server.always.append(once_watched)
        spec = hosted_spec(base_url=server.base_url)
        rater = HostedRater(
            spec, api_key="", rng=random.Random(0), limiter=OneGate(gate), dialects=Dialects()
        )
        thread = threading.Thread(target=lambda: outcomes.extend(rater.rate(requests(1))), daemon=True)
        thread.start()
        thread.join(60.0)

    assert not thread.is_alive()
    assert (len(outcomes), gate.n_swallowed) == (1, 1)

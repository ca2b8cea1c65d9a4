"""Grades through any OpenAI-compatible endpoint, many calls at once, outcomes handed on as they come."""

import queue
import random
from collections.abc import Callable, Generator, Sequence

import httpx2
from anyio.from_thread import start_blocking_portal

from raters.chat_call import ChatCaller
from raters.dialect import KNOWN, Dialects
from raters.hosted_round import Outbox, Round
from raters.limits import Alone, Limiter
from raters.pace import Pace
from raters.protocol import Outcome, RateRequest
from raters.spec import RaterSpec
from raters.tempo import Backoff, Tempo
from raters.window import Window
from raters.wire import open_wire

USUAL = Backoff()
_MOST_AT_ONCE = 256  # outcomes handed over together


def _never() -> bool:
    return False


class HostedRater:
    """Asks a model behind an OpenAI-compatible endpoint for JSON with a grade and a short rationale.

    What it learns of the endpoint (what it understands, how much it bears) holds from one `rate` to the next.
    """

    def __init__(
        self,
        spec: RaterSpec,
        *,
        api_key: str,
        rng: random.Random,
        backoff: Backoff | None = None,
        limiter: Limiter | None = None,
        dialects: Dialects | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare a rater; nothing is sent before `rate`.

        Args:
            spec: of kind "hosted".
            api_key: "" where the endpoint wants none.
            rng: draws the jitter of waits; no grade depends on it.
            backoff: limits of repeated calls.
            limiter: what other workers share; without one, the spec's limits per minute are not kept.
            dialects: what is known of endpoints; that of this process by default.
            transport: in place of the network.
        """
        self.spec = spec
        self._caller = ChatCaller(spec, api_key, KNOWN if dialects is None else dialects)
        self._tempo = Tempo(Window(spec.max_in_flight), Pace(), backoff or USUAL, rng)
        self._limiter = limiter or Alone()
        self._transport = transport

    def rate(self, requests: Sequence[RateRequest]) -> Generator[tuple[int, Outcome]]:
        """See `raters.protocol.Rater`; when one call fails, those in flight are still waited for."""
        for arrived in self.rate_arrivals(requests):
            yield from arrived

    def rate_arrivals(
        self, requests: Sequence[RateRequest], is_held: Callable[[], bool] = _never
    ) -> Generator[list[tuple[int, Outcome]]]:
        """Like `rate`, but yield together what has arrived together, so that it can be stored together.

        Args:
            requests: the pairs.
            is_held: asked, in another thread, before each call; once it says so no call is begun, those in
                flight are waited for (timeout_s at the most), and the rest is left out.

        Raises:
            TransientFailure: the rest should be asked for later.
            RaterMisconfigured: nothing can be asked for until the settings change.
        """
        outbox: Outbox = queue.SimpleQueue()
        # An event loop in a thread of its own: between two outcomes the caller may write to a database
        # without holding up the calls in flight, and it may itself run inside a loop, as notebooks do.
        with start_blocking_portal() as portal:
            done = portal.start_task_soon(self._rate_all, requests, outbox, is_held)
            done.add_done_callback(lambda _: outbox.put(None))
            try:
                is_open = True
                while is_open:
                    arrived, is_open = _take(outbox)
                    if arrived:
                        yield arrived
            finally:
                done.cancel()
            done.result()

    def close(self) -> None:
        """Nothing is held between two calls of `rate`."""

    async def _rate_all(
        self, requests: Sequence[RateRequest], outbox: Outbox, is_held: Callable[[], bool]
    ) -> None:
        wire = open_wire(self.spec, self._transport)
        async with wire, self._limiter.open(self.spec) as gate:
            await Round(self.spec, self._caller, self._tempo, wire, gate, outbox, is_held).run(requests)


def _take(outbox: Outbox) -> tuple[list[tuple[int, Outcome]], bool]:
    """Wait for one outcome and take those that are there too; also returns whether more will come."""
    arrived: list[tuple[int, Outcome]] = []
    item = outbox.get()
    while item is not None:
        arrived.append(item)
        if len(arrived) >= _MOST_AT_ONCE:
            return arrived, True
        try:
            item = outbox.get_nowait()
        except queue.Empty:
            return arrived, True
    return arrived, False

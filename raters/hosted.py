"""Grades through any OpenAI-compatible endpoint, many calls at once, each outcome handed on as it comes."""

import asyncio
import queue
import random
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import httpx2
import openai
from anyio.from_thread import start_blocking_portal

from raters.chat_call import Answer, ChatCaller
from raters.protocol import Outcome, RateRequest, RaterMisconfigured, TransientFailure, Unrated, Usage
from raters.provider_errors import TryLater
from raters.reply import read_completion
from raters.spec import RaterSpec

# So many rejections that blame no pair, and no answer among them, are the settings' fault.
MAX_UNEXPLAINED_REJECTIONS = 5

_Outbox = queue.SimpleQueue[tuple[int, Outcome] | None]


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long one call is tried before its failure is handed to the caller.

    Attributes:
        max_attempts: calls per request, the first included.
        base_s: the wait after attempt n is drawn from [0, base_s * 2**(n - 1)] (full jitter, so that calls
            rejected together do not come back together).
        max_wait_s: no wait is longer; a provider that asks for more gets a TransientFailure instead.
    """

    max_attempts: int = 5
    base_s: float = 1.0
    max_wait_s: float = 30.0


@dataclass(slots=True)
class _Round:
    """What the workers of one `rate` call share."""

    outbox: _Outbox
    pending: Iterator[tuple[int, RateRequest]]
    failure: TransientFailure | RaterMisconfigured | None = None
    paused_until: float = 0.0
    n_explained: int = 0
    unexplained: list[tuple[int, Unrated]] = field(default_factory=list)

    def send(self, index: int, outcome: Outcome) -> None:
        self.n_explained += 1
        self.outbox.put((index, outcome))

    def hold_back(self, index: int, outcome: Unrated) -> None:
        """Keep a rejection that may be the settings' fault until the round shows whose it was."""
        self.unexplained.append((index, outcome))
        if not self.n_explained and len(self.unexplained) >= MAX_UNEXPLAINED_REJECTIONS:
            self.fail(
                RaterMisconfigured(
                    f"all {len(self.unexplained)} calls so far were rejected: {outcome.detail}; check the "
                    "rater's model and decoding, and that the endpoint knows response_format json_schema"
                )
            )

    def fail(self, failure: TransientFailure | RaterMisconfigured) -> None:
        self.failure = self.failure or failure

    def close(self) -> None:
        if not isinstance(self.failure, RaterMisconfigured):
            for item in self.unexplained:
                self.outbox.put(item)
        if self.failure:
            raise self.failure


class HostedRater:
    """Asks a model behind an OpenAI-compatible endpoint for JSON with a grade and a short rationale."""

    def __init__(
        self,
        spec: RaterSpec,
        *,
        api_key: str,
        rng: random.Random,
        backoff: Backoff = Backoff(),
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare a rater; nothing is sent before `rate`.

        Args:
            spec: of kind "hosted".
            api_key: "" where the endpoint wants none.
            rng: draws the jitter of waits; no grade depends on it.
            backoff: limits of repeated calls.
            transport: in place of the network.
        """
        self.spec = spec
        self._grades = spec.rubric.grades
        self._caller = ChatCaller(spec, api_key, transport)
        self._rng = rng
        self._backoff = backoff

    def rate(self, requests: Sequence[RateRequest]) -> Generator[tuple[int, Outcome]]:
        """See `raters.protocol.Rater`; when one call fails, those in flight are still waited for."""
        outbox: _Outbox = queue.SimpleQueue()
        # An event loop in a thread of its own: between two outcomes the caller may write to a database
        # without holding up the calls in flight, and it may itself run inside a loop, as notebooks do.
        with start_blocking_portal() as portal:
            done = portal.start_task_soon(self._rate_all, requests, outbox)
            done.add_done_callback(lambda _: outbox.put(None))
            try:
                while (item := outbox.get()) is not None:
                    yield item
            finally:
                done.cancel()
            done.result()

    def close(self) -> None:
        """Nothing is held between two calls of `rate`."""

    async def _rate_all(self, requests: Sequence[RateRequest], outbox: _Outbox) -> None:
        shared = _Round(outbox, iter(enumerate(requests)))
        n_workers = min(self.spec.max_in_flight, len(requests))
        async with self._caller.open_client(n_workers) as client:
            await asyncio.gather(*(self._work(client, shared) for _ in range(n_workers)))
        shared.close()

    async def _work(self, client: openai.AsyncOpenAI, shared: _Round) -> None:
        while shared.failure is None and (item := next(shared.pending, None)) is not None:
            try:
                await self._rate_one(client, shared, *item)
            except (TransientFailure, RaterMisconfigured) as failure:
                shared.fail(failure)

    async def _rate_one(
        self, client: openai.AsyncOpenAI, shared: _Round, index: int, request: RateRequest
    ) -> None:
        clock = asyncio.get_running_loop().time
        started = clock()
        arguments, n_cut = self._caller.arguments(request)
        attempt = 0
        while shared.failure is None:
            attempt += 1
            if (pause_s := shared.paused_until - clock()) > 0:
                await asyncio.sleep(pause_s)
            verdict = await self._caller.call(client, arguments)
            if isinstance(verdict, TryLater):
                await self._wait_before_retry(verdict, shared, attempt)
                continue
            usage = Usage(latency_s=clock() - started, attempts=attempt, truncated_tokens=n_cut)
            if isinstance(verdict, Answer):
                shared.send(index, read_completion(verdict.body, self._grades, usage))
            else:
                outcome = Unrated(verdict.reason, verdict.detail, "", usage)
                (shared.send if verdict.is_certain else shared.hold_back)(index, outcome)
            return

    async def _wait_before_retry(self, verdict: TryLater, shared: _Round, attempt: int) -> None:
        asked_s = verdict.after_s or 0.0
        if attempt >= self._backoff.max_attempts or asked_s > self._backoff.max_wait_s:
            raise TransientFailure(f"{verdict.detail} (attempt {attempt})", verdict.after_s)
        longest_s = min(self._backoff.max_wait_s, self._backoff.base_s * 2 ** (attempt - 1))
        # What the provider asks of one call holds for all of them.
        shared.paused_until = max(shared.paused_until, asyncio.get_running_loop().time() + asked_s)
        await asyncio.sleep(asked_s + self._rng.uniform(0.0, longest_s))

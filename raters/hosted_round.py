"""The calls of one `rate`: which begins when, what is tried again, and when to stop."""

import asyncio
import heapq
import queue
from collections.abc import Callable, Sequence

import anyio

from raters.chat_call import Answer, ChatCaller, ChatRequest
from raters.limits import Gate, UnableToShareLimit
from raters.protocol import Outcome, RateRequest, RaterMisconfigured, TransientFailure, Unrated, Usage
from raters.provider_errors import Misconfigured, Rejected, TryLater
from raters.reply import read_completion
from raters.spec import RaterSpec
from raters.tempo import OpenPair, Tempo
from raters.wire import Wire

# So many rejections that blame no pair, and no answer among them, are the settings' fault.
MAX_UNEXPLAINED_REJECTIONS = 5
# Outcomes that wait to be taken before no further call is begun: what dies with the process was paid for.
MAX_WAITING = 512
_LOOK_S = 0.2  # how often other workers' pauses, and whether this one is held, are looked up

Outbox = queue.SimpleQueue[tuple[int, Outcome] | None]


class Round:
    """Runs in one event loop, once."""

    def __init__(
        self,
        spec: RaterSpec,
        caller: ChatCaller,
        tempo: Tempo,
        wire: Wire,
        gate: Gate,
        outbox: Outbox,
        is_held: Callable[[], bool],
    ) -> None:
        self._spec = spec
        self._grades = spec.rubric.grades
        self._caller = caller
        self._window, self._pace = tempo.window, tempo.pace
        self._backoff, self._rng = tempo.backoff, tempo.rng
        self._wire, self._gate, self._outbox = wire, gate, outbox
        self._is_held = is_held
        self._is_stopped = False
        self._failure: BaseException | None = None
        self._requests: Sequence[RateRequest] = ()
        self._n_begun = self._n_answered = self._n_explained = self._n_failed_in_row = 0
        self._unexplained: list[tuple[int, Unrated]] = []
        self._retries: list[OpenPair] = []
        self._open: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._turnstile = asyncio.Lock()
        self._finished = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._clock = self._loop.time
        self._is_limited = bool(spec.requests_per_minute or spec.tokens_per_minute)

    async def run(self, requests: Sequence[RateRequest]) -> None:
        """Get an outcome for every request, as far as nothing stops it.

        Raises:
            TransientFailure, RaterMisconfigured: see `raters.protocol.Rater.rate`.
        """
        self._requests = requests
        await self._look_at_others()
        watch = asyncio.create_task(self._watch())
        try:
            self._begin_calls()
            await self._finished.wait()
        finally:
            self._is_stopped = True
            for task in (watch, *self._open):
                task.cancel()
            if self._timer:
                self._timer.cancel()
            with anyio.CancelScope(shield=True):  # left early: calls in flight end before their loop does
                await asyncio.gather(watch, *self._open, return_exceptions=True)
        self._close()

    def _begin_calls(self) -> None:
        """Begin as many calls as may begin now; called whenever that may have changed."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while len(self._open) < self._window.limit and (pair := self._take()) is not None:
            task = self._loop.create_task(self._work(pair))
            self._open.add(task)
            task.add_done_callback(self._ended)
        is_all_begun = self._n_begun >= len(self._requests) and not self._retries
        if not self._open and (is_all_begun or self._is_stopped):
            self._finished.set()

    async def _work(self, pair: OpenPair) -> None:
        """Try a pair, and then others in its place.

        A new task for each would begin only after all answers of its turn of the event loop were read:
        hundreds of calls in flight would lose a tenth of their time to that.
        """
        following: OpenPair | None = pair
        while following is not None:
            await self._try(following)
            following = self._take() if len(self._open) <= self._window.limit else None

    def _take(self) -> OpenPair | None:
        """The pair whose call begins now, if one may."""
        self._is_stopped = self._is_stopped or self._failure is not None or self._is_held()
        if self._is_stopped or self._outbox.qsize() >= MAX_WAITING:
            return None
        now = self._clock()
        if (wait_s := self._pace.wait_s(now)) > 0:
            self._wake_at(now + wait_s)
            return None
        if (pair := self._next(now)) is not None:
            self._pace.began(now)
        return pair

    def _next(self, now: float) -> OpenPair | None:
        if self._retries and self._retries[0].due_at <= now:
            return heapq.heappop(self._retries)
        # Where all that is open fails, further pairs would only fail too: what failed is tried first.
        is_failing = 0 < self._n_failed_in_row >= len(self._open)
        if self._n_begun < len(self._requests) and not (is_failing and self._retries):
            self._n_begun += 1
            return OpenPair(now, self._n_begun - 1)
        if self._retries:
            self._wake_at(self._retries[0].due_at)
        return None

    def _wake_at(self, at: float) -> None:
        if self._timer is None or self._timer.when() > at:
            if self._timer:
                self._timer.cancel()
            self._timer = self._loop.call_at(at, self._begin_calls)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._open.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._fail(error)
        self._begin_calls()

    async def _try(self, pair: OpenPair) -> None:
        pair.first_at = pair.first_at or self._clock()
        pair.request = pair.request or self._caller.request(self._requests[pair.index])
        if not await self._is_admitted(pair.request):
            return
        began_at = self._clock()
        verdict, n_calls = await self._caller.call(self._wire, pair.request)
        now = self._clock()
        pair.n_calls += n_calls
        usage = Usage(
            latency_s=now - pair.first_at, attempts=pair.n_calls, truncated_tokens=pair.request.n_cut
        )
        if isinstance(verdict, Answer):
            await self._take_answer(pair, verdict, usage, began_at, now)
        elif isinstance(verdict, TryLater):
            await self._postpone(pair, verdict, began_at, now)
        elif isinstance(verdict, Rejected):
            self._reject(pair.index, verdict, usage)
        elif isinstance(verdict, Misconfigured):
            self._fail(RaterMisconfigured(verdict.remedy))

    async def _is_admitted(self, request: ChatRequest) -> bool:
        """Wait for a place under the limits per minute; False where the round stopped meanwhile."""
        if not self._is_limited:
            return True
        # One at a time: a place taken is lost if the process dies before it is used.
        async with self._turnstile:
            if self._is_stopped:
                return False
            try:
                due_at = self._clock() + await self._gate.admit(request.n_tokens)
            except UnableToShareLimit as error:
                self._fail(TransientFailure(str(error)))
                return False
            while (left_s := max(due_at - self._clock(), self._pace.paused_s(self._clock()))) > 0:
                if self._is_stopped:
                    return False
                await asyncio.sleep(min(left_s, _LOOK_S))
        return True

    async def _take_answer(
        self, pair: OpenPair, answer: Answer, usage: Usage, began_at: float, now: float
    ) -> None:
        self._n_answered += 1
        self._n_failed_in_row = 0
        self._window.answered(now - began_at, len(self._open))
        self._pace.accepted()
        outcome = read_completion(answer.body, self._grades, usage)
        self._n_explained += 1
        self._outbox.put((pair.index, outcome))
        if self._is_limited and pair.request:
            used = outcome.usage.input_tokens + outcome.usage.output_tokens
            await self._gate.settle(pair.request.n_tokens - used if used else 0)
        if answer.used_up_s:
            await self._hold_back(answer.used_up_s, f"{self._spec.base_url} says its limit is used up")

    async def _postpone(self, pair: OpenPair, verdict: TryLater, began_at: float, now: float) -> None:
        if verdict.is_rejection:
            self._pace.rejected(began_at, now, verdict.after_s)
            self._window.troubled(began_at, now, self._pace.rate(now))
        else:
            self._n_failed_in_row += 1
            self._window.troubled(began_at, now)
        # Rejected while others were answered: this call had bad luck, and may simply queue again.
        is_crowded = verdict.is_rejection and self._n_answered > pair.n_answered
        pair.n_tries += not is_crowded
        pair.n_answered = self._n_answered
        if pair.n_tries >= self._backoff.max_attempts:
            message = f"{verdict.detail} (attempt {pair.n_tries})"
            self._fail(TransientFailure(message, verdict.after_s, is_unreachable=verdict.is_unreachable))
            return
        asked_s = verdict.after_s or 0.0
        longest_s = min(self._backoff.max_wait_s, self._backoff.base_s * 2 ** max(0, pair.n_tries - 1))
        pair.due_at = now + asked_s + (0.0 if is_crowded else self._rng.uniform(0.0, longest_s))
        heapq.heappush(self._retries, pair)
        if asked_s:
            await self._hold_back(asked_s, verdict.detail)

    async def _hold_back(self, seconds: float, why: str) -> None:
        """What the provider asks of one call holds for all of them, in every worker."""
        self._pause(seconds, why)
        await self._gate.hold_back(seconds)

    def _pause(self, seconds: float, why: str) -> None:
        self._pace.pause(self._clock() + seconds)
        is_left = self._retries or self._n_begun < len(self._requests)
        if seconds > self._backoff.max_wait_s and is_left:
            self._fail(TransientFailure(why, seconds))

    async def _watch(self) -> None:
        # Not until cancelled: redis-py sends by wait_for, which in Python 3.11 swallows a cancellation that
        # comes in the same turn as what it waited for. The round would never end.
        while not self._is_stopped:
            await asyncio.sleep(_LOOK_S)
            await self._look_at_others()
            self._begin_calls()

    async def _look_at_others(self) -> None:
        if (seconds := await self._gate.held_back_s()) > 0:
            self._pause(seconds, f"{self._spec.base_url} asked another worker to wait")

    def _reject(self, index: int, verdict: Rejected, usage: Usage) -> None:
        outcome = Unrated(verdict.reason, verdict.detail, "", usage)
        if verdict.is_certain:
            self._n_explained += 1
            self._outbox.put((index, outcome))
            return
        # It may be the settings' fault; the round shows whose it was.
        self._unexplained.append((index, outcome))
        if not self._n_explained and len(self._unexplained) >= MAX_UNEXPLAINED_REJECTIONS:
            self._fail(
                RaterMisconfigured(
                    f"all {len(self._unexplained)} calls so far were rejected: {outcome.detail}; check the "
                    "rater's model and decoding"
                )
            )

    def _fail(self, failure: BaseException) -> None:
        self._failure = self._failure or failure

    def _close(self) -> None:
        if not isinstance(self._failure, RaterMisconfigured):
            for item in self._unexplained:
                self._outbox.put(item)
        if self._failure:
            raise self._failure

"""The hosted rater against scripted answers: what is retried, what is recorded, and what stops it."""

import asyncio
import json
import logging
import random
import time
from collections.abc import Sequence

import httpx2
import pytest

from raters.dialect import Dialects
from raters.hosted import HostedRater
from raters.protocol import Outcome, Rated, RateRequest, RaterMisconfigured, Reason, TransientFailure, Unrated
from raters.tempo import Backoff
from tests.raters.providers import ScriptedProvider, collect, document_of, failure, hosted_spec, ok

KEY = "sk-very-secret-key-123"
AT_ONCE = Backoff(max_attempts=3, base_s=0.0, max_wait_s=5.0)


def make_rater(provider: ScriptedProvider, backoff: Backoff = AT_ONCE, **fields: object) -> HostedRater:
    return HostedRater(
        hosted_spec(**fields),
        api_key=KEY,
        rng=random.Random(0),
        backoff=backoff,
        dialects=Dialects(),
        transport=httpx2.MockTransport(provider),
    )


def requests(*documents: str) -> list[RateRequest]:
    return [RateRequest("tea", "", document) for document in documents]


def rate_all(rater: HostedRater, asked: Sequence[RateRequest]) -> dict[int, Outcome]:
    yielded = list(rater.rate(asked))
    assert len(dict(yielded)) == len(yielded), "an index came twice"
    return dict(yielded)


def test_every_request_gets_its_own_outcome() -> None:
    provider = ScriptedProvider({"a": [ok(0)], "b": [ok(3)], "c": [ok("2")], "d": [ok(7)], "e": [ok(True)]})

    outcomes = rate_all(make_rater(provider), requests("a", "b", "c", "d", "e"))

    grades = [
        outcome.grade if isinstance(outcome, Rated) else outcome.reason
        for _, outcome in sorted(outcomes.items())
    ]
    assert grades == [0, 3, 2, Reason.OFF_SCALE, Reason.UNPARSEABLE]
    assert [outcomes[i].usage.input_tokens for i in range(5)] == [50] * 5


def test_no_requests_make_no_calls() -> None:
    provider = ScriptedProvider({})

    assert rate_all(make_rater(provider), []) == {}
    assert provider.calls == []


def test_what_is_sent() -> None:
    provider = ScriptedProvider({"*": [ok()]})
    rate_all(make_rater(provider, decoding={"seed": 7, "max_output_tokens": 99}), requests("a"))

    sent = json.loads(provider.requests[0].content)
    assert str(provider.requests[0].url) == "http://provider.test/v1/chat/completions"
    assert provider.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert (sent["model"], sent["temperature"], sent["seed"], sent["max_completion_tokens"]) == (
        "gpt-x",
        0.0,
        7,
        99,
    )
    assert sent["response_format"]["type"] == "json_schema"
    assert "top_p" not in sent
    assert "reasoning_effort" not in sent


def test_a_long_document_is_cut_at_its_end_and_counted() -> None:
    provider = ScriptedProvider({"*": [ok()]})

    # 3 tokens are 12 characters; 20 - 12 = 8 characters are 2 tokens.
    outcome = rate_all(make_rater(provider, max_document_tokens=3), requests("0123456789abcdefghij"))[0]

    assert provider.calls == ["0123456789ab"]
    assert outcome.usage.truncated_tokens == 2


@pytest.mark.parametrize(
    "trouble",
    [failure(429), failure(500), failure(503, headers={"retry-after": "0"})],
    ids=lambda r: r.status_code,
)
def test_transient_trouble_is_tried_again(trouble: httpx2.Response) -> None:
    provider = ScriptedProvider({"a": [trouble, trouble, ok(1)]})

    outcome = rate_all(make_rater(provider), requests("a"))[0]

    assert isinstance(outcome, Rated)
    assert outcome.usage.attempts == 3


def test_trouble_that_lasts_is_handed_to_the_caller_and_the_rest_stays_valid() -> None:
    provider = ScriptedProvider({"a": [ok(1)], "b": [failure(500)]})
    yielded: list[tuple[int, Outcome]] = []

    with pytest.raises(TransientFailure, match=r"HTTP 500 .* \(attempt 3\)") as caught:
        collect(make_rater(provider, max_in_flight=1).rate(requests("a", "b", "c")), yielded)

    assert [index for index, _ in yielded] == [0]
    assert caught.value.retry_after_s is None
    assert provider.calls == ["a", "b", "b", "b"]


def test_a_provider_that_asks_for_a_long_wait_is_not_waited_for() -> None:
    provider = ScriptedProvider({"a": [failure(429, headers={"retry-after": "600"})]})

    with pytest.raises(TransientFailure) as caught:
        rate_all(make_rater(provider), requests("a"))

    assert caught.value.retry_after_s == 600.0
    assert provider.calls == ["a"]


def test_retry_after_holds_back_all_calls() -> None:
    began: list[tuple[str, float]] = []
    provider = ScriptedProvider({"a": [failure(429, headers={"retry-after": "0.3"}), ok()], "*": [ok()]})

    def note(request: httpx2.Request) -> httpx2.Response:
        began.append((document_of(request.content), time.monotonic()))
        return provider(request)

    rater = HostedRater(
        hosted_spec(max_in_flight=1),
        api_key=KEY,
        rng=random.Random(0),
        backoff=AT_ONCE,
        dialects=Dialects(),
        transport=httpx2.MockTransport(note),
    )
    rate_all(rater, requests("a", "b"))

    (_, first), *later = began
    assert sorted(document for document, _ in later) == ["a", "b"]
    assert all(at - first >= 0.3 for _, at in later)


def test_a_call_that_takes_too_long_may_work_later() -> None:
    class Hanging(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            await asyncio.Event().wait()
            raise AssertionError("an event nobody sets was set")

    rater = HostedRater(
        hosted_spec(timeout_s=0.1),
        api_key=KEY,
        rng=random.Random(0),
        backoff=Backoff(max_attempts=1),
        dialects=Dialects(),
        transport=Hanging(),
    )

    with pytest.raises(TransientFailure, match=r"no answer from http://provider\.test/v1 within 0\.1 s"):
        rate_all(rater, requests("a"))


@pytest.mark.parametrize("status", [401, 403, 404])
def test_wrong_settings_stop_the_rater_at_once(status: int) -> None:
    provider = ScriptedProvider({"*": [failure(status, "wrong")]})

    with pytest.raises(RaterMisconfigured, match="wrong"):
        rate_all(make_rater(provider, max_in_flight=2), requests(*"abcdefgh"))

    assert len(provider.calls) <= 2


def test_one_pair_that_is_rejected_is_unrated() -> None:
    too_long = failure(400, "too long", code="context_length_exceeded")
    outcomes = rate_all(make_rater(ScriptedProvider({"b": [too_long], "*": [ok()]})), requests("a", "b", "c"))

    assert isinstance(outcomes[1], Unrated)
    assert outcomes[1].reason is Reason.PROVIDER_ERROR
    assert "too long" in outcomes[1].detail
    assert all(isinstance(outcomes[i], Rated) for i in (0, 2))


def test_rejections_among_answers_are_the_fault_of_pairs() -> None:
    provider = ScriptedProvider({"good": [ok()], "*": [failure(400, "odd")]})

    outcomes = rate_all(make_rater(provider, max_in_flight=1), requests("good", *"abcdefgh"))

    assert sum(isinstance(outcome, Unrated) for outcome in outcomes.values()) == 8


def test_rejections_of_everything_are_the_fault_of_the_settings() -> None:
    provider = ScriptedProvider({"*": [failure(400, "the request is odd")]})
    rater = make_rater(provider, max_in_flight=1)

    with pytest.raises(RaterMisconfigured, match=r"all 5 calls so far were rejected: .*the request is odd"):
        next(rater.rate(requests(*"abcdefgh")))

    assert len(provider.calls) == 5


def test_a_few_rejections_at_the_end_are_recorded() -> None:
    outcomes = rate_all(make_rater(ScriptedProvider({"*": [failure(400, "odd")]})), requests("a", "b"))

    assert {outcome.reason for outcome in outcomes.values() if isinstance(outcome, Unrated)} == {
        Reason.PROVIDER_ERROR
    }
    assert len(outcomes) == 2


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_the_key_is_in_no_outcome_error_or_log(status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = failure(status, f"Incorrect API key provided: {KEY}", code="context_length_exceeded")
    rater = make_rater(ScriptedProvider({"*": [echo]}))
    said = [repr(rater), repr(rater.spec), json.dumps(rater.spec.to_dict())]

    try:
        said += [repr(item) for item in rater.rate(requests("a"))]
    except (TransientFailure, RaterMisconfigured) as error:
        said += [str(error), repr(error), repr(error.__context__), repr(error.__cause__)]

    assert any("[API key]" in text for text in said)
    assert KEY not in "".join(said)
    assert KEY not in caplog.text


def test_it_works_where_a_loop_is_already_running() -> None:
    async def notebook_cell() -> dict[int, Outcome]:
        return rate_all(make_rater(ScriptedProvider({"*": [ok()]})), requests("a"))

    assert len(asyncio.run(notebook_cell())) == 1

"""The hosted rater over a real socket: outcomes come one by one, limits hold, broken servers are survived."""

import random
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from raters.dialect import Dialects
from raters.hosted import HostedRater
from raters.protocol import Outcome, Rated, RateRequest, Reason, TransientFailure, Unrated
from raters.tempo import Backoff
from tests.raters.providers import collect, completion_body, document_of, hosted_spec, loopback_server, send

QUICK = Backoff(max_attempts=3, base_s=0.001, max_wait_s=1.0)
DEADLINE_S = 30.0


def make_rater(base_url: str, **fields: object) -> HostedRater:
    return HostedRater(
        hosted_spec(base_url=base_url, **fields),
        api_key="",
        rng=random.Random(0),
        backoff=QUICK,
        dialects=Dialects(),
    )


def requests(n: int) -> list[RateRequest]:
    return [RateRequest("tea", "", f"document {i}") for i in range(n)]


def test_outcomes_are_yielded_while_other_calls_are_still_open() -> None:
    may_answer_last = threading.Event()

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if document_of(body) == "document 0":
            assert may_answer_last.wait(DEADLINE_S)
        send(handler, 200, completion_body(2))

    with loopback_server(answer) as base_url:
        outcomes = make_rater(base_url, max_in_flight=2).rate(requests(4))
        early = {next(outcomes)[0] for _ in range(3)}
        may_answer_last.set()
        late = [index for index, _ in outcomes]

    assert (early, late) == ({1, 2, 3}, [0])


def test_no_more_calls_are_open_than_allowed() -> None:
    together = threading.Barrier(3, timeout=DEADLINE_S)
    lock = threading.Lock()
    n_open: list[int] = [0]
    most: list[int] = [0]

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        with lock:
            n_open[0] += 1
            most[0] = max(most[0], n_open[0])
        together.wait()
        with lock:
            n_open[0] -= 1
        send(handler, 200, completion_body(2))

    with loopback_server(answer) as base_url:
        outcomes = list(make_rater(base_url, max_in_flight=3).rate(requests(9)))

    # The barrier opens only when three calls are open at once, so fewer would have hung.
    assert len(outcomes) == 9
    assert most == [3]


def test_a_429_with_retry_after_is_honoured() -> None:
    seen: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        seen.append(document_of(body))
        if len(seen) == 1:
            send(handler, 429, '{"error": {"message": "slow down"}}', {"retry-after": "0.05"})
        else:
            send(handler, 200, completion_body(1))

    with loopback_server(answer) as base_url:
        ((_, outcome),) = make_rater(base_url).rate(requests(1))

    assert isinstance(outcome, Rated)
    assert outcome.usage.attempts == 2
    assert outcome.usage.latency_s >= 0.05


def test_a_connection_that_breaks_in_the_middle_of_a_reply_is_tried_again() -> None:
    seen: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        seen.append(document_of(body))
        if len(seen) > 1:
            send(handler, 200, completion_body(3))
            return
        handler.send_response(200)
        handler.send_header("content-length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"choices": [{"mess')
        handler.close_connection = True

    with loopback_server(answer) as base_url:
        ((_, outcome),) = make_rater(base_url).rate(requests(1))

    assert isinstance(outcome, Rated)
    assert outcome.usage.attempts == 2


def test_half_a_json_body_is_unrated_with_the_reply_kept() -> None:
    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        send(handler, 200, completion_body(3)[:60])

    with loopback_server(answer) as base_url:
        ((_, outcome),) = make_rater(base_url).rate(requests(1))

    assert isinstance(outcome, Unrated)
    assert outcome.reason is Reason.PROVIDER_ERROR
    assert outcome.reply == completion_body(3)[:60]


def test_a_provider_that_dies_leaves_what_it_answered() -> None:
    seen: list[str] = []
    yielded: list[tuple[int, Outcome]] = []

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        seen.append(document_of(body))
        if len(seen) <= 5:
            send(handler, 200, completion_body(2))
        handler.close_connection = True

    with (
        loopback_server(answer) as base_url,
        pytest.raises(TransientFailure, match=r"http://127\.0\.0\.1.* broke: .*\(attempt 3\)"),
    ):
        collect(make_rater(base_url, max_in_flight=1).rate(requests(50)), yielded)

    assert [index for index, _ in yielded] == [0, 1, 2, 3, 4]
    assert all(isinstance(outcome, Rated) for _, outcome in yielded)
    assert seen[5:] == ["document 5"] * 3


def test_leaving_early_does_not_wait_for_the_open_calls() -> None:
    may_answer = threading.Event()
    answered: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if document_of(body) != "document 0":
            may_answer.wait(DEADLINE_S)
        answered.append(document_of(body))
        send(handler, 200, completion_body(2))

    with loopback_server(answer) as base_url:
        outcomes = make_rater(base_url, max_in_flight=4).rate(requests(20))
        next(outcomes)
        outcomes.close()
        answered_until_closed = list(answered)
        may_answer.set()

    assert answered_until_closed == ["document 0"]

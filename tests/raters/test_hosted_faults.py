"""Every fault a provider can have, over a real socket: what is tried again, recorded, remembered."""

import random
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from raters.dialect import Dialects
from raters.hosted import HostedRater
from raters.protocol import Rated, Reason, TransientFailure, Unrated
from raters.tempo import Backoff
from tests.raters.fault_server import (
    body,
    choice,
    cut,
    does_not_know,
    fault_server,
    half_a_reply,
    hang,
    status,
)
from tests.raters.hosted_raters import make_rater, only, requests
from tests.raters.providers import completion_body, hosted_spec

QUICK = Backoff(max_attempts=3, base_s=0.01, max_wait_s=2.0)


@pytest.mark.parametrize(
    "fault",
    [
        status(429, headers={"retry-after": "0.05"}),
        status(429),
        status(500),
        half_a_reply,
        cut,
        body('{"error": {"message": "overloaded", "code": 502}}'),
    ],
    ids=["429 with Retry-After", "429", "500", "half a reply", "cut", "502 in a 200"],
)
def test_a_passing_fault_costs_one_more_call_and_no_grade(fault: Any) -> None:
    with fault_server() as server:
        server.coming.append(fault)
        outcome = only(make_rater(server))

    assert isinstance(outcome, Rated)
    assert (outcome.grade, outcome.usage.attempts) == (2, 2)
    assert server.paid == {"document 0": 1}


@pytest.mark.parametrize(
    ("fault", "reason", "reply"),
    [
        (body("<html>busy</html>"), Reason.PROVIDER_ERROR, "<html>busy</html>"),
        (body('{"choices": 7}'), Reason.PROVIDER_ERROR, '{"choices": 7}'),
        (choice('{"grade": 9}'), Reason.OFF_SCALE, '{"grade": 9}'),
        (choice('{"grade": -1}'), Reason.OFF_SCALE, '{"grade": -1}'),
        (choice("I like it"), Reason.UNPARSEABLE, "I like it"),
        (choice(None, refusal="I will not."), Reason.REFUSED, "I will not."),
        (choice('{"grade": 2}', "content_filter"), Reason.REFUSED, '{"grade": 2}'),
        (choice(""), Reason.EMPTY, ""),
        (choice('{"rationale": "lo', "length"), Reason.TRUNCATED, '{"rationale": "lo'),
        (choice('{"grade": 2}', "error"), Reason.PROVIDER_ERROR, '{"grade": 2}'),
        (status(400, code="context_length_exceeded"), Reason.PROVIDER_ERROR, ""),
    ],
)
def test_a_lasting_fault_of_one_reply_is_unrated_with_the_reply_and_not_paid_again(
    fault: Any, reason: Reason, reply: str
) -> None:
    with fault_server() as server:
        server.by_document["document 1"] = fault
        outcomes = dict(make_rater(server).rate(requests(3)))

    broken = outcomes.pop(1)
    assert isinstance(broken, Unrated)
    assert (broken.reason, broken.reply) == (reason, reply)
    assert all(isinstance(outcome, Rated) for outcome in outcomes.values())
    assert server.calls == {f"document {i}": 1 for i in range(3)}


def test_a_provider_that_hangs_is_left_at_the_read_timeout() -> None:
    with fault_server() as server:
        server.coming.append(hang(server))
        outcome = only(make_rater(server, read_timeout_s=2.0))

    assert isinstance(outcome, Rated)
    assert outcome.usage.attempts == 2


def test_the_total_timeout_ends_a_provider_that_drips() -> None:
    def drip(handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> bool:
        handler.send_response(200)
        handler.send_header("content-length", "1000")
        handler.end_headers()
        try:
            while not server.released.wait(0.02):
                handler.wfile.write(b" ")
        except OSError:
            handler.close_connection = True
        return True

    with fault_server() as server:
        server.always.append(drip)
        with pytest.raises(TransientFailure, match=r"within 2 s \(timeout_s\)"):
            only(make_rater(server, Backoff(max_attempts=1), timeout_s=2.0, read_timeout_s=1.5))


def test_nobody_at_the_address_is_told_apart() -> None:
    with fault_server() as server:
        gone = make_rater(server)

    with pytest.raises(
        TransientFailure, match=r"cannot reach http://127\.0\.0\.1:\d+/v1: .*refused"
    ) as caught:
        only(gone)
    assert caught.value.is_unreachable


def test_a_host_without_an_address_is_told_apart() -> None:
    spec = hosted_spec(base_url="http://no-such-host.invalid/v1")
    rater = HostedRater(spec, api_key="", rng=random.Random(0), backoff=QUICK, dialects=Dialects())

    with pytest.raises(TransientFailure, match=r"cannot reach http://no-such-host\.invalid") as caught:
        only(rater)
    assert caught.value.is_unreachable


def test_a_provider_that_dies_and_comes_back_loses_no_pair_and_is_paid_once_for_each() -> None:
    outage = [cut] * 12 + [status(503)] * 4

    with fault_server() as server:
        server.coming.extend([*[lambda handler, request: False] * 10, *outage])
        patient = Backoff(max_attempts=30, base_s=0.001, max_wait_s=0.01)
        outcomes = dict(make_rater(server, patient, max_in_flight=4).rate(requests(60)))

    assert len(outcomes) == 60
    assert all(isinstance(outcome, Rated) for outcome in outcomes.values())
    assert server.paid == {f"document {i}": 1 for i in range(60)}


def test_while_everything_fails_no_further_pair_is_tried() -> None:
    with fault_server() as server:
        server.always.append(status(500))
        with pytest.raises(TransientFailure):
            list(make_rater(server, max_in_flight=1).rate(requests(50)))

    assert server.calls == {"document 0": 3}


@pytest.mark.parametrize(
    ("unknown", "rungs"),
    [
        ([], ["json_schema", "json_schema"]),
        (["json_schema"], ["json_schema", "json_object", "json_object"]),
        (["json_schema", "json_object"], ["json_schema", "json_object", None, None]),
    ],
    ids=str,
)
def test_the_ladder_is_climbed_down_once_and_remembered(unknown: list[str], rungs: list[str | None]) -> None:
    dialects = Dialects()
    with fault_server() as server:
        server.always.extend(does_not_know("response_format", kind) for kind in unknown)
        first = only(make_rater(server, dialects=dialects))
        again = only(make_rater(server, dialects=dialects))

    assert isinstance(first, Rated)
    assert isinstance(again, Rated)
    asked = [request.get("response_format", {}).get("type") for request in server.requests]
    assert asked == rungs
    assert (first.usage.attempts, again.usage.attempts) == (len(rungs) - 1, 1)


@pytest.mark.parametrize(
    ("parameter", "decoding"),
    [
        ("temperature", {}),
        ("seed", {"seed": 7}),
        ("reasoning_effort", {"reasoning_effort": "low"}),
        ("logprobs", {}),
        ("top_logprobs", {}),
        ("max_completion_tokens", {}),
    ],
)
def test_a_parameter_the_endpoint_does_not_know_is_left_out_from_then_on(
    parameter: str, decoding: dict[str, object]
) -> None:
    with fault_server() as server:
        server.always.append(does_not_know(parameter))
        rater = make_rater(server, decoding=decoding, max_in_flight=1)
        outcomes = dict(rater.rate(requests(3)))

    assert all(isinstance(outcome, Rated) for outcome in outcomes.values())
    assert [parameter in request for request in server.requests] == [True, False, False, False]
    last = server.requests[-1]
    if parameter == "max_completion_tokens":
        assert last["max_tokens"] == 512
    if parameter.endswith("logprobs"):
        assert not {"logprobs", "top_logprobs"} & set(last)
    assert last["response_format"]["type"] == "json_schema"


def test_another_bad_request_leaves_the_ladder_alone() -> None:
    with fault_server() as server:
        server.by_document["document 0"] = status(400, "the prompt is too long", param="messages")
        outcomes = dict(make_rater(server, max_in_flight=1).rate(requests(3)))

    assert isinstance(outcomes[0], Unrated)
    assert {request["response_format"]["type"] for request in server.requests} == {"json_schema"}


def test_too_many_requests_lose_no_pair() -> None:
    """A server that takes 40 calls in any second, and says no more than that it was too many."""
    taken: list[float] = []

    def refuse(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> bool:
        now = time.monotonic()
        with server.lock:
            if sum(now - at < 1.0 for at in taken) < 40:
                taken.append(now)
                return False
        return status(429)(handler, request)

    with fault_server() as server:
        server.always.append(refuse)
        outcomes = dict(make_rater(server, Backoff(), max_in_flight=64).rate(requests(120)))

    assert all(isinstance(outcome, Rated) for outcome in outcomes.values())
    assert server.paid == {f"document {i}": 1 for i in range(120)}


def test_what_the_headers_say_is_used_up_is_waited_for() -> None:
    began: list[float] = []

    def last_one(handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> bool:
        began.append(time.monotonic())
        payload = completion_body(2).encode()
        handler.send_response(200)
        handler.send_header("content-length", str(len(payload)))
        handler.send_header("x-ratelimit-remaining-requests", "0")
        handler.send_header("x-ratelimit-reset-requests", "300ms")
        handler.end_headers()
        handler.wfile.write(payload)
        return True

    with fault_server() as server:
        server.coming.append(last_one)
        server.always.append(lambda handler, request: bool(began.append(time.monotonic())))
        outcomes = dict(make_rater(server, max_in_flight=1).rate(requests(2)))

    assert len(outcomes) == 2
    assert began[1] - began[0] >= 0.3

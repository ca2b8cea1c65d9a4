"""Each error of a provider means one of three things."""

import datetime as dt
import json

import pytest

from raters.protocol import Reason
from raters.provider_errors import Misconfigured, Rejected, TryLater, judge_response
from raters.wire import Response
from tests.raters.providers import hosted_spec

NOW = dt.datetime(2026, 1, 1, 12, 0, 0, tzinfo=dt.UTC)
SPEC = hosted_spec(api_key_env="JUDGE_KEY")


def error(status: int, headers: dict[str, str] | None = None, body: dict[str, str] | None = None) -> Response:
    return Response(status, headers or {}, json.dumps({"error": {"message": "it says no", **(body or {})}}))


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_what_may_succeed_later(status: int) -> None:
    verdict = judge_response(error(status), SPEC, NOW)

    assert isinstance(verdict, TryLater)
    assert verdict.after_s is None
    assert verdict.is_rejection == (status == 429)
    assert "it says no" in verdict.detail


@pytest.mark.parametrize(
    ("headers", "after_s"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:20 GMT"}, 20.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:59:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(headers: dict[str, str], after_s: float | None) -> None:
    verdict = judge_response(error(429, headers), SPEC, NOW)

    assert isinstance(verdict, TryLater)
    assert verdict.after_s == after_s


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (401, {}, "check the key in the environment variable JUDGE_KEY"),
        (403, {}, "check the key in the environment variable JUDGE_KEY"),
        (404, {}, "check base_url and model 'gpt-x'"),
        (405, {}, "check base_url"),
        (307, {}, "check base_url"),
        (402, {}, "needs credit"),
        (429, {"code": "insufficient_quota"}, "needs credit"),
        (400, {"param": "temperature"}, "change field 'temperature'"),
        (400, {"param": "response_format.json_schema"}, "'response_format'"),
        (400, {"code": "model_not_found"}, "change field 'model'"),
    ],
)
def test_what_a_person_must_mend(status: int, body: dict[str, str], remedy: str) -> None:
    verdict = judge_response(error(status, body=body), SPEC, NOW)

    assert isinstance(verdict, Misconfigured)
    assert remedy in verdict.remedy
    assert "it says no" in verdict.remedy


@pytest.mark.parametrize(
    ("status", "body", "reason", "is_certain"),
    [
        (400, {"code": "context_length_exceeded"}, Reason.PROVIDER_ERROR, True),
        (400, {"type": "exceed_context_size_error"}, Reason.PROVIDER_ERROR, True),
        (413, {}, Reason.PROVIDER_ERROR, True),
        (400, {"code": "content_filter"}, Reason.REFUSED, True),
        (400, {}, Reason.PROVIDER_ERROR, False),
        (422, {}, Reason.PROVIDER_ERROR, False),
        (400, {"param": "messages"}, Reason.PROVIDER_ERROR, False),
    ],
)
def test_what_is_the_fault_of_one_pair(
    status: int, body: dict[str, str], reason: Reason, is_certain: bool
) -> None:
    verdict = judge_response(error(status, body=body), SPEC, NOW)

    assert isinstance(verdict, Rejected)
    assert (verdict.reason, verdict.is_certain) == (reason, is_certain)

"""What a provider's refusal to answer means: try later, this pair never, or mend the settings."""

import datetime as dt
from dataclasses import dataclass

from raters.error_body import ErrorBody, read_error
from raters.protocol import Reason
from raters.retry_after import retry_after_s
from raters.spec import RaterSpec
from raters.wire import Response

_RETRYABLE = {408, 409, 425, 429}
# OpenAI and Azure name what is wrong in `code` or `param`, llama.cpp in `type`; others often say nothing.
PAIR_CODES = {
    "context_length_exceeded",
    "exceed_context_size_error",
    "string_above_max_length",
    "invalid_prompt",
}
FILTER_CODES = {"content_filter", "content_policy_violation", "moderation_blocked"}
_SETTING_CODES = {
    "unsupported_parameter",
    "unsupported_value",
    "model_not_found",
    "invalid_api_key",
    "unknown_parameter",
}
_SETTING_PARAMS = (
    "model",
    "temperature",
    "top_p",
    "seed",
    "reasoning_effort",
    "max_completion_tokens",
    "max_tokens",
    "response_format",
    "logprobs",
    "top_logprobs",
)


@dataclass(frozen=True, slots=True)
class TryLater:
    """The same call may succeed.

    Attributes:
        after_s: what the provider asked for, or None.
        is_rejection: it said "too many" (429): a matter of pace, not of health.
        is_unreachable: no connection came about.
    """

    detail: str
    after_s: float | None = None
    is_rejection: bool = False
    is_unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """This pair gets no grade.

    Attributes:
        is_certain: the provider said that the pair is the cause; if not, the settings may be.
    """

    reason: Reason
    detail: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """No call will succeed before a person changes something."""

    remedy: str


Verdict = TryLater | Rejected | Misconfigured


def judge_response(response: Response, spec: RaterSpec, now: dt.datetime) -> Verdict:
    """Decide what an answer with an error status means.

    Args:
        response: of a status other than 200.
        spec: names the fields to mend.
        now: to read a Retry-After that is a date.
    """
    status = response.status
    error = read_error(response.body)
    said = f"HTTP {status} from {spec.base_url}: {error.message}"
    if error.code == "insufficient_quota" or status == 402:
        return Misconfigured(
            f"{said}; the account of {spec.api_key or spec.api_key_env or 'this endpoint'} needs credit"
        )
    if status in _RETRYABLE or status >= 500:
        return TryLater(said, retry_after_s(response.headers, now), is_rejection=status == 429)
    if status in {400, 413, 422}:
        return _judge_bad_request(status, error, said)
    return Misconfigured(f"{said}; {_remedy(status, spec)}")


def _judge_bad_request(status: int, error: ErrorBody, said: str) -> Verdict:
    param = error.param.split(".")[0]
    if error.code in FILTER_CODES:
        return Rejected(Reason.REFUSED, said, is_certain=True)
    if {error.code, error.type} & PAIR_CODES or status == 413:
        return Rejected(Reason.PROVIDER_ERROR, said, is_certain=True)
    if error.code in _SETTING_CODES or param in _SETTING_PARAMS:
        return Misconfigured(
            f"{said}; change field {param or 'model'!r} or decoding.{param or '...'} of the rater"
        )
    return Rejected(Reason.PROVIDER_ERROR, said, is_certain=False)


def _remedy(status: int, spec: RaterSpec) -> str:
    if status in {401, 403}:
        if spec.api_key:
            return f"check the stored key {spec.api_key} and what it may use; evalhub key set replaces it"
        if not spec.api_key_env:
            return "name the environment variable that holds the API key in api_key_env, or a key in api_key"
        return f"check the key in the environment variable {spec.api_key_env} and what it may use"
    if status == 404:
        return f"check base_url and model {spec.model!r}"
    return "check base_url"

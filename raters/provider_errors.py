"""What a provider's error means: try later, this pair never, or mend the settings."""

import datetime as dt
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx2
import openai

from raters.protocol import Reason
from raters.spec import RaterSpec

_RETRYABLE = {408, 409, 425, 429}
# OpenAI and Azure name what is wrong in `code` or `param`, llama.cpp in `type`; others often say nothing.
_PAIR_CODES = {
    "context_length_exceeded",
    "exceed_context_size_error",
    "string_above_max_length",
    "invalid_prompt",
}
_FILTER_CODES = {"content_filter", "content_policy_violation", "moderation_blocked"}
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
)


@dataclass(frozen=True, slots=True)
class TryLater:
    """The same call may succeed; `after_s` is what the provider asked for."""

    detail: str
    after_s: float | None


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


def judge_error(error: openai.APIError, spec: RaterSpec, now: dt.datetime) -> Verdict:
    """Decide what an error of the openai client means.

    Args:
        error: as raised by a call.
        spec: names the fields to mend.
        now: to read a Retry-After that is a date.
    """
    if not isinstance(error, openai.APIStatusError):
        return TryLater(f"{type(error).__name__} at {spec.base_url}", None)
    status = error.status_code
    said = f"HTTP {status} from {spec.base_url}: {_message(error)}"
    if error.code == "insufficient_quota" or status == 402:
        return Misconfigured(f"{said}; the account of {spec.api_key_env or 'this endpoint'} needs credit")
    if status in _RETRYABLE or status >= 500:
        return TryLater(said, _retry_after_s(error.response.headers, now))
    if status in {400, 413, 422}:
        return _judge_bad_request(error, said)
    return Misconfigured(f"{said}; {_remedy(status, spec)}")


def _judge_bad_request(error: openai.APIStatusError, said: str) -> Verdict:
    param = (error.param or "").split(".")[0]
    if error.code in _FILTER_CODES:
        return Rejected(Reason.REFUSED, said, is_certain=True)
    if {error.code, error.type} & _PAIR_CODES or error.status_code == 413:
        return Rejected(Reason.PROVIDER_ERROR, said, is_certain=True)
    if error.code in _SETTING_CODES or param in _SETTING_PARAMS:
        return Misconfigured(
            f"{said}; change field {param or 'model'!r} or decoding.{param or '...'} of the rater"
        )
    return Rejected(Reason.PROVIDER_ERROR, said, is_certain=False)


def _remedy(status: int, spec: RaterSpec) -> str:
    if status in {401, 403}:
        if not spec.api_key_env:
            return "name the environment variable that holds the API key in api_key_env"
        return f"check the key in the environment variable {spec.api_key_env} and what it may use"
    if status == 404:
        return f"check base_url and model {spec.model!r}"
    return "check base_url"


def _message(error: openai.APIStatusError) -> str:
    body = error.body
    text = body.get("message") if isinstance(body, dict) else None
    return str(text or error.message)[:500]


def _retry_after_s(headers: httpx2.Headers, now: dt.datetime) -> float | None:
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        return max(0.0, float(headers["retry-after"]))
    except KeyError:
        return None
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(headers.get("retry-after", "")) - now).total_seconds())
    except (ValueError, TypeError):  # not a date, or one without a zone
        return None

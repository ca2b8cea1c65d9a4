"""Does an error say that the endpoint does not know one of the parameters it was sent?

A bad request of another sort (a prompt too long, a filter, a value out of range, a wrong model) must not be
taken for it: that would leave out a parameter the endpoint knows. So a parameter has to be named, in the
error's own field for it or in its message, together with words that say "unknown" or "not supported"; a name
that the graded texts hold themselves is not believed from a message, which may quote them.
"""

import re
from collections.abc import Mapping
from typing import Any

from raters.error_body import ErrorBody, read_error
from raters.provider_errors import FILTER_CODES, PAIR_CODES
from raters.wire import Response

_STATUSES = {400, 422}
_DENIED = 403  # OpenAI's answer to logprobs asked of a model that reasons
_UNKNOWN_CODES = {"unsupported_parameter", "unsupported_value", "unknown_parameter", "extra_forbidden"}
_UNKNOWN = re.compile(
    r"unsupported|not (?:currently |yet )?(?:be )?(?:supported|support\b|permitted|allowed|available"
    r"|implemented|recogni[sz]ed|accepted|known)|n[o']t support|unknown|unrecogni[sz]ed|unexpected"
    r"|unavailable|no longer|extra (?:inputs|fields)|additional propert|cannot find field|only the default",
    re.IGNORECASE,
)
# llama.cpp and LM Studio list the types they know. Of another parameter this is a wrong value, to be mended.
_OTHER_TYPES = re.compile(r"must be (?:one of|either|['\"`])", re.IGNORECASE)
_NAMES = {
    "response_format": r"response[_ ]format|json[_ ]schema|json[_ ]object|json mode|structured outputs?"
    r"|guided[_ ]json",
    "logprobs": r"(?:top_)?log[_ ]?probs",
    "max_completion_tokens": r"max_completion_tokens",
    "max_tokens": r"max_tokens",
    "temperature": r"temperature",
    "top_p": r"top_p",
    "seed": r"seed",
    "reasoning_effort": r"reasoning[_.]effort",
}


def unknown_parameter(response: Response, sent: Mapping[str, Any]) -> str | None:
    """Name the parameter of `sent` that the endpoint says it does not know, or None."""
    error = read_error(response.body)
    if {error.code, error.type} & (FILTER_CODES | PAIR_CODES):
        return None
    if response.status == _DENIED:
        named = _named_in_message(error.message, sent)
        return named if named == "logprobs" else None
    if response.status not in _STATUSES:
        return None
    if error.param:
        return _named_in_field(error, sent)
    return _named_in_message(error.message, sent)


def _named_in_field(error: ErrorBody, sent: Mapping[str, Any]) -> str | None:
    parameter = re.split(r"[.\[]", error.param)[0]
    if parameter not in sent or parameter not in {*_NAMES, "top_logprobs"}:
        return None
    says_unknown = {error.code, error.type} & _UNKNOWN_CODES or _UNKNOWN.search(error.message)
    # A lower rung is asked for less, so any complaint about this one is reason enough to try it.
    return parameter if says_unknown or parameter == "response_format" else None


def _named_in_message(message: str, sent: Mapping[str, Any]) -> str | None:
    texts = " ".join(str(part.get("content", "")) for part in sent.get("messages", ()))
    found = []
    for parameter, pattern in _NAMES.items():
        match = re.search(rf"(?<![\w.])(?:{pattern})(?!\w)", message, re.IGNORECASE)
        if match and parameter in sent and not re.search(pattern, texts, re.IGNORECASE):
            found.append((match.start(), parameter))
    # "'max_tokens' is not supported, use 'max_completion_tokens'": the first one named is meant.
    named = min(found)[1] if found else None
    is_unknown = _UNKNOWN.search(message) or (named == "response_format" and _OTHER_TYPES.search(message))
    return named if is_unknown else None

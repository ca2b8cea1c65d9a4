"""Which errors say that a parameter is not known, as real endpoints word them, and which do not."""

import json

import pytest

from raters.complaints import unknown_parameter
from raters.wire import Response

SENT = {
    "model": "m",
    "messages": [{"role": "user", "content": "how to set temperature in an oven"}],
    "response_format": {"type": "json_schema"},
    "max_completion_tokens": 512,
    "temperature": 0.0,
    "seed": 7,
    "logprobs": True,
    "top_logprobs": 8,
}


def said(status: int, body: object) -> str | None:
    return unknown_parameter(Response(status, {}, json.dumps(body)), SENT)


def error(message: str, **fields: object) -> dict[str, object]:
    return {"error": {"message": message, **fields}}


@pytest.mark.parametrize(
    ("status", "body", "parameter"),
    [
        # OpenAI
        (
            400,
            error("Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) "
                  "value is supported.", param="temperature", code="unsupported_value"),
            "temperature",
        ),
        (400, error("Unrecognized request argument supplied: seed"), "seed"),
        (403, error("You are not allowed to request logprobs from this model"), "logprobs"),
        (
            400,
            error("Invalid parameter: 'response_format' of type 'json_schema' is not supported.",
                  param=None),
            "response_format",
        ),
        # llama.cpp, LM Studio, DeepSeek, Groq
        (400, error('response_format type must be one of "text" or "json_object", but got: json_schema'),
         "response_format"),
        (400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}, "response_format"),
        (400, error("This response_format type is unavailable now"), "response_format"),
        (400, error("This model does not support response format `json_schema`."), "response_format"),
        # FastAPI (vLLM, TGI) and Mistral
        (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"],
                           "msg": "Extra inputs are not permitted"}]}, "seed"),
        (422, {"message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"],
                                       "msg": "Extra inputs are not permitted"}]}}, "max_completion_tokens"),
        # Gemini
        (400, [error('Unknown name "logprobs": Cannot find field.', code=400)], "logprobs"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_known_is_named(status: int, body: object, parameter: str) -> None:
    assert said(status, body) == parameter


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error("maximum context length is 4096 tokens", code="context_length_exceeded", param="seed")),
        (400, error("stopped: response_format is not supported", code="content_filter")),
        (400, error("Invalid value: temperature must be at most 2", param="temperature")),
        (400, error("'reasoning_effort' is not supported with this model", param="reasoning_effort")),
        (400, error("Unknown role 'system'", param="messages[0].role")),
        (400, error("The model `m` does not exist or is not supported", param="model")),
        (400, error("not supported: 'how to set temperature in an oven'")),
        (400, error("seed")),
        (500, error("response_format is not supported")),
        (401, error("seed is not supported")),
        (403, error("temperature is not allowed")),
    ],
)  # fmt: skip
def test_a_bad_request_of_another_sort_is_not_taken_for_it(status: int, body: object) -> None:
    assert said(status, body) is None


def test_a_body_that_is_no_json_is_read_as_words() -> None:
    assert unknown_parameter(Response(400, {}, "json_schema is not supported"), SENT) == "response_format"

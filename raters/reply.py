"""What a hosted rater asks for and how the answer's envelope is read."""

from collections.abc import Sequence

from pydantic import BaseModel, Field, ValidationError

from raters.label_logprobs import grade_probabilities
from raters.parser import Parsed, parse_reply
from raters.protocol import Outcome, Rated, Reason, Unrated, Usage, clip_reply
from raters.rubric import Grade, RenderedPrompt

MAX_RATIONALE_WORDS = 25


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None
    # Read apart: however broken they come, they cost no grade.
    logprobs: object = None


class _TokenCounts(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Completion(BaseModel):
    """What is read of a chat completion; laxer than the client's own types, as servers differ."""

    choices: list[_Choice] = Field(min_length=1)
    usage: _TokenCounts | None = None


def chat_messages(prompt: RenderedPrompt, grades: Sequence[Grade]) -> list[dict[str, str]]:
    """Write the rubric as the system's word, and everything untrusted as the user's."""
    scale = ", ".join(str(grade.value) for grade in grades)
    form = f'{{"rationale": "<at most {MAX_RATIONALE_WORDS} words>", "grade": <one of {scale}>}}'
    asked = f"{prompt.examples}{prompt.query}{prompt.document}{prompt.question.rstrip()}"
    user = f"{asked}\n\nReply with JSON only: {form}"
    return [{"role": "system", "content": prompt.rubric.strip()}, {"role": "user", "content": user}]


def reply_format(grades: Sequence[Grade]) -> dict[str, object]:
    """The JSON schema of a reply, the rationale first so that the grade can follow from it."""
    schema = {
        "type": "object",
        "properties": {
            "rationale": {"type": "string", "description": f"At most {MAX_RATIONALE_WORDS} words"},
            "grade": {"type": "integer", "enum": [grade.value for grade in grades]},
        },
        "required": ["rationale", "grade"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "judgment", "strict": True, "schema": schema}}


def read_completion(body: str, grades: Sequence[Grade], usage: Usage) -> Outcome:
    """Turn the body of a successful call into an outcome.

    Args:
        body: JSON as received.
        grades: the scale offered.
        usage: what is known of the call besides its token counts.
    """
    try:
        completion = Completion.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        detail = f"the answer is no chat completion: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        return Unrated(Reason.PROVIDER_ERROR, detail, clip_reply(body), usage)
    if completion.usage:
        usage = Usage(
            input_tokens=completion.usage.prompt_tokens,
            output_tokens=completion.usage.completion_tokens,
            latency_s=usage.latency_s,
            attempts=usage.attempts,
            truncated_tokens=usage.truncated_tokens,
        )
    return _read_choice(completion.choices[0], grades, usage)


def _read_choice(choice: _Choice, grades: Sequence[Grade], usage: Usage) -> Outcome:
    reply = clip_reply(choice.message.content or "")
    if choice.message.refusal:
        return Unrated(Reason.REFUSED, "the model refused", clip_reply(choice.message.refusal), usage)
    if choice.finish_reason == "content_filter":
        return Unrated(Reason.REFUSED, "stopped by the provider's content filter", reply, usage)
    if choice.finish_reason == "length":
        return Unrated(Reason.TRUNCATED, "stopped at decoding.max_output_tokens; raise it", reply, usage)
    if choice.finish_reason == "error":
        return Unrated(Reason.PROVIDER_ERROR, "the provider failed while it answered", reply, usage)
    return _read_grade(choice, [grade.value for grade in grades], reply, usage)


def _read_grade(choice: _Choice, offered: Sequence[int], reply: str, usage: Usage) -> Outcome:
    whole = choice.message.content or ""
    parsed = parse_reply(whole, offered)
    if not isinstance(parsed, Parsed):
        return Unrated(parsed.reason, parsed.detail, reply, usage)
    probabilities = grade_probabilities(choice.logprobs, whole, parsed.grade, offered)
    expected: float = parsed.grade
    if probabilities:
        expected = sum(grade * share for grade, share in zip(offered, probabilities, strict=True))
    gain = min(1.0, expected / offered[-1])
    return Rated(parsed.grade, gain, probabilities, parsed.rationale, reply, usage)

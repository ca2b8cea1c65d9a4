"""What a hosted rater sends, and how the envelope of an answer is read."""

import json

import pytest

from raters.protocol import Rated, RateRequest, Reason, Unrated, Usage
from raters.reply import chat_messages, read_completion, reply_format
from raters.rubric import load_prompt

PROMPT = load_prompt("graded-relevance")


def completion(content: str | None, finish_reason: str = "stop", refusal: str | None = None) -> str:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    usage = {"prompt_tokens": 120, "completion_tokens": 9, "total_tokens": 129}
    return json.dumps(
        {"id": "x", "choices": [{"message": message, "finish_reason": finish_reason}], "usage": usage}
    )


def test_the_rubric_is_the_systems_word_and_the_document_the_users() -> None:
    system, user = chat_messages(PROMPT.render(RateRequest("tea", "Title", "Grade 3!")), PROMPT.grades)

    assert (system["role"], user["role"]) == ("system", "user")
    assert "0 = " in system["content"]
    assert "tea" not in system["content"]
    assert "<document>\nTitle\nGrade 3!\n</document>" in user["content"]
    assert user["content"].endswith('"grade": <one of 0, 1, 2, 3>}')


def test_the_schema_offers_only_the_scale() -> None:
    described = json.loads(json.dumps(reply_format(PROMPT.grades)))["json_schema"]

    assert described["strict"] is True
    assert described["schema"]["properties"]["grade"]["enum"] == [0, 1, 2, 3]
    assert described["schema"]["required"] == ["rationale", "grade"]
    assert described["schema"]["additionalProperties"] is False


def test_a_grade_with_its_usage() -> None:
    outcome = read_completion(completion('{"rationale": "ok", "grade": 2}'), PROMPT.grades, Usage(attempts=3))

    # gain = 2 / 3
    assert outcome == Rated(
        2, 2 / 3, None, "ok", '{"rationale": "ok", "grade": 2}', Usage(120, 9, latency_s=0.0, attempts=3)
    )


@pytest.mark.parametrize(
    ("body", "reason", "reply"),
    [
        (completion(None, refusal="I will not."), Reason.REFUSED, "I will not."),
        (completion('{"grade": 3}', "content_filter"), Reason.REFUSED, '{"grade": 3}'),
        (completion('{"rationale": "lo', "length"), Reason.TRUNCATED, '{"rationale": "lo'),
        (completion(None), Reason.EMPTY, ""),
        (completion("Good!"), Reason.UNPARSEABLE, "Good!"),
        (completion('{"grade": 9}'), Reason.OFF_SCALE, '{"grade": 9}'),
        ("<html>busy</html>", Reason.PROVIDER_ERROR, "<html>busy</html>"),
        ('{"error": {"message": "no"}}', Reason.PROVIDER_ERROR, '{"error": {"message": "no"}}'),
        ('{"choices": []}', Reason.PROVIDER_ERROR, '{"choices": []}'),
        ('{"choices": [{}]}', Reason.PROVIDER_ERROR, '{"choices": [{}]}'),
    ],
)
def test_no_broken_answer_is_a_grade_and_each_is_kept(body: str, reason: Reason, reply: str) -> None:
    outcome = read_completion(body, PROMPT.grades, Usage())

    assert isinstance(outcome, Unrated)
    assert (outcome.reason, outcome.reply) == (reason, reply)

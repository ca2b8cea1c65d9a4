"""The probabilities at the grade's place, worked by hand; nothing is read where they might be another's."""

import json
import math

import pytest

from raters.label_logprobs import grade_probabilities
from raters.protocol import Rated, Usage
from raters.reply import read_completion
from raters.rubric import load_prompt

SCALE = [0, 1, 2, 3]
REPLY = '{"rationale": "covers 3 of 4", "grade": 2}'
TOKENS = [
    '{"',
    "rationale",
    '":',
    ' "',
    "covers",
    " ",
    "3",
    " of",
    " 4",
    '",',
    ' "',
    "grade",
    '":',
    " ",
    "2",
    "}",
]


def spelt(tokens: list[str], at: int, top: dict[str, float]) -> dict[str, object]:
    """Tokens of which the one at `at` has these alternatives (as probabilities)."""
    content: list[dict[str, object]] = [{"token": t, "logprob": -0.1, "top_logprobs": []} for t in tokens]
    content[at] = {
        "token": tokens[at],
        "logprob": math.log(top[tokens[at]]),
        "top_logprobs": [{"token": t, "logprob": math.log(p)} for t, p in top.items()],
    }
    return {"content": content}


def test_the_offered_grades_are_renormalised_at_the_grades_own_place() -> None:
    logprobs = spelt(TOKENS, 14, {"2": 0.5, "3": 0.2, "1": 0.1, "7": 0.1, "x": 0.1})

    # 0.5, 0.2, 0.1 of 0.8; the "3" in the rationale is not the grade's place
    assert grade_probabilities(logprobs, REPLY, 2, SCALE) == pytest.approx((0, 0.125, 0.625, 0.25))


def test_a_grade_with_and_without_a_blank_is_one_grade() -> None:
    logprobs = spelt(["Grade:", " 2"], 1, {" 2": 0.4, "2": 0.2, " 3": 0.4})

    assert grade_probabilities(logprobs, "Grade: 2", 2, SCALE) == pytest.approx((0, 0, 0.6, 0.4))


def test_gain_is_the_expected_grade() -> None:
    choice = {
        "message": {"content": REPLY},
        "finish_reason": "stop",
        "logprobs": spelt(TOKENS, 14, {"2": 0.5, "3": 0.5}),
    }
    outcome = read_completion(
        json.dumps({"choices": [choice]}), load_prompt("graded-relevance").grades, Usage()
    )

    assert isinstance(outcome, Rated)
    assert outcome.grade == 2
    assert outcome.probabilities == pytest.approx((0, 0, 0.5, 0.5))
    assert outcome.gain == pytest.approx(2.5 / 3)


@pytest.mark.parametrize(
    ("reply", "tokens", "at", "top", "grade", "scale"),
    [
        ('{"grade": 10}', ['{"grade": ', "1", "0", "}"], 1, {"1": 0.9, "2": 0.1}, 10, list(range(11))),
        ('{"grade": 1}', ['{"grade": ', "1", "}"], 1, {"1": 0.9, "2": 0.1}, 1, list(range(11))),
        ('{"grade": 10}', ['{"grade": ', "10", "}"], 1, {"10": 0.9, "1": 0.1}, 10, list(range(11))),
    ],
    ids=["10 in two tokens", "1 that may have become 10", "10 in one token"],
)
def test_a_scale_with_grades_of_several_characters_is_not_read(
    reply: str, tokens: list[str], at: int, top: dict[str, float], grade: int, scale: list[int]
) -> None:
    assert grade_probabilities(spelt(tokens, at, top), reply, grade, scale) is None


@pytest.mark.parametrize(
    "logprobs",
    [
        None,
        "none",
        {},
        {"content": None},
        {"content": [{"token": "2"}]},
        {"content": [{"token": "other", "logprob": -1.0, "top_logprobs": []}]},
        {"content": [{"token": "2", "logprob": -0.1, "top_logprobs": []}]},
        {"content": [{"token": "2", "logprob": 5.0, "top_logprobs": [{"token": "2", "logprob": 5.0}]}]},
    ],
)
def test_whatever_comes_in_place_of_logprobs_costs_no_grade(logprobs: object) -> None:
    choice = {"message": {"content": "2"}, "finish_reason": "stop", "logprobs": logprobs}
    outcome = read_completion(
        json.dumps({"choices": [choice]}), load_prompt("graded-relevance").grades, Usage()
    )

    assert isinstance(outcome, Rated)
    assert (outcome.grade, outcome.gain, outcome.probabilities) == (2, 2 / 3, None)


def test_a_hidden_thought_or_a_fence_around_the_reply_does_not_shift_the_place() -> None:
    tokens = ["<think>", "0", "```json\n", *TOKENS, "\n```", "<|end|>"]

    assert grade_probabilities(spelt(tokens, 17, {"2": 0.75, "1": 0.25}), REPLY, 2, SCALE) == pytest.approx(
        (0, 0.25, 0.75, 0)
    )


def test_a_reply_that_says_two_grades_is_not_read() -> None:
    reply = '{"grade": 2} {"grade": 2}'

    assert grade_probabilities(spelt([reply[:10], "2", reply[11:]], 1, {"2": 1.0}), reply, 2, SCALE) is None

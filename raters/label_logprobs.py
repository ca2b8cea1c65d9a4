"""The probabilities of the offered grades, from the log-probabilities at the grade's place in a reply.

As G-Eval does (Liu et al., 2023, https://aclanthology.org/2023.emnlp-main.153, section 2), the score is the
expectation over the grades instead of the one that was sampled: it tells apart documents that share a grade.
"""

import math
import re
from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

_GRADE_FIELD = re.compile(r'"grade"\s*:\s*"?\s*(?P<grade>[+-]?[0-9]+)')
_NUMBER = re.compile(r"[+-]?[0-9]+")
_AROUND = " \t\r\n\"'`*:,}▁Ġ"  # what a tokenizer may glue to a digit


class _Alternative(BaseModel):
    token: str
    logprob: float


class _Token(_Alternative):
    top_logprobs: list[_Alternative] = []


class _Logprobs(BaseModel):
    content: list[_Token] = []


def top_logprobs_wanted(n_grades: int) -> int:
    """How many alternatives to ask for: a grade may come as "2" and as " 2"; 20 is the most anyone gives."""
    return min(20, 2 * n_grades)


def grade_probabilities(
    logprobs: object, reply: str, grade: int, offered: Sequence[int]
) -> tuple[float, ...] | None:
    """Renormalise over the offered grades what the model thought at the place of its grade.

    Args:
        logprobs: the field of that name of a completion's choice, whatever it holds.
        reply: the text they belong to.
        grade: as the parser read it.
        offered: the scale, in order.

    Returns:
        One per offered grade, summing to 1; None where they cannot be told for certain. A scale with a grade
        of several digits is such a case: the token "1" may be the start of "10".
    """
    if any(not 0 <= value <= 9 for value in offered) or (found := _grade_place(reply, grade)) is None:
        return None
    try:
        tokens = _Logprobs.model_validate(logprobs).content
    except ValidationError:
        return None
    token = _token_at(tokens, reply, *found)
    if token is None or _as_grade(token.token) != grade:
        return None
    return _renormalised(token, offered)


def _grade_place(reply: str, grade: int) -> tuple[int, int] | None:
    """Where the mention of the grade starts, and its digit; None where that is not the only mention."""
    mentions = list(_GRADE_FIELD.finditer(reply)) or list(_NUMBER.finditer(reply))
    if len(mentions) != 1:
        return None
    mention = mentions[0]
    digit = mention.start("grade") if "grade" in mention.groupdict() else mention.start()
    return (mention.start(), digit) if reply[digit : mention.end()] == str(grade) else None


def _token_at(tokens: Sequence[_Token], reply: str, mention: int, digit: int) -> _Token | None:
    """The token that holds the digit; None where the tokens do not spell the reply from its mention on.

    Before and after it they may hold more than the reply does: a thought, a fence, an end of turn, halves
    of a character.
    """
    spelt = "".join(token.token for token in tokens)
    said = reply[mention:].rstrip()
    if spelt.count(said) != 1:
        return None
    place = spelt.index(said) + digit - mention
    end = 0
    for token in tokens:
        end += len(token.token)
        if place < end:
            return token
    return None


def _renormalised(token: _Token, offered: Sequence[int]) -> tuple[float, ...] | None:
    mass = dict.fromkeys(offered, 0.0)
    seen: set[str] = set()
    for candidate in (*token.top_logprobs, token):
        value = _as_grade(candidate.token)
        # Some endpoints mark "not among the top" by -9999; a logarithm above 0 is no probability.
        if candidate.token in seen or value not in mass or not candidate.logprob <= 0.01:
            continue
        seen.add(candidate.token)
        mass[value] += math.exp(candidate.logprob)
    total = sum(mass.values())
    # The chosen token alone says nothing about the others.
    if not token.top_logprobs or not total > 0:
        return None
    return tuple(mass[value] / total for value in offered)


def _as_grade(token: str) -> int | None:
    text = token.strip(_AROUND)
    return int(text) if len(text) == 1 and text.isascii() and text.isdigit() else None

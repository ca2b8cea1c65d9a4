"""Only a grade that is spelled and offered is a grade; everything else is a reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raters.parser import Parsed, Unparsed, parse_reply
from raters.protocol import Reason

OFFERED = (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("reply", "grade"),
    [
        ('{"rationale": "good", "grade": 2}', 2),
        ('{"grade": "2"}', 2),
        ('{"grade": " 2 ", "rationale": null}', 2),
        ('```json\n{"grade": 0}\n```', 0),
        ('Here you are: {"grade": 3, "rationale": "as {asked}"}. Anything else?', 3),
        ('{"note": {"grade": 1}} {"grade": 2}', 2),
        ('<think>{"grade": 0}? No, better.</think>{"grade": 3}', 3),
        ("2", 2),
        (" 2.\n", 2),
        ("**2**", 2),
        ("Grade: 2", 2),
        ("**Grade:** 2", 2),
        ("The final grade is 2.", 2),
        ("score = 0", 0),
    ],
)
def test_grades_that_are_spelled_out(reply: str, grade: int) -> None:
    parsed = parse_reply(reply, OFFERED)

    assert isinstance(parsed, Parsed)
    assert parsed.grade == grade


def test_the_rationale_is_kept() -> None:
    assert parse_reply('{"rationale": "as asked", "grade": 2}', OFFERED) == Parsed(2, "as asked")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", Reason.EMPTY),
        (" \n\t", Reason.EMPTY),
        ("<think>hm</think>", Reason.EMPTY),
        ('{"grade": 4}', Reason.OFF_SCALE),
        ('{"grade": -1}', Reason.OFF_SCALE),
        ('{"grade": 2.5}', Reason.OFF_SCALE),
        ('{"grade": NaN}', Reason.OFF_SCALE),
        ('{"grade": "7"}', Reason.OFF_SCALE),
        ("-2", Reason.OFF_SCALE),
        ("10", Reason.OFF_SCALE),
        ("I'm sorry, but I can't help with that.", Reason.REFUSED),
        ("I cannot grade this document: it is harmful.", Reason.REFUSED),
        ("As an AI model I have no opinion.", Reason.REFUSED),
        ('{"rationale": "good", "gra', Reason.TRUNCATED),
        ('{"grade": 2', Reason.TRUNCATED),
        ('{"rationale": "goo', Reason.TRUNCATED),
        ("<think>well, grade 3 perhaps", Reason.TRUNCATED),
        ('{"grade": true}', Reason.UNPARSEABLE),
        ('{"grade": null}', Reason.UNPARSEABLE),
        ('{"grade": "2.5"}', Reason.UNPARSEABLE),
        ('{"grade": "two"}', Reason.UNPARSEABLE),
        ('{"grade": "²"}', Reason.UNPARSEABLE),
        ('{"grade": [2]}', Reason.UNPARSEABLE),
        ('{"Grade": 2}', Reason.UNPARSEABLE),
        ('{"score": 2}', Reason.UNPARSEABLE),
        ('{"result": {"grade": 2}}', Reason.UNPARSEABLE),
        ('{"grade": 0, "grade": 3}', Reason.UNPARSEABLE),
        ('{"grade": 0} {"grade": 3}', Reason.UNPARSEABLE),
        ('{grade: 2} or {"grade": 2}', Reason.UNPARSEABLE),
        ("2 or 3", Reason.UNPARSEABLE),
        ("2/3", Reason.UNPARSEABLE),
        ("2.5", Reason.UNPARSEABLE),
        ("two", Reason.UNPARSEABLE),
        ("Grade 2 means useful, grade 3 perfect.", Reason.UNPARSEABLE),
        ("Relevance: high", Reason.UNPARSEABLE),
        ('{"a":' * 100_000, Reason.UNPARSEABLE),
        ('{"grade": ' + "1" * 5_000 + "}", Reason.UNPARSEABLE),
    ],
    ids=lambda value: str(value)[:40],
)
def test_everything_else_is_a_reason(reply: str, reason: Reason) -> None:
    parsed = parse_reply(reply, OFFERED)

    assert isinstance(parsed, Unparsed)
    assert parsed.reason is reason
    assert len(parsed.detail) < 200


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["grade", "Grade", "rationale", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
).map(json.dumps)
shards = st.sampled_from(
    ["{", "}", '"grade"', ":", " ", "0", "1", "3", "7", "-", ".", '"', "grade", "is", "\n", "é", "٣"]
)
junk = st.text() | json_like | st.lists(shards, max_size=14).map("".join)


@given(junk)
def test_no_junk_yields_a_grade_that_it_does_not_spell(reply: str) -> None:
    parsed = parse_reply(reply, OFFERED)

    if isinstance(parsed, Parsed):
        assert parsed.grade in OFFERED
        assert type(parsed.grade) is int
        assert str(parsed.grade) in reply


@given(st.text(alphabet=st.characters(exclude_characters="0123")))
def test_a_reply_without_an_offered_digit_has_no_grade(reply: str) -> None:
    assert isinstance(parse_reply(reply, OFFERED), Unparsed)


@given(st.sampled_from(OFFERED), st.text(max_size=50))
def test_what_was_asked_for_is_read(grade: int, rationale: str) -> None:
    reply = json.dumps({"rationale": rationale, "grade": grade})

    assert parse_reply(reply, OFFERED) == Parsed(grade, rationale)

"""A panel's description: what makes it another panel, and what is no panel."""

from dataclasses import replace
from typing import Any

import pytest

from raters.factory import load_rater
from raters.fields import UnableToResolveRater
from raters.panel_spec import resolve_panel
from raters.protocol import RaterMisconfigured
from raters.rubric import load_prompt
from raters.spec import RaterSpec, resolve_rater
from tests.raters.providers import hosted_spec

MEMBERS = {
    "a": hosted_spec(name="a", model="m1"),
    "b": hosted_spec(name="b", model="m2"),
    "c": hosted_spec(name="c", model="m3", prompt="product-search"),
    "binary": hosted_spec(name="binary", prompt="binary-relevance"),
    "twin": hosted_spec(name="twin", model="m1"),
    "people": resolve_rater({"name": "people", "kind": "gold"}),
}


def panel(*names: str, **fields: Any) -> RaterSpec:
    return resolve_panel({"name": "p", "kind": "panel", "members": list(names), **fields}, MEMBERS)


def test_a_panel_survives_storing() -> None:
    made = panel("a", "b")
    assert made.combine == "median"
    assert made.members == {"a": MEMBERS["a"].digest, "b": MEMBERS["b"].digest}
    assert RaterSpec.from_dict(made.to_dict()) == made
    assert RaterSpec.from_dict(made.to_dict()).digest == made.digest


def test_neither_order_nor_names_make_another_panel() -> None:
    assert panel("a", "b").digest == panel("b", "a").digest
    assert panel("a", "c").to_dict() == panel("c", "a").to_dict()
    assert panel("a", "b").digest == panel("twin", "b", name="q").digest


def test_rule_and_members_make_another_panel() -> None:
    made = [panel("a", "b"), panel("a", "b", combine="mean"), panel("a", "c"), panel("a", "b", "c")]
    assert len({one.digest for one in made}) == len(made)
    reworded = replace(MEMBERS["a"], prompt=load_prompt("graded-relevance").text + "\n")
    other = resolve_panel({"name": "p", "members": ["a", "b"]}, {**MEMBERS, "a": reworded})
    assert other.digest != made[0].digest


def test_what_members_learnt_from_the_panel_learnt_from() -> None:
    trained = replace(MEMBERS["a"], training={"query_digests": ["d2", "d1"]})
    made = resolve_panel({"name": "p", "members": ["a", "b"]}, {**MEMBERS, "a": trained})
    assert made.training == {"query_digests": ["d1", "d2"]}
    assert panel("a", "b").training == {}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"members": []}, "members: 0 named; a panel needs at least 2"),
        ({"members": ["a"]}, "members: 1 named"),
        ({"members": "ab"}, "members: 'ab' is not a list of names"),
        ({"members": ["a", "a"]}, 'members: "a" twice'),
        ({"members": ["a", "p"]}, 'members: "p" is the panel itself'),
        ({"members": ["a", "twin"]}, 'members: "twin" is the same as "a", which would count twice'),
        ({"members": ["a", "people"]}, 'members: "people" is people\'s labels'),
        (
            {"members": ["a", "binary"]},
            'members: different scales ("a" grades 0..3, "binary" grades 0..1)',
        ),
        ({"combine": "medain"}, "combine: 'medain'; did you mean 'median'?"),
        ({"model": "m"}, "model: unknown field"),
    ],
)
def test_no_panel(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(UnableToResolveRater) as caught:
        panel("a", "b", **fields)
    assert str(caught.value).startswith(said)


def test_a_panel_of_panels_is_refused() -> None:
    with pytest.raises(UnableToResolveRater, match="is a panel itself; name its members"):
        resolve_panel({"name": "q", "members": ["a", "p"]}, {**MEMBERS, "p": panel("a", "b")})


def test_a_panel_is_no_rater_that_could_be_asked() -> None:
    with pytest.raises(RaterMisconfigured, match=r"raters\.panel\.combine"):
        load_rater(panel("a", "b"))
    with pytest.raises(UnableToResolveRater, match=r"raters\.panel_spec\.resolve_panel"):
        resolve_rater({"name": "p", "kind": "panel"})

"""Panels in SPEC.yaml: what is wrong with one shows with its line."""

from pathlib import Path

import pytest

from evalhub.spec.errors import SpecError
from evalhub.spec.load import load_spec

START = """\
name: small
corpus: {name: c}
queries: {name: q}
systems: [{name: s, embedding_model: minilm}]
raters:
  - {name: a, kind: hosted, model: m1}
  - {name: people, kind: gold}
"""


def refusal(tmp_path: Path, text: str) -> list[tuple[int | None, str | None, str]]:
    path = tmp_path / "SPEC.yaml"
    path.write_text(START + text)
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    return [(one.line, one.field, one.problem) for one in caught.value.errors]


def test_a_panel_is_read(tmp_path: Path) -> None:
    path = tmp_path / "SPEC.yaml"
    path.write_text(START + "  - {name: p, kind: panel, members: [a, other], combine: majority}\n")
    panel = load_spec(path).raters[2]
    assert (panel.members, panel.combine) == (["a", "other"], "majority")


def test_members_that_are_none(tmp_path: Path) -> None:
    text = """\
  - {name: q, kind: panel, members: [a, x]}
  - name: p
    kind: panel
    members:
      - a
      - a
      - p
      - q
      - people
"""
    assert refusal(tmp_path, text) == [
        (13, "raters[3].members[1]", "a member already"),
        (14, "raters[3].members[2]", "the panel itself"),
        (15, "raters[3].members[3]", "a panel itself"),
        (16, "raters[3].members[4]", "people's labels"),
    ]


@pytest.mark.parametrize(
    ("rater", "field", "problem"),
    [
        ("{name: p, kind: panel}", "members", "missing"),
        ("{name: p, kind: panel, members: []}", "members", "empty"),
        ("{name: p, kind: panel, members: [a]}", "members", "fewer than 2 of them"),
        ("{name: p, kind: panel, members: a}", "members", "must be a list, not text"),
        ("{name: p, kind: panel, members: [a, 1]}", "members[1]", "must be text, not 1"),
        ("{name: p, kind: panel, members: [a, b], combine: modus}", "combine", '"modus" is not one of'),
        ("{name: p, kind: hosted, model: m, members: [a, b]}", "members", "means nothing but for a panel"),
        ("{name: p, kind: hosted, model: m, combine: mean}", "combine", "means nothing but for a panel"),
    ],
)
def test_fields_of_a_panel(tmp_path: Path, rater: str, field: str, problem: str) -> None:
    ((line, place, said),) = refusal(tmp_path, f"  - {rater}\n")
    assert (line, place) == (8, f"raters[2].{field}")
    assert said.startswith(problem)

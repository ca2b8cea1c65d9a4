"""Few-shot examples in SPEC.yaml."""

from pathlib import Path

import pytest

from evalhub.spec.errors import SpecError
from evalhub.spec.load import load_spec
from tests.spec.test_panels import START


def written(tmp_path: Path, rater: str) -> Path:
    path = tmp_path / "SPEC.yaml"
    path.write_text(f"{START}  - {rater}\n")
    return path


def test_examples_are_read_with_their_defaults(tmp_path: Path) -> None:
    path = written(tmp_path, "{name: b, kind: local-llm, model: smollm2, examples: {queries: labelled}}")
    examples = load_spec(path).raters[2].examples
    assert examples is not None
    assert (examples.queries, examples.per_grade, examples.seed, examples.corpus) == ("labelled", 1, 0, None)


@pytest.mark.parametrize(
    ("rater", "field", "problem"),
    [
        ("{name: b, kind: hosted, model: m, examples: {}}", "examples.queries", "missing"),
        ("{name: b, kind: hosted, model: m, examples: q}", "examples", "must be a mapping, not"),
        (
            "{name: b, kind: hosted, model: m, examples: {querys: q, queries: q}}",
            "examples.querys",
            "unknown key",
        ),
        (
            "{name: b, kind: hosted, model: m, examples: {queries: q, per_grade: 6}}",
            "examples.per_grade",
            "must be at most 5",
        ),
        (
            "{name: b, kind: hosted, model: m, examples: {queries: q, per_grade: 0}}",
            "examples.per_grade",
            "must be at least 1",
        ),
        (
            "{name: b, kind: hosted, model: m, examples: {queries: q, seed: -1}}",
            "examples.seed",
            "must be at least 0",
        ),
        ("{name: b, kind: gold, examples: {queries: q}}", "examples", "means nothing for this kind"),
        ("{name: b, kind: calibrated, examples: {queries: q}}", "examples", "means nothing for this kind"),
        ("{name: b, examples: {queries: q}}", "kind", "missing"),
    ],
)
def test_what_is_wrong_shows_with_its_line(tmp_path: Path, rater: str, field: str, problem: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec(written(tmp_path, rater))
    (found,) = caught.value.errors
    assert (found.line, found.field) == (8, f"raters[2].{field}")
    assert found.problem.startswith(problem)
    assert found.remedy

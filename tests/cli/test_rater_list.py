"""`evalhub rater list`, and what `evalhub rater evaluate` refuses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evalhub.models import RaterVersion
from tests.cli.conftest import Ended
from tests.cli.judged import rater_version

Evalhub = Callable[..., Ended]


def test_the_list(judge: RaterVersion, evalhub: Evalhub) -> None:
    rater_version("judge", number=2)
    first, second = evalhub("rater", "list").out.splitlines()
    assert first.split()[:2] == ["judge@2", "hosted"]
    assert "0..2" in second
    assert "10 judgments" in second


def test_the_list_of_nothing_says_how_to_begin(evalhub: Evalhub) -> None:
    assert "evalhub run SPEC.yaml" in evalhub("rater", "list").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["jugde", "--queries", "q"], 'Did you mean "judge"?'),
        (["judge@7", "--queries", "q"], "see: evalhub rater list"),
        (["judge", "--queries", "p"], 'no query collection "p"'),
        (["judge", "--queries", "q", "--corpus", "x"], 'no corpus "x"; there are: c'),
        (["judge", "--queries", "q", "--against", "x"], 'no rater "x"'),
        (["judge", "--queries", "q", "--threshold", "2"], "write R:G"),
        (["judge", "--queries", "q", "--threshold", "3:1"], "the rater's must be in 1..2"),
        (["judge", "--queries", "q", "--gold-max", "1"], "labels up to 2, above the stated 1"),
    ],
)
def test_bad_input_is_said(judge: RaterVersion, evalhub: Evalhub, arguments: list[str], said: str) -> None:
    ended = evalhub("rater", "evaluate", *arguments)
    assert ended.code == 2
    assert said.lower() in ended.err.lower()
    assert "Traceback" not in ended.err


def test_without_gold_labels_it_says_what_to_import(evalhub: Evalhub, sample: Path) -> None:
    evalhub("corpus", "add", "c", sample / "corpus.jsonl")
    evalhub("queries", "add", "q", sample / "queries.jsonl")
    rater_version("judge")
    ended = evalhub("rater", "evaluate", "judge", "--queries", "q")
    assert ended.code == 2
    assert "evalhub gold add q FILE" in ended.err


def test_two_corpora_must_be_told_apart(judge: RaterVersion, evalhub: Evalhub, sample: Path) -> None:
    evalhub("corpus", "add", "c2", sample / "corpus.jsonl")
    ended = evalhub("rater", "evaluate", "judge", "--queries", "q")
    assert ended.code == 2
    assert "--corpus" in ended.err
    assert "c, c2" in ended.err
    assert evalhub("rater", "evaluate", "judge", "--queries", "q", "--corpus", "c").code == 0

"""`evalhub rater add|promote|retire`; `next` and `preview` run in tests/e2e/test_closed_loop.py."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evalhub.models import Rater, RaterVersion
from tests.cli.conftest import Ended

Run = Callable[..., Ended]
ENTRY = "name: judge\nkind: hosted\nmodel: m\nmax_document_tokens: {}\n"


@pytest.fixture
def two(evalhub: Run, tmp_path: Path) -> None:
    """Two versions of "judge", the second from a file with raters, such as a spec."""
    (tmp_path / "one.yaml").write_text(ENTRY.format(100))
    entry = ENTRY.format(200).replace("\n", "\n    ")
    (tmp_path / "two.yaml").write_text(f"name: nightly\nraters:\n  - {entry}\n")
    assert evalhub("rater", "add", tmp_path / "one.yaml").out == "judge@1 is new\n"
    added = evalhub("rater", "add", tmp_path / "two.yaml")
    assert added.out.splitlines() == [
        "judge@2 is new",
        "judge means judge@1 as before",
        "adopt it: evalhub rater promote judge@2",
    ]


@pytest.mark.usefixtures("two")
def test_promote_and_retire(evalhub: Run, tmp_path: Path) -> None:
    assert evalhub("rater", "add", tmp_path / "two.yaml").out.startswith("judge@2 was there already")
    promoted = evalhub("rater", "promote", "judge@2")
    assert (promoted.code, promoted.out) == (0, "judge now means judge@2\n")
    assert "undo: evalhub rater promote judge@1" in promoted.err
    assert evalhub("rater", "promote", "judge").out == "judge means judge@2 already\n"
    assert evalhub("rater", "retire", "judge@2").out == "judge@2 is retired\njudge means judge@1\n"
    refused = evalhub("rater", "promote", "judge@2")
    assert refused.code == 2
    assert "bring it back first" in refused.err
    assert evalhub("rater", "retire", "judge@2", "--undo").out == "judge@2 is back\njudge means judge@2\n"
    assert RaterVersion.objects.count() == 2
    assert Rater.objects.get().promoted == RaterVersion.objects.get(number=2)


def test_what_is_wrong_with_a_file_is_named_with_its_line(evalhub: Run, tmp_path: Path) -> None:
    path = tmp_path / "rater.yaml"
    for text, problem in [
        ("name: judge\nkind: hosted\n", "model"),
        ("name: judge\nkynd: hosted\n", ":2"),
        ("- 1\n", "not a mapping"),
        ("name: judge\nkind: gold\n", "campaign registers this rater"),
        ("name: judge\nkind: hosted\nmodel: m\nprompt: ./none.txt\n", ":4"),
    ]:
        path.write_text(text)
        ended = evalhub("rater", "add", path)
        assert (ended.code, problem in ended.err) == (2, True), ended.err
    assert not RaterVersion.objects.exists()

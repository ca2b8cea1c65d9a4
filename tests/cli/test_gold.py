"""`evalhub gold` and `evalhub export gold`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from evalhub.models import QueryCollection
from evalhub.services.gold_labels import PairLabel, gold_set
from tests.cli.conftest import Ended

Run = Callable[..., Ended]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = [
    {"query_id": "q0", "doc_id": "d1", "grade": 3, "reviewer": "ann", "graded_at": "2026-11-01T10:00:00Z"},
    {"query_id": "q0", "doc_id": "d1", "grade": 1, "reviewer": "bob", "comment": "no"},
    {"query_id": "q0", "doc_id": "d2", "grade": 2, "reviewer": "ann", "inclusion_probability": 0.5},
    {"query_id": "q1", "doc_id": "d3", "grade": 0},
]


@pytest.fixture
def people(evalhub: Run, collection: None, tmp_path: Path) -> Path:
    path = tmp_path / "people.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in PEOPLE))
    return path


def digest(name: str = "q") -> str:
    return QueryCollection.objects.get(name=name).gold_digest


def test_several_people_are_imported_by_a_rule_and_their_conflicts_shown(evalhub: Run, people: Path) -> None:
    ended = evalhub("gold", "add", "q", people, "--consensus", "strict")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "q: 2 gold labels, version 2\n"
        "people: 2, by strict; without gold since people differ: 1; see: evalhub gold conflicts\n"
    )
    shown = evalhub("gold", "conflicts", "q").out
    assert shown.splitlines()[0] == "people differ: 1"
    assert '  people: query "q0", document "d1": no gold; 3 by ann, 1 by bob' in shown
    found = json.loads(evalhub("gold", "conflicts", "q", "--json").out)
    assert (found["n_conflicts"], found["counts"]) == (1, {"people": 1, "gold": 0, "text": 0})
    assert found["conflicts"][0]["said"][0] == {"grade": 3, "by": "ann", "at": "2026-11-01T10:00:00+00:00"}


def test_versions_are_listed(evalhub: Run, people: Path) -> None:
    evalhub("gold", "add", "q", people)
    second, first = evalhub("gold", "versions", "q").out.splitlines()
    # Of nine before: d1 of q0 2 -> 1, d2 of q0 0 -> 2, d3 of q1 1 -> 0; the other six are not in the file.
    assert "0 new, 3 changed, 6 taken away  from people.jsonl" in second
    assert "9 new, 0 changed, 0 taken away  from gold.txt" in first


@pytest.mark.parametrize("file_format", ["trec", "beir", "jsonl"])
@pytest.mark.parametrize("version", [1, 2])
def test_what_is_exported_is_imported_as_the_same_labels(
    evalhub: Run, people: Path, sample: Path, tmp_path: Path, file_format: str, version: int
) -> None:
    digests = {1: digest()}
    evalhub("gold", "add", "q", people)
    digests[2] = digest()
    assert digests[1] != digests[2]
    out = tmp_path / "exported"
    ended = evalhub("export", "gold", "q", "--format", file_format, "--version", version, "-o", out)
    assert (ended.code, ended.err) == (0, "")
    evalhub("queries", "add", "copy", sample / "queries.jsonl", "--qrels", out)
    assert digest("copy") == digests[version]


def test_people_are_exported_and_imported_with_all_they_said(
    evalhub: Run, people: Path, sample: Path, tmp_path: Path
) -> None:
    evalhub("gold", "add", "q", people, "--consensus", "strict")
    out = tmp_path / "people-again.jsonl"
    assert evalhub("export", "gold", "q", "--people", "-o", out).code == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["reviewer"], row["grade"], row["gold_grade"]) for row in rows] == [
        ("ann", 3, None),
        ("bob", 1, None),
        ("ann", 2, 2),
        (None, 0, 0),
    ]
    assert (rows[1]["comment"], rows[2]["selection"]) == ("no", "probability sample")
    # Median would have made gold of the pair on which they differ: the file's own word counts.
    evalhub("queries", "add", "copy", sample / "queries.jsonl", "--qrels", out)
    assert digest("copy") == digest()
    again = tmp_path / "third.jsonl"
    evalhub("export", "gold", "copy", "--people", "-o", again)
    assert again.read_text() == out.read_text()


def test_grades_given_in_review_are_overruled_only_when_told_to(
    evalhub: Run, people: Path, tmp_path: Path
) -> None:
    collection = QueryCollection.objects.get(name="q")
    gold_set(collection, PairLabel("q0", "d1", 0), user=User.objects.create_user("ann"), now=NOW)
    ended = evalhub("gold", "add", "q", people)
    assert (ended.code, ended.out) == (2, "")
    assert 'query "q0", document "d1": 0 by ann; 1 in the file' in ended.err
    assert "--overrule" in ended.err
    assert evalhub("gold", "add", "q", people, "--overrule").out.startswith("q: 3 gold labels, version 3")


def test_a_spec_or_qrels_beside_queries_do_not_overrule_either(
    evalhub: Run, collection: None, sample: Path
) -> None:
    stored = QueryCollection.objects.get(name="q")
    gold_set(stored, PairLabel("q0", "d1", 0), user=User.objects.create_user("ann"), now=NOW)
    (sample / "queries.jsonl").write_text('{"_id": "q0", "text": "other"}\n')
    for ended in (
        evalhub("queries", "add", "q", sample / "queries.jsonl", "--qrels", sample / "qrels.tsv"),
        evalhub("run", sample / "spec.yaml", "--dry-run"),
    ):
        assert ended.code == 2
        assert "would overrule the grade given in review of 1 pair" in ended.err
    stored.refresh_from_db()
    assert (stored.version, stored.gold_version) == (1, 2)  # nothing was half imported


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gold", "q", "--version", 3), '"q" has no gold version 3; there are 1 to 1'),
        (("gold", "q", "--format", "csv"), "gold labels are written as trec, beir, jsonl"),
        (("gold", "q", "--people", "--format", "trec"), "--people writes what people say now"),
        (("gold", "nobody"), 'no query collection "nobody"'),
        (("run", "first"), "'first' is no campaign ID"),
        (("qrels", "1", "--format", "beir"), "beir is for gold labels"),
        (("qrels", "1", "--people"), "--version and --people are of gold labels"),
    ],
)
def test_what_can_not_be_exported_is_said(
    evalhub: Run, collection: None, arguments: tuple[object, ...], said: str
) -> None:
    ended = evalhub("export", *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_equal_texts_with_different_labels_are_a_conflict(
    evalhub: Run, collection: None, sample: Path
) -> None:
    with (sample / "corpus.jsonl").open("a") as out:
        out.write('{"_id": "twin", "title": "t1", "text": "text 1"}\n')
    evalhub("corpus", "add", "c", sample / "corpus.jsonl")
    (sample / "two.txt").write_text("q0 0 d1 2\nq0 0 twin 0\nq1 0 d1 2\nq1 0 twin 2\n")
    evalhub("gold", "add", "q", sample / "two.txt")
    found = json.loads(evalhub("gold", "conflicts", "q", "--json").out)
    assert found["conflicts"] == [
        {
            "kind": "text",
            "query_id": "q0",
            "doc_id": "d1",
            "gold": 2,
            "said": [{"grade": 0, "by": "q0 twin", "at": None}],
        }
    ]

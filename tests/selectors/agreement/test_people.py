"""What people said of pairs, one by one: who counts, how they agree, and what stands beside them."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone
from sklearn.metrics import cohen_kappa_score

from evalhub.formats.source import Source
from evalhub.models import HumanGrade, QueryCollection, Snapshot
from evalhub.selectors.agreement.people import human_ceiling, people_of
from evalhub.selectors.rater_report import Asked, rater_report
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from evalhub.services.workspaces import workspace_default

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADA = {("q1", "d1"): 3, ("q1", "d2"): 0, ("q2", "d1"): 2, ("q2", "d3"): 1}
BOB = {("q1", "d1"): 2, ("q1", "d2"): 0, ("q2", "d1"): 0, ("q2", "d3"): 1}

Say = Callable[..., None]


@pytest.fixture
def snapshot(db: None, tmp_path: Path) -> Snapshot:
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps({"_id": f"d{n}", "text": f"text {n}"}) + "\n" for n in range(1, 5)))
    return snapshot_import(workspace_default(), "c", Source.at(path), clock=timezone.now)


@pytest.fixture
def collection(db: None, tmp_path: Path) -> QueryCollection:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"_id": "q1", "text": "a"}\n{"_id": "q2", "text": "b"}\n')
    return queries_import(workspace_default(), "q", Source.at(path))


@pytest.fixture
def say(collection: QueryCollection) -> Say:
    """Somebody grades pairs."""

    def said(name: str, grades: Mapping[tuple[str, str], int | None], **fields: object) -> None:
        for (query_id, doc_id), grade in grades.items():
            values = {"max_grade": 3, "screen": "review", "selection": "unknown", "graded_at": NOW, **fields}
            HumanGrade.objects.create(
                collection=collection,
                query_id=query_id,
                doc_id=doc_id,
                reviewer_name=name,
                grade=grade,
                **values,
            )

    return said


def test_the_ceiling_of_two_is_their_kappa(collection: QueryCollection, say: Say) -> None:
    say("ada", ADA)
    say("bob", {**BOB, ("q1", "d3"): 3})  # a pair that one person graded says nothing
    found = human_ceiling(collection, ["q1", "q2"], seed=1)
    assert found is not None
    expected = cohen_kappa_score([3, 0, 2, 1], [2, 0, 0, 1], weights="quadratic", labels=[0, 1, 2, 3])
    assert found["pairwise"]["value"] == pytest.approx(expected)
    assert found["against_others"]["value"] == pytest.approx(expected)
    assert (found["n_people"], found["pairwise"]["n_pairs"], found["max_grade"]) == (2, 4, 3)


def test_it_is_of_the_queries_asked_for_and_none_where_nobody_shares_a_pair(
    collection: QueryCollection, say: Say
) -> None:
    say("ada", ADA)
    assert human_ceiling(collection, ["q1", "q2"], seed=1) is None
    say("bob", BOB)
    found = human_ceiling(collection, ["q1"], seed=1)
    assert found is not None
    assert found["pairwise"]["n_pairs"] == 2


def test_what_was_withdrawn_or_adjudicated_or_can_not_be_judged_has_no_part(
    collection: QueryCollection, say: Say
) -> None:
    say("ada", ADA)
    say("bob", BOB, withdrawn_at=NOW)
    say("carol", BOB, screen="adjudication")
    say("dan", dict.fromkeys(BOB))
    assert people_of(collection) == [("ada", 4)]
    assert human_ceiling(collection, ["q1", "q2"], seed=1) is None


def test_person_against_person_is_a_report(collection: QueryCollection, snapshot: Snapshot, say: Say) -> None:
    say("ada", ADA)
    say("bob", {**BOB, ("q1", "d1"): None})
    asked = Asked(None, collection, snapshot, person="bob", against_person="ada")
    found = rater_report(asked)
    assert (found["rater"]["name"], found["rater"]["kind"], found["rater"]["number"]) == (
        "bob",
        "person",
        None,
    )
    assert (found["reference"]["kind"], found["n_pairs"]) == ("person", 3)
    assert found["coverage"]["unrated_reasons"] == {"cannot_judge": 1}
    assert found["confusion"] == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert found["systems"] == []


def test_the_later_of_two_statements_counts(
    collection: QueryCollection, snapshot: Snapshot, say: Say
) -> None:
    say("ada", {("q1", "d1"): 0})
    say("ada", {("q1", "d1"): 3})
    say("bob", {("q1", "d1"): 3})
    found = rater_report(Asked(None, collection, snapshot, person="ada", against_person="bob"))
    assert found["figures"]["accuracy"]["value"] == 1.0


def test_the_baseline_is_what_always_saying_the_commonest_grade_gets(
    collection: QueryCollection, snapshot: Snapshot, say: Say
) -> None:
    # Of bob's grades 0 is the commonest, two of four; always 0 is 0.75 grades too low on average.
    say("ada", ADA)
    say("bob", BOB)
    found = rater_report(Asked(None, collection, snapshot, person="ada", against_person="bob"))["baseline"]
    assert (found["accuracy"], found["kappa"], found["auc>=1"]) == (0.5, 0.0, 0.5)
    assert found["bias_grades"] == -0.75

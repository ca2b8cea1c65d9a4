"""Grades that raters gave elsewhere, as immutable versions; people's one by one."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from evalhub.formats.errors import InputError
from evalhub.formats.rated import Scale
from evalhub.formats.source import Source
from evalhub.models import HumanGrade, Judgment, Rater, RaterVersion
from evalhub.selectors.inputs.spend import version_sums
from evalhub.services.imported_grades import Imported, Target, UnableToImportGrades, grades_import
from evalhub.services.imported_tables import TableImported, Wanted, table_import
from evalhub.services.queries import queries_import
from evalhub.services.raters import rater_check
from evalhub.services.snapshots import snapshot_import
from evalhub.services.workspaces import workspace_default

NOW = datetime(2026, 3, 1, tzinfo=UTC)
THREE = Scale(3)

Bring = Callable[..., Imported]
BringTable = Callable[..., TableImported]


@pytest.fixture
def target(db: None, tmp_path: Path) -> Target:
    """Three documents, d2 and d3 of equal text; two queries."""
    texts = {"d1": "one", "d2": "two", "d3": "two"}
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    corpus.write_text("".join(json.dumps({"_id": key, "text": text}) + "\n" for key, text in texts.items()))
    queries.write_text('{"_id": "q1", "text": "a"}\n{"_id": "q2", "text": "b"}\n')
    workspace = workspace_default()
    snapshot = snapshot_import(workspace, "c", Source.at(corpus), clock=timezone.now)
    return Target(queries_import(workspace, "q", Source.at(queries)), snapshot)


@pytest.fixture
def bring(target: Target, tmp_path: Path) -> Bring:
    """Import qrels as a rater."""

    def import_(text: str, name: str = "elsewhere", scale: Scale = THREE) -> Imported:
        path = tmp_path / "grades.qrels"
        path.write_text(text)
        return grades_import(name, Source(path.name, path), target, scale, now=NOW)

    return import_


@pytest.fixture
def bring_table(target: Target, tmp_path: Path) -> BringTable:
    """Import a table."""

    def import_(text: str, wanted: Wanted) -> TableImported:
        path = tmp_path / "table.csv"
        path.write_text(text)
        return table_import(Source(path.name, path), target, THREE, wanted, now=NOW)

    return import_


def test_other_grades_are_the_next_version_and_the_same_change_nothing(bring: Bring) -> None:
    first, again = bring("q1 0 d1 2\n"), bring("q1 0 d1 2\n")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.made.rater_version == first.made.rater_version
    second = bring("q1 0 d1 2\nq2 0 d1 0\n")
    assert (second.is_new, second.made.rater_version.number) == (True, 2)
    assert first.made.rater_version.judgments.count() == 1
    row = Judgment.objects.get(rater_version=second.made.rater_version, grade=2)
    assert (row.state, row.gain, row.rated_at) == ("graded", 2 / 3, NOW)
    assert version_sums([second.made.rater_version.pk])[second.made.rater_version.pk].n_graded == 2


def test_two_who_grade_alike_are_two_raters(bring: Bring) -> None:
    one, other = bring("q1 0 d1 2\n", "one"), bring("q1 0 d1 2\n", "other")
    assert one.made.rater_version != other.made.rater_version
    assert Rater.objects.filter(versions__kind="imported").count() == 2


def test_of_equal_texts_the_highest_grade_counts_and_all_are_counted(bring: Bring) -> None:
    made = bring("q1 0 d2 1\nq1 0 d3 3\nq2 0 d2 2\nq2 0 d3 2\n").made
    assert (made.n_rows, made.n_pairs, made.n_merged, made.n_conflicts) == (4, 2, 2, 1)
    grades = made.rater_version.judgments.order_by("-grade").values_list("grade", flat=True)
    assert list(grades) == [3, 2]


def test_clipped_grades_are_counted(bring: Bring) -> None:
    with pytest.raises(InputError, match="a grade of 9"):
        bring("q1 0 d1 9\n")
    made = bring("q1 0 d1 9\n", scale=Scale(3, is_clipped=True)).made
    assert (made.n_clipped, made.rater_version.judgments.get().grade) == (1, 3)


@pytest.mark.parametrize(("line", "problem"), [("q9 0 d1 1", '"q9" is not in'), ("q1 0 d9 1", '"d9" is not')])
def test_unknown_ids_are_refused_and_nothing_is_there(bring: Bring, line: str, problem: str) -> None:
    with pytest.raises(InputError, match=f"grades.qrels:2: .*{problem}"):
        bring(f"q1 0 d1 1\n{line}\n")
    assert not RaterVersion.objects.exists()


@pytest.mark.parametrize("name", ["judge@2", "person:ann"])
def test_a_name_that_means_something_else_is_refused(bring: Bring, name: str) -> None:
    with pytest.raises(UnableToImportGrades, match="would mean something else"):
        bring("q1 0 d1 1\n", name=name)
    assert not RaterVersion.objects.exists()


def test_a_name_that_grades_by_itself_is_refused(bring: Bring) -> None:
    with pytest.raises(UnableToImportGrades, match='"default" ships with EvalHub'):
        bring("q1 0 d1 1\n", "default")
    made = bring("q1 0 d1 1\n", "judge").made.rater_version
    RaterVersion.objects.filter(pk=made.pk).update(kind="hosted")
    with pytest.raises(UnableToImportGrades, match='"judge" is a rater of kind hosted'):
        bring("q1 0 d1 2\n", "judge")


def test_a_spec_names_it_and_reads_its_scale(bring: Bring) -> None:
    bring("q1 0 d1 2\n", scale=Scale(4))
    found = rater_check(workspace_default(), {"name": "elsewhere"})
    assert (found.kind, found.rubric.max_grade) == ("imported", 4)


def test_a_table_brings_raters_people_and_gold_at_once(bring_table: BringTable, target: Target) -> None:
    table = "query-id,corpus-id,one,two,ada,gold\nq1,d1,3,0,2,1\nq2,d1,1,,0,0\n"
    done = bring_table(table, Wanted(people=["ada"], gold="gold"))
    assert [one.made.rater_version.rater.name for one in done.raters] == ["one", "two"]
    assert [one.made.n_pairs for one in done.raters] == [2, 1]
    said = HumanGrade.objects.values_list("query_id", "reviewer_name", "grade", "max_grade", "screen")
    assert sorted(said) == [("q1", "ada", 2, 3, "import"), ("q2", "ada", 0, 3, "import")]
    labels = target.collection.gold_labels.values_list("query_id", "grade")
    assert sorted(labels) == [("q1", 1), ("q2", 0)]


def test_what_a_person_says_otherwise_later_withdraws_the_first(bring_table: BringTable) -> None:
    wanted = Wanted(columns=[], people=["ada"])
    bring_table("query-id,corpus-id,ada\nq1,d1,2\nq2,d1,0\n", wanted)
    (person,) = bring_table("query-id,corpus-id,ada\nq1,d1,3\nq2,d1,0\n", wanted).people
    assert (person.n_grades, person.n_new, person.n_withdrawn) == (2, 1, 1)
    history = HumanGrade.objects.filter(query_id="q1").order_by("pk").values_list("grade", "withdrawn_at")
    assert list(history) == [(2, NOW), (3, None)]


def test_one_bad_column_leaves_nothing_behind(bring_table: BringTable) -> None:
    table = "query-id,corpus-id,one,default\nq1,d1,3,0\n"
    with pytest.raises(UnableToImportGrades):
        bring_table(table, Wanted())
    with pytest.raises(InputError, match='field "one": named twice'):
        bring_table(table, Wanted(people=["one"], gold="one"))
    assert not RaterVersion.objects.exists()
    assert not HumanGrade.objects.exists()

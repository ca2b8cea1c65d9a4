"""Files in which several people grade the same pairs, and files against what was said in review."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from evalhub.formats.errors import InputError
from evalhub.formats.source import Source
from evalhub.models import GoldImport, GoldLabel, HumanGrade, QueryCollection, Workspace
from evalhub.selectors.documents import gold_of
from evalhub.services.gold import Replacing, gold_import, gold_store
from evalhub.services.gold_labels import PairLabel, gold_set
from evalhub.services.gold_overruling import ReviewedGradesStand
from evalhub.services.queries import queries_import
from tests.services.conftest import Write

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = "query_id,doc_id,grade,reviewer,graded_at,comment"


@pytest.fixture
def collection(workspace: Workspace, jsonl: Write) -> QueryCollection:
    rows = ({"_id": "q1", "text": "one"}, {"_id": "q2", "text": "two"})
    return queries_import(workspace, "q", jsonl("q.jsonl", *rows))


def people(text_file: Write, *rows: str, header: str = PEOPLE) -> Source:
    return text_file("people.csv", header, *rows)


def said(collection: QueryCollection) -> list[tuple[str, str, str, int | None]]:
    live = collection.human_grades.filter(withdrawn_at=None, overruled_by=None)
    rows = live.order_by("query_id", "doc_id", "pk")
    return list(rows.values_list("query_id", "doc_id", "reviewer_name", "grade"))


def reviewed(collection: QueryCollection, user: User, doc_id: str, grade: int) -> HumanGrade:
    """A grade as the review screen leaves it: a statement and a gold label."""
    gold_set(collection, PairLabel("q1", doc_id, grade), user=user, now=NOW)
    return HumanGrade.objects.create(
        collection=collection,
        query_id="q1",
        doc_id=doc_id,
        reviewer=user,
        reviewer_name=user.get_username(),
        grade=grade,
        max_grade=3,
        screen=HumanGrade.Screen.REVIEW,
        selection=HumanGrade.Selection.HAND_PICKED,
        graded_at=NOW,
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("median", {"a": 1, "b": 2, "c": 0}),
        ("majority", {"a": 3, "b": 2, "c": 0}),
        ("strict", {"b": 2}),
    ],
)
def test_the_label_of_several_people_goes_by_the_rule(
    collection: QueryCollection, text_file: Write, rule: str, expected: dict[str, int]
) -> None:
    rows = ["q1,a,3,ann,,", "q1,a,1,bob,,", "q1,a,3,cid,,", "q1,a,0,dan,,"]  # lower middle of 0 1 3 3: 1
    rows += ["q1,b,2,ann,,", "q1,b,2,bob,,", "q1,c,3,ann,,", "q1,c,0,bob,,"]
    made = gold_import(collection, people(text_file, *rows), replacing=Replacing(rule=rule))  # type: ignore[arg-type]
    assert gold_of(made, 1)["q1"] == expected
    assert len(said(made)) == 8
    brought = GoldImport.objects.get()
    assert (brought.source_name, brought.consensus, brought.n_people) == ("people.csv", rule, 4)
    assert (brought.n_labels, brought.n_undecided) == (len(expected), 3 - len(expected))


def test_who_said_what_when_and_why_is_kept(collection: QueryCollection, text_file: Write) -> None:
    header = PEOPLE + ",selection,inclusion_probability"
    rows = ["q1,a,2,ann,2026-01-02T03:04:05+01:00,off topic,,0.25", "q1,b,1,bob,,,hand-picked,"]
    gold_import(collection, people(text_file, *rows, header=header))
    ann, bob = HumanGrade.objects.order_by("doc_id")
    assert (ann.reviewer, ann.reviewer_name, ann.comment) == (None, "ann", "off topic")
    assert ann.graded_at == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert (ann.selection, ann.inclusion_probability) == ("probability sample", 0.25)
    assert (bob.selection, bob.graded_at) == ("hand-picked", GoldImport.objects.get().imported_at)
    assert (ann.screen, ann.max_grade) == ("import", 2)
    first, second = GoldLabel.objects.order_by("doc_id")
    assert (first.selection, first.inclusion_probability) == ("probability sample", 0.25)
    assert (first.graded_at, second.selection) == (ann.graded_at, "hand-picked")


def test_the_same_file_again_changes_nothing(collection: QueryCollection, text_file: Write) -> None:
    rows = ["q1,a,3,ann,,", "q1,a,1,bob,,"]
    for _ in range(2):
        made = gold_import(collection, people(text_file, *rows))
    assert (made.gold_version, GoldImport.objects.count(), HumanGrade.objects.count()) == (1, 1, 2)


def test_what_a_person_says_otherwise_later_withdraws_the_earlier(
    collection: QueryCollection, text_file: Write
) -> None:
    gold_import(collection, people(text_file, "q1,a,3,ann,,", "q1,a,3,bob,,"))
    made = gold_import(collection, people(text_file, "q1,a,1,ann,,", "q1,a,3,bob,,"))
    assert said(made) == [("q1", "a", "bob", 3), ("q1", "a", "ann", 1)]
    assert HumanGrade.objects.exclude(withdrawn_at=None).get().grade == 3
    assert gold_of(made, 2) == {"q1": {"a": 1}}


def test_names_that_come_later_are_kept_although_no_label_changes(
    collection: QueryCollection, text_file: Write
) -> None:
    gold_import(collection, people(text_file, "q1,a,3", header="query_id,doc_id,grade"))
    made = gold_import(collection, people(text_file, "q1,a,3,ann,,"))
    assert (made.gold_version, said(made)) == (1, [("q1", "a", "ann", 3)])


def test_a_file_may_say_itself_what_is_gold(collection: QueryCollection, text_file: Write) -> None:
    header = "query_id,doc_id,grade,reviewer,gold_grade"
    rows = ["q1,a,3,ann,2", "q1,a,1,bob,2", "q1,b,3,ann,", "q1,b,0,bob,"]
    made = gold_import(collection, people(text_file, *rows, header=header))
    assert gold_of(made, 1) == {"q1": {"a": 2}}
    with pytest.raises(
        InputError, match=r'people.csv:3: field "gold_grade": query "q1" and document "a" have'
    ):
        gold_import(collection, people(text_file, "q1,a,3,ann,2", "q1,a,1,bob,1", header=header))


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("graded_at", "yesterday", "field \"graded_at\": not a time ('yesterday')"),
        ("graded_at", "9999-12-31T23:59:59-05:00", 'field "graded_at": not a time'),
        ("inclusion_probability", "1.5", "field \"inclusion_probability\": not a probability ('1.5')"),
        ("inclusion_probability", "0", 'field "inclusion_probability": not a probability'),
        ("selection", "random", "field \"selection\": not a way to choose pairs ('random')"),
        ("selection", "probability sample", "missing where the selection is probability sample"),
        ("selection,inclusion_probability", "hand-picked,0.5", "given where the selection is hand-picked"),
        ("gold_grade", "-1", 'field "gold_grade": a negative grade (-1)'),
        ("reviewer", "x" * 201, 'field "reviewer": a text of 201 characters'),
    ],
)
def test_what_can_not_be_kept_is_refused(
    collection: QueryCollection, text_file: Write, header: str, row: str, said: str
) -> None:
    source = people(text_file, f"q1,a,1,{row}", header=f"query_id,doc_id,grade,{header}")
    with pytest.raises(InputError) as caught:
        gold_import(collection, source)
    assert said in str(caught.value)
    assert caught.value.line == 2
    assert not GoldLabel.objects.exists()


def test_one_person_says_one_thing(collection: QueryCollection, text_file: Write) -> None:
    with pytest.raises(InputError, match='have grade 1 by "ann" here and 3 on line 2'):
        gold_import(collection, people(text_file, "q1,a,3,ann,,", "q1,a,1,ann,,"))


class TestReviewedGrades:
    """Grades that people gave here give way only to a file that is told to overrule them."""

    @pytest.fixture
    def ann(self, db: None) -> User:
        return User.objects.create_user("ann")

    def test_a_file_that_says_otherwise_is_refused_with_every_pair(
        self, collection: QueryCollection, text_file: Write, ann: User
    ) -> None:
        for doc_id, grade in (("a", 2), ("b", 1), ("c", 3)):
            reviewed(collection, ann, doc_id, grade)
        plain = people(text_file, "q1,a,0", "q1,b,1", header="query_id,doc_id,grade")
        with pytest.raises(ReviewedGradesStand) as caught:
            gold_import(collection, plain)
        assert [(one.doc_id, one.grade) for one in caught.value.overruled] == [("a", 0), ("c", None)]
        assert str(caught.value).startswith(
            "people.csv would overrule grades given in review of 2 pairs:\n"
            '  query "q1", document "a": 2 by ann; 0 in the file\n'
            '  query "q1", document "c": 3 by ann; not in the file\n'
        )
        collection.refresh_from_db()
        assert gold_of(collection, collection.gold_version) == {"q1": {"a": 2, "b": 1, "c": 3}}
        assert not GoldImport.objects.exists()

    def test_told_to_overrule_it_keeps_the_history(
        self, collection: QueryCollection, text_file: Write, ann: User
    ) -> None:
        rows = {doc_id: reviewed(collection, ann, doc_id, 2) for doc_id in ("a", "b", "c")}
        bob = User.objects.create_user("bob")
        plain = people(text_file, "q1,a,0", "q1,b,2", header="query_id,doc_id,grade")
        made = gold_import(collection, plain, replacing=Replacing(user=bob, is_overruling=True))
        assert gold_of(made, made.gold_version) == {"q1": {"a": 0, "b": 2}}
        for row in rows.values():
            row.refresh_from_db()
        changed, lost = rows["a"].overruled_by, rows["c"].overruled_by
        assert changed
        assert lost
        assert (changed.reviewer_name, changed.grade, changed.reason) == ("bob", 0, "import of people.csv")
        assert (lost.grade, lost.reason) == (None, "import of people.csv, which lacks the pair")
        assert rows["b"].overruled_by is None
        assert GoldImport.objects.get().n_overruled == 2
        # What a file brought, another file may replace; the grade that still stands may not be touched.
        again = people(text_file, "q1,a,1", "q1,b,2", header="query_id,doc_id,grade")
        assert gold_of(gold_import(collection, again), made.gold_version + 1) == {"q1": {"a": 1, "b": 2}}
        with pytest.raises(ReviewedGradesStand, match="2 by ann; 0 in the file"):
            gold_import(collection, people(text_file, "q1,b,0", header="query_id,doc_id,grade"))

    def test_grades_of_the_search_box_stand_too(
        self, collection: QueryCollection, text_file: Write, ann: User
    ) -> None:
        gold_set(collection, PairLabel("q1", "a", 2), user=ann, now=NOW)
        with pytest.raises(ReviewedGradesStand, match="the grade given in review of 1 pair"):
            gold_store(collection, {("q1", "a"): 3})
        assert gold_store(collection, {("q1", "a"): 2, ("q2", "a"): 1}).n_gold == 2

    def test_people_who_differ_have_no_label_but_a_file_may_not_choose(
        self, collection: QueryCollection, text_file: Write, ann: User
    ) -> None:
        first = reviewed(collection, ann, "a", 2)
        HumanGrade.objects.filter(pk=first.pk).update(reviewer_name="bob", reviewer=None)
        reviewed(collection, ann, "a", 1)
        gold_set(collection, PairLabel("q1", "a", None), user=ann, now=NOW)
        assert gold_store(collection, {("q2", "a"): 1}).n_gold == 1
        with pytest.raises(ReviewedGradesStand, match="2 by bob, 1 by ann; 1 in the file"):
            gold_store(collection, {("q2", "a"): 1, ("q1", "a"): 1})

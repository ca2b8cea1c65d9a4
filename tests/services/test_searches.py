"""Asking from the search box, and grading there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from evalhub.models import GoldLabel, HumanGrade, Query, QueryCollection, Search, SearchHit, System
from evalhub.selectors.search_box.labels import asked_query_id
from evalhub.services.gold import gold_store
from evalhub.services.search_grades import UnableToGrade, search_grade
from evalhub.services.searches import UnableToSearch, search_ask
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs, make_inputs
from tests.dashboard.searches import build_indexes
from tests.review_rows import make_queue

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
Sent = list[tuple[str, int, str]]


@pytest.fixture
def inputs(db: None) -> Inputs:
    inputs = make_inputs()
    build_indexes(inputs.snapshot)
    return inputs


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    sent: Sent = []
    monkeypatch.setattr(
        "evalhub.dispatch._send", lambda task, row_id, queue, delay_s: sent.append((task, row_id, queue))
    )
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call: call())
    return sent


def ask(inputs: Inputs, text: str = "usb charger", system: int = 0, depth: int = 10) -> Search:
    return search_ask(inputs.workspace, inputs.snapshot, inputs.systems[system], text, depth, now=NOW)


def answered(inputs: Inputs, n_hits: int = 3) -> Search:
    search = ask(inputs)
    SearchHit.objects.bulk_create(
        SearchHit(search=search, rank=rank, document=inputs.documents[rank], score=1 / rank)
        for rank in range(1, n_hits + 1)
    )
    return search


def test_a_search_is_sent_to_its_own_queue(inputs: Inputs, sent: Sent) -> None:
    search = ask(inputs)
    assert sent == [("evalhub.search", search.pk, "search")]
    assert search.state == Search.State.WAITING


def test_asking_the_same_again_is_the_same_search(inputs: Inputs, sent: Sent) -> None:
    search = ask(inputs)
    Search.objects.filter(pk=search.pk).update(state="done", load_s=8.0)
    sent.clear()
    again = search_ask(
        inputs.workspace,
        inputs.snapshot,
        inputs.systems[0],
        "usb charger",
        10,
        now=NOW + timedelta(hours=1),
    )
    assert (again.pk, again.state) == (search.pk, "done")
    assert again.load_s is None  # what is answered from the database loads nothing
    assert again.asked_at == NOW + timedelta(hours=1)
    assert sent == []


@pytest.mark.parametrize("other", [{"text": "usb"}, {"system": 1}, {"depth": 5}])
def test_whatever_changes_the_answer_makes_another_search(
    inputs: Inputs, sent: Sent, other: dict[str, object]
) -> None:
    assert ask(inputs, **other).pk != ask(inputs).pk  # type: ignore[arg-type]


def test_one_that_failed_is_tried_again(inputs: Inputs, sent: Sent) -> None:
    search = ask(inputs)
    Search.objects.filter(pk=search.pk).update(state="failed", error="out of memory", attempt=3)
    sent.clear()
    again = ask(inputs)
    assert (again.state, again.error, again.attempt) == ("waiting", "", 0)
    assert sent == [("evalhub.search", search.pk, "search")]


def test_a_system_without_an_index_says_how_to_get_one(inputs: Inputs, sent: Sent) -> None:
    with pytest.raises(UnableToSearch, match="start a campaign over this corpus"):
        ask(inputs, system=2)
    assert System.objects.get(pk=inputs.systems[2].pk).kind == "run"
    assert Search.objects.count() == 0


def test_a_grade_becomes_gold_picked_by_hand(inputs: Inputs, sent: Sent) -> None:
    ada = User.objects.create(username="ada")
    search = answered(inputs)
    document = inputs.documents[2]
    assert search_grade(search, document.pk, 3, user=ada, now=NOW) is None
    collection = QueryCollection.objects.get(name="search box: python-docs")
    (query,) = collection.queries.filter(removed_in=None)
    assert (query.text, query.added_in) == ("usb charger", 1)
    label = GoldLabel.objects.get(collection=collection)
    assert (label.query_id, label.doc_id, label.grade) == (query.query_id, document.doc_id, 3)
    assert (label.selection, label.graded_by, label.graded_at) == ("hand-picked", ada, NOW)
    assert (collection.version, collection.gold_version, collection.n_queries, collection.n_gold) == (
        1,
        1,
        1,
        1,
    )


def test_a_grade_that_changes_leaves_its_past(inputs: Inputs, sent: Sent) -> None:
    search = answered(inputs)
    first, second = inputs.documents[1], inputs.documents[2]
    assert search_grade(search, first.pk, 1, user=None, now=NOW) is None
    assert search_grade(search, second.pk, 2, user=None, now=NOW) is None
    assert search_grade(search, first.pk, 3, user=None, now=NOW) == 1
    assert search_grade(search, first.pk, 3, user=None, now=NOW) == 3  # nothing new
    assert search_grade(search, first.pk, None, user=None, now=NOW) == 3
    collection = QueryCollection.objects.get(name="search box: python-docs")
    spans = collection.gold_labels.filter(doc_id=first.doc_id).order_by("pk")
    assert list(spans.values_list("grade", "added_in", "removed_in")) == [(1, 1, 3), (3, 3, 4)]
    assert (collection.version, collection.gold_version, collection.n_gold) == (1, 4, 1)


def test_the_history_says_who_said_what_in_the_search_box(inputs: Inputs, sent: Sent) -> None:
    ada = User.objects.create(username="ada")
    search, document = answered(inputs), inputs.documents[1]
    later = NOW + timedelta(minutes=1)
    for grade, at in ((1, NOW), (3, later), (3, later + timedelta(minutes=1))):
        search_grade(search, document.pk, grade, user=ada, now=at)
    rows = HumanGrade.objects.order_by("pk").values_list("reviewer_name", "screen", "grade", "withdrawn_at")
    assert list(rows) == [("ada", "search box", 1, later), ("ada", "search box", 3, None)]
    search_grade(search, document.pk, None, user=ada, now=later)
    assert not HumanGrade.objects.filter(withdrawn_at=None).exists()


def test_a_grade_answers_the_pair_where_a_review_asks_for_it(inputs: Inputs, sent: Sent) -> None:
    campaign = make_campaign(inputs)
    item = make_queue(campaign).items.order_by("pk")[0]
    QueryCollection.objects.filter(pk=campaign.collection_id).update(name="search box: python-docs")
    Query.objects.filter(pk=item.query_id).update(query_id=asked_query_id(item.query.text))
    search = ask(inputs, text=item.query.text)
    SearchHit.objects.create(search=search, rank=1, document=item.document, score=1.0)
    search_grade(search, item.document_id, 2, user=None, now=NOW)
    item.refresh_from_db()
    assert (item.state, item.grade) == ("settled", 2)
    search_grade(search, item.document_id, None, user=None, now=NOW)
    item.refresh_from_db()
    assert (item.state, item.grade) == ("open", None)


def test_the_digest_is_that_of_an_import_of_the_same_grades(inputs: Inputs, sent: Sent) -> None:
    search = answered(inputs)
    for rank in (1, 2):
        search_grade(search, inputs.documents[rank].pk, rank, user=None, now=NOW)
    collection = QueryCollection.objects.get(name="search box: python-docs")
    query_id = collection.queries.get().query_id
    grades = {(query_id, inputs.documents[rank].doc_id): rank for rank in (1, 2)}
    assert gold_store(collection, grades).gold_version == collection.gold_version


def test_only_offered_grades_of_hits_are_taken(inputs: Inputs, sent: Sent) -> None:
    search = answered(inputs)
    with pytest.raises(UnableToGrade, match="grade 4 is not offered; choose one of 0, 1, 2, 3"):
        search_grade(search, inputs.documents[1].pk, 4, user=None, now=NOW)
    with pytest.raises(UnableToGrade, match="found no document"):
        search_grade(search, inputs.documents[9].pk, 2, user=None, now=NOW)
    assert not QueryCollection.objects.filter(name__startswith="search box").exists()

"""Importing queries and gold labels: versions, and ids that must be known."""

import pytest
from django.utils import timezone

from evalhub.formats.errors import InputError
from evalhub.formats.source import Source
from evalhub.models import GoldLabel, Query, QueryCollection, Workspace
from evalhub.selectors.documents import collection_queries, gold_of
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from tests.services.conftest import Write


@pytest.fixture
def collection(workspace: Workspace, jsonl: Write) -> QueryCollection:
    rows = ({"_id": "q1", "text": "one"}, {"_id": "q2", "text": "two", "need": "both"})
    return queries_import(workspace, "q", jsonl("q.jsonl", *rows))


def qrels(text_file: Write, *rows: str) -> Source:
    return text_file("qrels.tsv", "query-id\tcorpus-id\tscore", *rows)


def test_a_changed_query_is_a_new_row_and_the_old_version_stays_readable(
    workspace: Workspace, collection: QueryCollection, jsonl: Write
) -> None:
    new = queries_import(
        workspace, "q", jsonl("q2.jsonl", {"_id": "q1", "text": "uno"}, {"_id": "q3", "text": "three"})
    )
    assert new.version == 2
    assert [q.text for q in collection_queries(new, 1)] == ["one", "two"]
    assert [q.text for q in collection_queries(new, 2)] == ["uno", "three"]
    assert Query.objects.count() == 4


def test_importing_the_same_queries_again_changes_nothing(
    workspace: Workspace, collection: QueryCollection, jsonl: Write
) -> None:
    rows = ({"_id": "q2", "text": "two", "need": "both"}, {"_id": "q1", "text": "one"})
    assert queries_import(workspace, "q", jsonl("again.jsonl", *rows)).version == 1
    assert Query.objects.count() == 2


def test_gold_has_versions_of_its_own(collection: QueryCollection, text_file: Write) -> None:
    gold_import(collection, qrels(text_file, "q1\ta\t3", "q1\tb\t0"))
    second = gold_import(collection, qrels(text_file, "q1\ta\t2", "q1\tb\t0"))
    assert gold_of(second, 1) == {"q1": {"a": 3, "b": 0}}
    assert gold_of(second, 2) == {"q1": {"a": 2, "b": 0}}
    assert GoldLabel.objects.count() == 3
    assert (second.gold_version, second.n_gold) == (2, 2)


def test_gold_that_names_unknown_queries_is_refused_with_line_and_suggestion(
    collection: QueryCollection, text_file: Write
) -> None:
    with pytest.raises(InputError) as caught:
        gold_import(collection, qrels(text_file, "q1\ta\t3", "q11\tb\t0"))
    assert str(caught.value) == (
        'qrels.tsv:3: field "query_id": "q11" is not in the query collection "q" (1 of 2 lines name unknown '
        'ids). Remove these lines, or import what they name first. Did you mean "q1"?'
    )
    assert not GoldLabel.objects.exists()


def test_gold_that_names_documents_outside_the_corpus_is_refused(
    workspace: Workspace, collection: QueryCollection, jsonl: Write, text_file: Write
) -> None:
    snapshot = snapshot_import(
        workspace, "c", jsonl("c.jsonl", {"_id": "a", "text": "A"}), clock=timezone.now
    )
    with pytest.raises(InputError, match='"b" is not in the corpus "c"'):
        gold_import(collection, qrels(text_file, "q1\ta\t3", "q1\tb\t0"), snapshot=snapshot)
    assert not GoldLabel.objects.exists()

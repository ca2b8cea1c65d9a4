"""How long documents are, without reading all of them."""

import pytest

from evalhub.models import Corpus, Document, Snapshot
from evalhub.selectors import documents
from evalhub.services.workspaces import workspace_default

N_DOCUMENTS = 40


def _corpus(name: str, chars: int) -> Snapshot:
    corpus = Corpus.objects.create(workspace=workspace_default(), name=name)
    Document.objects.bulk_create(
        Document(corpus=corpus, doc_id=f"d{n}", title="t", text="x" * (chars - 1), added_in=1)
        for n in range(N_DOCUMENTS)
    )
    return Snapshot.objects.create(
        corpus=corpus, number=1, state="ready", digest="d", source_name="c", n_documents=N_DOCUMENTS
    )


def test_the_mean_is_of_all_where_there_are_few(db: None) -> None:
    snapshot = _corpus("a", 10)
    Document.objects.filter(doc_id="d0").update(text="x" * 49)
    assert documents.snapshot_mean_chars(snapshot) == pytest.approx((39 * 10 + 50) / 40)


def test_a_sample_is_taken_from_end_to_end(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "SAMPLED", 5)
    snapshot = _corpus("a", 10)
    keys = list(Document.objects.order_by("pk").values_list("pk", flat=True))
    Document.objects.filter(pk__in=(keys[0], keys[-1])).update(text="x" * 99)
    # First, last and three between: (2 * 100 + 3 * 10) / 5.
    assert documents.snapshot_mean_chars(snapshot) == pytest.approx(46.0)


def test_documents_that_are_gone_do_not_count(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "SAMPLED", 2)
    snapshot = _corpus("a", 10)
    Document.objects.filter(doc_id__in=("d0", "d39")).update(text="x" * 99, removed_in=2)
    Snapshot.objects.update(number=2)
    snapshot.refresh_from_db()
    assert documents.snapshot_mean_chars(snapshot) == pytest.approx(10.0)

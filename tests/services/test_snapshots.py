"""Importing documents: what changed is stored, what is wrong changes nothing."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from evalhub.formats.errors import InputError
from evalhub.models import Corpus, Document, Snapshot, Workspace
from evalhub.selectors.documents import snapshot_documents, snapshot_keys
from evalhub.services import snapshots
from evalhub.services.snapshots import UnableToImport
from tests.services.conftest import Write

load = partial(snapshots.snapshot_import, clock=timezone.now)


def doc(doc_id: str, text: str, **more: object) -> dict[str, object]:
    return {"_id": doc_id, "text": text, **more}


def texts(snapshot: Snapshot) -> dict[str, str]:
    return dict(snapshot_documents(snapshot).values_list("doc_id", "text"))


def test_an_upload_stores_only_what_changed_and_earlier_snapshots_stay_as_they_were(
    workspace: Workspace, jsonl: Write
) -> None:
    first = load(workspace, "c", jsonl("1.jsonl", doc("a", "A"), doc("b", "B"), doc("d", "D")))
    second = load(workspace, "c", jsonl("2.jsonl", doc("b", "B2"), doc("c", "C"), doc("d", "D")))
    assert texts(first) == {"a": "A", "b": "B", "d": "D"}
    assert texts(second) == {"b": "B2", "c": "C", "d": "D"}
    # a removed, b replaced, c new, d untouched: 3 + 2 rows in all.
    assert (second.n_added, second.n_removed, second.n_documents) == (2, 2, 3)
    assert Document.objects.count() == 5


def test_a_removed_document_can_come_back(workspace: Workspace, jsonl: Write) -> None:
    both = (doc("a", "A"), doc("b", "B"))
    load(workspace, "c", jsonl("1.jsonl", *both))
    load(workspace, "c", jsonl("2.jsonl", both[0]))
    third = load(workspace, "c", jsonl("3.jsonl", *both))
    assert texts(third) == {"a": "A", "b": "B"}
    assert (third.number, third.n_added) == (3, 1)


def test_the_same_content_in_any_order_makes_no_new_snapshot(workspace: Workspace, jsonl: Write) -> None:
    first = load(workspace, "c", jsonl("1.jsonl", doc("a", "A"), doc("b", "B")))
    again = load(workspace, "c", jsonl("2.jsonl", doc("b", "B"), doc("a", "A")))
    assert again.pk == first.pk
    assert Document.objects.count() == 2


def test_a_change_of_metadata_alone_makes_a_snapshot_but_keeps_the_digest_models_see(
    workspace: Workspace, jsonl: Write
) -> None:
    first = load(workspace, "c", jsonl("1.jsonl", doc("a", "A", metadata={"price": 1})))
    second = load(workspace, "c", jsonl("2.jsonl", doc("a", "A", metadata={"price": 2})))
    assert second.number == first.number + 1
    assert snapshot_documents(first).get().digest == snapshot_documents(second).get().digest


def test_a_bad_line_leaves_the_database_as_it_was(workspace: Workspace, jsonl: Write) -> None:
    with pytest.raises(InputError, match=r'new\.jsonl:3: field "_id"'):
        load(workspace, "new", jsonl("new.jsonl", doc("a", "A"), doc("b", "B"), doc("a", "again")))
    assert not Corpus.objects.exists()
    assert not Document.objects.exists()


def test_more_documents_than_a_batch_are_merged_in_code_point_order(
    workspace: Workspace, jsonl: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "BATCH", 3)
    names = ["Z", "a", "é", "中", "10", "9", "A", "b", "~", "ß"]
    load(workspace, "c", jsonl("1.jsonl", *(doc(name, name) for name in names)))
    kept, changed, new = names[:5], names[5:7], ["0", "zz", "\U0001f600"]
    rows = [*(doc(n, n) for n in kept), *(doc(n, "x") for n in changed), *(doc(n, n) for n in new)]
    second = load(workspace, "c", jsonl("2.jsonl", *rows))
    assert texts(second) == {**{n: n for n in kept + new}, **dict.fromkeys(changed, "x")}
    assert (second.n_added, second.n_removed) == (5, 5)  # 2 changed + 3 new; 2 changed + 3 gone
    by_key = dict(Document.objects.values_list("pk", "doc_id"))
    ordered = [by_key[key] for key in snapshot_keys(second).tolist()]
    assert ordered == sorted(kept + changed + new)


def test_an_import_that_died_is_undone_by_the_next_and_a_live_one_is_not(
    workspace: Workspace, jsonl: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(workspace, "c", jsonl("1.jsonl", doc("a", "A"), doc("b", "B")))

    def die(snapshot: Snapshot) -> Snapshot:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(snapshots, "_publish", die)
        with pytest.raises(KeyboardInterrupt):
            load(workspace, "c", jsonl("2.jsonl", doc("a", "changed"), doc("c", "C")))
    assert texts(first) == {"a": "A", "b": "B"}
    with pytest.raises(UnableToImport, match='another import into "c" is running'):
        load(workspace, "c", jsonl("3.jsonl", doc("e", "E")))
    later = partial(snapshots.snapshot_import, clock=lambda: timezone.now() + timedelta(minutes=2))
    second = later(workspace, "c", jsonl("4.jsonl", doc("a", "A"), doc("e", "E")))
    assert texts(second) == {"a": "A", "e": "E"}
    assert texts(first) == {"a": "A", "b": "B"}


def test_an_import_whose_place_was_taken_writes_nothing_more(
    workspace: Workspace, jsonl: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(workspace, "c", jsonl("1.jsonl", doc("a", "A")))
    hold = snapshots._hold

    def hold_after_another_undid_it(snapshot: Snapshot, **now: object) -> None:
        Snapshot.objects.filter(pk=snapshot.pk).delete()
        hold(snapshot, **now)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshots, "_hold", hold_after_another_undid_it)
    with pytest.raises(UnableToImport, match="another one took its place"):
        load(workspace, "c", jsonl("2.jsonl", doc("a", "B")))
    assert texts(first) == {"a": "A"}
    assert Document.objects.count() == 1

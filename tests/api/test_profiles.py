"""Profiles of corpora over REST."""

import json

from evalhub.models import Corpus, CorpusProfile, Job, QueryCollection, Workspace
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.api.workers import work


def test_a_profile_is_asked_for_once_and_then_shown(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection
) -> None:
    address = f"{API}/corpora/{corpus.pk}/profile"
    assert api.get(address).status_code == 404

    first = api.post(address, {"queries": "head"}, format="json")
    again = api.post(address, {"queries": "head"}, format="json")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first["Location"].endswith(address)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["job"]["kind"], first.json()["texts"]) == ("profile", None)

    work()
    shown = api.get(address).json()
    assert (shown["job"]["state"], shown["queries"], shown["snapshot"]) == ("done", "head", 1)
    assert shown["texts"]["n_documents"] == 5
    # "title 1 text 1" and so on: four words each.
    assert shown["texts"]["words"]["mean"] == 4.0
    # [CLS] title 1 text 1 [SEP]
    assert next(part for part in shown["tokens"] if part["name"] == "minilm")["tokens"]["largest"] == 6
    assert shown["overlap"]["n_queries"] == 2
    assert api.get(f"{address}?snapshot=2").status_code == 404


def test_a_small_upload_is_profiled_by_itself(api: CheckedClient, corpus: Corpus) -> None:
    from tests.api.conftest import form_file, jsonl

    upload = form_file(jsonl([{"_id": "x", "text": "y"}]))
    assert (
        api.post(f"{API}/corpora/{corpus.pk}/documents", {"file": upload}, format="multipart").status_code
        == 202
    )
    work()

    profile = CorpusProfile.objects.get()
    assert (profile.snapshot.number, profile.snapshot.n_documents) == (2, 1)
    assert Job.objects.get(profile=profile).state == "done"


def test_what_can_not_be_profiled_is_said(api: CheckedClient, workspace: Workspace, corpus: Corpus) -> None:
    empty = Corpus.objects.create(workspace=workspace, name="empty")
    answers = [
        api.post(f"{API}/corpora/{empty.pk}/profile", {}, format="json"),
        api.post(f"{API}/corpora/{corpus.pk}/profile", {"queries": "haed"}, format="json"),
        api.post(f"{API}/corpora/{corpus.pk}/profile", {"querys": "head"}, format="json"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert [
        words
        for words, answer in zip(
            ["no documents yet", "no query collection", "unknown field"], answers, strict=True
        )
        if words in json.dumps(answer.json())
    ] == ["no documents yet", "no query collection", "unknown field"]
    assert api.post(f"{API}/corpora/999/profile", {}, format="json").status_code == 404

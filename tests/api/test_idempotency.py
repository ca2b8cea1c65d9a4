"""`Idempotency-Key`: what is sent twice is done once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test.client import encode_multipart
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from rest_framework.exceptions import Throttled

from evalhub import conf
from evalhub.api.base import ApiView
from evalhub.api.urls import urlpatterns
from evalhub.models import AuditEvent, Campaign, Corpus, KeptAnswer, QueryCollection, System, Workspace
from evalhub.pipeline.sweep import sweep
from evalhub.services.tokens import token_create
from evalhub.services.worker import worker_name
from tests.api.conftest import API, form_file, jsonl, spec
from tests.api.schema_check import CheckedClient
from tests.people import person

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
ROWS = jsonl([{"_id": "q1", "text": "one"}])


def post(api: CheckedClient, address: str, body: Any, key: str = KEY, **options: Any) -> Any:
    options.setdefault("format", "json")
    return api.post(f"{API}/{address}", body, HTTP_IDEMPOTENCY_KEY=key, **options)


def test_the_same_request_has_the_same_answer_and_is_done_once(
    api: CheckedClient, production: System
) -> None:
    first = post(api, "campaigns", spec())
    again = post(api, "campaigns", spec())
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["Content-Type"] == first["Content-Type"]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert Campaign.objects.count() == 1


def test_what_is_done_once_is_written_down_once(api: CheckedClient) -> None:
    for _ in range(2):
        assert post(api, "corpora", {"name": "books"}).status_code == 201
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["POST corpora"]


def test_without_a_key_or_with_another_it_is_done_again(api: CheckedClient, production: System) -> None:
    post(api, "campaigns", spec())
    post(api, "campaigns", spec(), key="another")
    api.post(f"{API}/campaigns", spec(), format="json")
    assert Campaign.objects.count() == 3


@pytest.mark.parametrize(
    ("address", "body", "what"), [("corpora", {"name": "toys"}, "body"), ("query-collections", {}, "address")]
)
def test_a_key_that_stands_for_another_request_is_refused(
    api: CheckedClient, address: str, body: dict[str, str], what: str
) -> None:
    post(api, "corpora", {"name": "books"})
    refused = post(api, address, body)
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:evalhub:problem:idempotency-key-reused"
    assert f"sent before with another {what}" in refused.json()["detail"]
    assert list(Corpus.objects.values_list("name", flat=True)) == ["books"]
    assert not QueryCollection.objects.exists()


def test_another_query_string_is_another_address(api: CheckedClient, collection: QueryCollection) -> None:
    address = f"query-collections/{collection.pk}/queries"
    bare = {"format": None, "content_type": "application/octet-stream"}
    assert post(api, f"{address}?file_name=a.jsonl", ROWS, **bare).status_code == 201
    assert post(api, f"{address}?file_name=b.jsonl", ROWS, **bare).status_code == 409


@pytest.mark.parametrize("key", ["", "two words", "ü", "x" * 256])
def test_what_is_no_key_is_refused(api: CheckedClient, key: str) -> None:
    refused = post(api, "corpora", {"name": "books"}, key=key)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "Idempotency-Key"
    assert not Corpus.objects.exists()


def test_a_refusal_is_an_answer_too(api: CheckedClient) -> None:
    first, again = (post(api, "corpora", {"nam": "books"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (400, 400)
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("error", [OperationalError("locked"), RuntimeError("a bug")])
def test_a_failure_of_the_server_is_not_kept(
    api: CheckedClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*arguments: Any) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("evalhub.api.views.corpora.corpus_ensure", fail)
        assert post(api, "corpora", {"name": "books"}).status_code >= 500
    assert not KeptAnswer.objects.exists()
    assert post(api, "corpora", {"name": "books"}).status_code == 201


def test_what_is_made_anew_goes_with_its_answer(
    api: CheckedClient, production: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends between the two is a failure of the second."""

    def die(*arguments: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("evalhub.api.idempotency.answer_keep", die)
        with pytest.raises(SystemExit):
            post(api, "campaigns", spec())
    assert not Campaign.objects.exists()
    assert post(api, "campaigns", spec()).status_code == 201


@pytest.fixture
def under_way(api: CheckedClient) -> KeptAnswer:
    """A request for the corpus books that somebody who lives is at."""
    post(api, "corpora", {"name": "books"})
    Corpus.objects.all().delete()
    KeptAnswer.objects.update(status=None, body="", holder="elsewhere:1")
    return KeptAnswer.objects.get()


def test_a_request_under_way_is_waited_for(api: CheckedClient, under_way: KeptAnswer) -> None:
    refused = post(api, "corpora", {"name": "books"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:evalhub:problem:request-under-way"
    assert int(refused["Retry-After"]) > 0
    assert not Corpus.objects.exists()


def test_one_that_died_half_way_does_not_block_its_key(api: CheckedClient, under_way: KeptAnswer) -> None:
    KeptAnswer.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert post(api, "corpora", {"name": "books"}).status_code == 201
    assert KeptAnswer.objects.get().status == 201


def test_one_that_died_on_this_machine_is_not_waited_for(api: CheckedClient, under_way: KeptAnswer) -> None:
    here = worker_name().rpartition(":")[0]
    KeptAnswer.objects.update(holder=f"{here}:{2**22 + 1}")  # beyond the highest process id of Linux
    assert post(api, "corpora", {"name": "books"}).status_code == 201


def test_one_that_works_on_this_machine_is_waited_for_however_long_it_takes(
    api: CheckedClient, under_way: KeptAnswer
) -> None:
    KeptAnswer.objects.update(lease_until=timezone.now() - timedelta(hours=2), holder=worker_name())
    assert post(api, "corpora", {"name": "books"}).status_code == 409
    assert not Corpus.objects.exists()


def test_a_refusal_by_the_present_state_is_not_kept(api: CheckedClient, production: System) -> None:
    campaign = post(api, "campaigns", spec(), key="start").json()["id"]
    refused = post(api, f"campaigns/{campaign}/resume", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:evalhub:problem:conflict")
    post(api, f"campaigns/{campaign}/pause", {}, key="pause")
    again = post(api, f"campaigns/{campaign}/resume", {})
    assert (again.status_code, again.json()["state"]) == (200, "running")


def test_an_answer_is_kept_for_a_day(api: CheckedClient) -> None:
    post(api, "corpora", {"name": "books"})
    now = timezone.now()
    sweep(now=now + timedelta(hours=23))
    assert KeptAnswer.objects.exists()
    sweep(now=now + timedelta(hours=25))
    assert not KeptAnswer.objects.exists()


def test_an_old_answer_that_nobody_swept_is_none(api: CheckedClient) -> None:
    post(api, "corpora", {"name": "books"})
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert post(api, "corpora", {"name": "toys"}).status_code == 201
    assert post(api, "corpora", {"name": "toys"})["Idempotency-Replayed"] == "true"


def test_a_key_is_its_callers_own(
    workspace: Workspace, api: CheckedClient, client_of: Callable[..., CheckedClient]
) -> None:
    elsewhere = Workspace.objects.create(name="other", slug="other")
    for client in (api, client_of(workspace), client_of(elsewhere)):
        response = post(client, "corpora", {"name": "books"})
        assert "Idempotency-Replayed" not in response
    assert KeptAnswer.objects.count() == 3


def test_a_token_that_may_not_is_shown_nothing_that_was_kept(
    workspace: Workspace, client_of: Callable[..., CheckedClient]
) -> None:
    client = client_of(workspace)
    post(client, "corpora", {"name": "books"})
    client.credentials(
        HTTP_AUTHORIZATION=f"Bearer {token_create(workspace, person('r', workspace=workspace), 'read')}"
    )
    assert post(client, "corpora", {"name": "books"}).status_code == 403


def test_a_bare_file_is_told_by_its_bytes(api: CheckedClient, collection: QueryCollection) -> None:
    address = f"query-collections/{collection.pk}/queries"
    bare = {"format": None, "content_type": "application/octet-stream"}
    first, again = (post(api, address, ROWS, **bare) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotency-Replayed"] == "true"
    assert post(api, address, ROWS + ROWS, **bare).status_code == 409
    assert not list(conf.uploads_folder().iterdir())


def test_a_form_is_told_by_its_fields_and_files(api: CheckedClient, collection: QueryCollection) -> None:
    address = f"query-collections/{collection.pk}/queries"

    def send(content: bytes, boundary: str, **fields: str) -> Any:
        body = encode_multipart(boundary, {"file": form_file(content), **fields})
        return post(api, address, body, format=None, content_type=f"multipart/form-data; boundary={boundary}")

    assert send(ROWS, "one").status_code == 201
    again = send(ROWS, "two")
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert send(ROWS, "one", column="query_id=_id").status_code == 409
    assert send(ROWS + b"\n", "one").status_code == 409
    assert not list(conf.uploads_folder().iterdir())


def test_a_form_larger_than_memory_allows_is_imported_whole(
    api: CheckedClient, corpus: Corpus, settings: Any
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    documents = jsonl([{"_id": f"n{at}", "text": "x" * 100} for at in range(3)])
    address = f"corpora/{corpus.pk}/documents"
    first = post(api, address, {"file": form_file(documents)}, format="multipart")
    again = post(api, address, {"file": form_file(documents)}, format="multipart")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["id"] == first.json()["id"]


def test_a_body_too_large_for_memory_is_refused_with_a_key_and_without(
    api: CheckedClient, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    long = {"name": "x" * 200}
    assert post(api, "corpora", long).status_code == 413
    assert api.post(f"{API}/corpora", long, format="json").status_code == 413


def test_a_copy_of_the_database_shows_no_answer(api: CheckedClient) -> None:
    post(api, "corpora", {"name": "books"})
    row = KeptAnswer.objects.values().get()
    assert "books" not in str(row)
    assert len(row["body_digest"]) == 64


def views(patterns: list[URLPattern | URLResolver]) -> list[type[Any]]:
    return [pattern.callback.view_class for pattern in patterns if hasattr(pattern.callback, "view_class")]


def test_every_address_that_takes_a_post_takes_a_key() -> None:
    taking = [view for view in views(urlpatterns) if hasattr(view, "post")]
    assert len(taking) > 20
    assert all(issubclass(view, ApiView) for view in taking)
    assert not any("initial" in vars(view) or "dispatch" in vars(view) for view in taking)


def test_an_answer_that_says_try_later_is_not_kept(
    api: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(*arguments: Any) -> None:
        raise Throttled(1)

    monkeypatch.setattr("evalhub.api.views.corpora.corpus_ensure", later)
    assert post(api, "corpora", {"name": "books"}).status_code == 429
    assert not KeptAnswer.objects.exists()

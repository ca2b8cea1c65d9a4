"""ETags, packed answers, and looks that wait for a change."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from evalhub.api.waiting import WAITERS, awaited, change_tag
from evalhub.models import AuditEvent, Campaign, CampaignTag, Corpus, Job, ProviderKey, System, Workspace
from tests.api.conftest import API, spec, start
from tests.api.schema_check import CheckedClient


def test_what_did_not_change_is_not_sent_again(api: CheckedClient, corpus: Corpus) -> None:
    address = f"{API}/corpora/{corpus.pk}"
    first = api.get(address)
    assert first["ETag"].startswith('"')
    again = api.get(address, HTTP_IF_NONE_MATCH=f'"other", {first["ETag"]}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    Corpus.objects.filter(pk=corpus.pk).update(name="changed")
    changed = api.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_lists_and_refusals_have_no_etag(api: CheckedClient, corpus: Corpus) -> None:
    assert "ETag" not in api.get(f"{API}/corpora")
    assert "ETag" not in api.get(f"{API}/corpora/{corpus.pk + 1}", HTTP_IF_NONE_MATCH="*")


def test_results_have_one(api: CheckedClient, production: System) -> None:
    campaign = start(api, spec()).json()
    address = f"{API}/campaigns/{campaign['id']}/gate"
    tag = api.get(address)["ETag"]
    assert api.get(address, HTTP_IF_NONE_MATCH=f"W/{tag}").status_code == 304


@pytest.fixture
def key(workspace: Workspace) -> ProviderKey:
    return ProviderKey.objects.create(workspace=workspace, name="openai", ciphertext="x")


def test_a_write_over_what_somebody_else_changed_is_refused(
    workspace: Workspace, key: ProviderKey, client_of: Callable[..., CheckedClient]
) -> None:
    api, address = client_of(workspace, "admin"), f"{API}/keys/{key.pk}"
    tag = api.get(address)["ETag"]
    ProviderKey.objects.filter(pk=key.pk).update(name="other")
    refused = api.delete(address, HTTP_IF_MATCH=tag)
    assert refused.status_code == 412
    assert "has changed" in refused.json()["detail"]
    assert ProviderKey.objects.exists()
    assert api.delete(address, HTTP_IF_MATCH=api.get(address)["ETag"]).status_code == 200


def test_a_campaign_is_changed_by_the_tag_that_it_shows(api: CheckedClient, production: System) -> None:
    address = f"{API}/campaigns/{start(api, spec()).json()['id']}"
    tag = api.get(address)["ETag"]
    assert api.patch(address, {"tags": ["b"]}, format="json", HTTP_IF_MATCH=tag).status_code == 200
    assert api.patch(address, {"tags": ["c"]}, format="json", HTTP_IF_MATCH=tag).status_code == 412
    assert [tag.name for tag in CampaignTag.objects.all()] == ["b"]


def test_the_log_holds_what_was_done_once_and_nothing_else(
    workspace: Workspace, key: ProviderKey, client_of: Callable[..., CheckedClient]
) -> None:
    api, address = client_of(workspace, "admin"), f"{API}/keys/{key.pk}"
    assert api.delete(address, HTTP_IF_MATCH='"stale"').status_code == 412
    assert not AuditEvent.objects.exists()
    assert api.delete(address, HTTP_IF_MATCH=api.get(address)["ETag"]).status_code == 200
    assert [event.action for event in AuditEvent.objects.all()] == ["DELETE key"]


def test_large_answers_are_packed_and_pages_never(
    api: CheckedClient, corpus: Corpus, production: System
) -> None:
    for at in range(10):
        Corpus.objects.create(workspace=corpus.workspace, name=f"{at}" * 50)
    packed = api.get(f"{API}/corpora", HTTP_ACCEPT_ENCODING="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(packed.content))["results"]) == 11
    assert "Accept-Encoding" in packed["Vary"]
    assert "Content-Encoding" not in api.get(f"{API}/corpora/{corpus.pk}", HTTP_ACCEPT_ENCODING="gzip")
    assert "Content-Encoding" not in Client().get("/sign-in", HTTP_ACCEPT_ENCODING="gzip", follow=True)


def test_the_etag_of_a_packed_answer_is_its_own_and_matches(
    api: CheckedClient, production: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalhub.api.compression.SMALLEST_BYTES", 100)
    address = f"{API}/campaigns/{start(api, spec()).json()['id']}/results"
    plain = api.get(address)["ETag"]
    packed = api.get(address, HTTP_ACCEPT_ENCODING="gzip")["ETag"]
    assert packed == f'{plain[:-1]}-gzip"'
    assert api.get(address, HTTP_IF_NONE_MATCH=packed, HTTP_ACCEPT_ENCODING="gzip").status_code == 304


def looks(*bodies: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    left = list(bodies)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


class Clock:
    """Goes on by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


OLD = {"state": "running", "n_done": 1, "jobs": [{"eta_s": 4.0}]}
NEW = {"state": "running", "n_done": 2, "jobs": [{"eta_s": 3.0}]}


@pytest.mark.parametrize("seen", [change_tag(OLD), change_tag(OLD).removeprefix("W/"), "running"])
def test_a_look_waits_until_something_is_not_as_seen(seen: str) -> None:
    clock = Clock()
    later = {**OLD, "jobs": [{"eta_s": 1.0}]}  # the clock went on, and nothing happened
    done = {**NEW, "state": "done"}
    answer = awaited(
        looks(OLD, later, later, done), {"wait": 25.0, "seen": seen}, clock=clock, sleep=clock.sleep
    )
    assert (answer.data, clock.now) == (done, 1.5)
    assert answer["ETag"] == change_tag(done)


def test_a_look_waits_no_longer_than_it_was_asked_to() -> None:
    clock = Clock()
    answer = awaited(looks(OLD), {"wait": 1.2, "seen": "running"}, clock=clock, sleep=clock.sleep)
    assert (answer.data, clock.now) == (OLD, 1.2)


@pytest.mark.parametrize(
    ("body", "seen"),
    [(OLD, None), (NEW, change_tag(OLD)), (OLD, "done"), ({**OLD, "state": "done"}, "done")],
)
def test_there_is_nothing_to_wait_for(body: dict[str, Any], seen: str | None) -> None:
    clock = Clock()
    awaited(looks(body), {"wait": 9.0, "seen": seen}, clock=clock, sleep=clock.sleep)
    assert clock.now == 0


def test_beyond_the_last_place_nobody_waits(settings: Any) -> None:
    settings.EVALHUB_WAITERS = 1
    clock = Clock()
    asked = {"wait": 9.0, "seen": "running"}
    with WAITERS.place() as is_free:
        assert is_free
        awaited(looks(OLD), asked, clock=clock, sleep=clock.sleep)
        assert clock.now == 0
    awaited(looks(OLD, NEW), {**asked, "seen": change_tag(OLD)}, clock=clock, sleep=clock.sleep)
    assert clock.now > 0  # the place is free again


def test_a_campaign_and_a_job_are_waited_for(api: CheckedClient, production: System) -> None:
    campaign = start(api, spec()).json()
    address = f"{API}/campaigns/{campaign['id']}"
    first = api.get(address)
    assert first["ETag"].startswith('W/"')
    assert api.get(address, {"wait": 0.01, "seen": first["ETag"]})["ETag"] == first["ETag"]
    Campaign.objects.update(state="cancelled")
    assert api.get(address, {"wait": 20, "seen": first["ETag"]}).json()["state"] == "cancelled"
    job = f"{API}/jobs/{campaign['jobs'][0]['id']}"
    Job.objects.update(state="failed")
    assert api.get(job, {"wait": 20, "seen": "waiting"}).json()["state"] == "failed"


@pytest.mark.parametrize("asked", [{"wait": 31}, {"wait": -1}, {"wait": "nan"}, {"wiat": 1}])
def test_a_wait_has_bounds(api: CheckedClient, production: System, asked: dict[str, Any]) -> None:
    campaign = start(api, spec()).json()
    assert api.get(f"{API}/campaigns/{campaign['id']}", asked).status_code == 400

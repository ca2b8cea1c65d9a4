"""Destinations over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from evalhub.models import Delivery, Webhook, Workspace
from evalhub.services.vault import decrypt
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.people import person

WEBHOOKS = f"{API}/webhooks"
URL = "https://hooks.example.org/services/T0/very-secret"
GIVEN = {"name": "ci", "url": URL, "events": ["gate.fail", "campaign.failed"]}


@pytest.fixture
def admin(client_of: Callable[..., CheckedClient], workspace: Workspace) -> CheckedClient:
    return client_of(workspace, "admin")


def test_a_destination_is_added_changed_and_removed(admin: CheckedClient) -> None:
    made = admin.post(WEBHOOKS, GIVEN, format="json")
    body = made.json()
    assert made.status_code == 201
    assert body["events"] == ["campaign.failed", "gate.fail"]
    assert decrypt(Webhook.objects.get().secret) == body["secret"]
    assert "secret" not in admin.get(made["Location"]).json()
    changed = admin.patch(made["Location"], {"is_active": False, "events": ["gate.pass"]}, format="json")
    assert (changed.json()["is_active"], changed.json()["events"]) == (False, ["gate.pass"])
    assert admin.get(WEBHOOKS).json()["results"][0]["url"] == URL
    assert admin.delete(made["Location"]).status_code == 200
    assert admin.get(made["Location"]).status_code == 404
    assert admin.post(WEBHOOKS, GIVEN, format="json").status_code == 201  # its name is free again


def test_only_admins_read_addresses_and_logs(
    admin: CheckedClient, client_of: Callable[..., CheckedClient], workspace: Workspace, client: Client
) -> None:
    place = admin.post(WEBHOOKS, GIVEN, format="json")["Location"]
    run = client_of(workspace, "run", name="runner")
    demoted = client_of(workspace, "admin", "viewer", name="demoted")
    client.force_login(person("eve", "viewer"))
    for reader in (run, demoted, client):
        for address in (WEBHOOKS, place, f"{place}/deliveries"):
            answer = reader.get(address)
            assert answer.status_code == 403
            assert "very-secret" not in answer.content.decode()
    assert run.post(WEBHOOKS, GIVEN, format="json").status_code == 403


def test_a_test_and_the_same_again_are_in_the_log(admin: CheckedClient) -> None:
    place = admin.post(WEBHOOKS, GIVEN, format="json")["Location"]
    sent = admin.post(f"{place}/test")
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    again = admin.post(f"{API}/deliveries/{sent.json()['id']}/redeliver")
    assert (again.status_code, again.json()["copy_of"]) == (202, sent.json()["id"])
    listed = admin.get(f"{place}/deliveries").json()["results"]
    assert [row["id"] for row in listed] == [again.json()["id"], sent.json()["id"]]
    assert listed[0]["payload"] == listed[1]["payload"]
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "ci.example.org"}, "url"),
        ({"kind": "email"}, "url"),
        ({"events": ["gate.failed"]}, "events"),
        ({"events": []}, "events"),
        ({"secret": "short"}, "secret"),
        ({"name": " "}, "name"),
    ],
)
def test_a_refusal_names_the_field(admin: CheckedClient, change: dict[str, Any], field: str) -> None:
    refused = admin.post(WEBHOOKS, {**GIVEN, **change}, format="json")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"].startswith(field)


def test_two_of_a_name_are_refused(admin: CheckedClient) -> None:
    admin.post(WEBHOOKS, GIVEN, format="json")
    assert admin.post(WEBHOOKS, GIVEN, format="json").status_code == 400

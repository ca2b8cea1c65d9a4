"""Stored API keys over REST: written, never read."""

from collections.abc import Callable
from typing import Any

import pytest

from evalhub.models import ProviderKey, Workspace
from evalhub.services.vault import decrypt
from tests.api.conftest import API, spec, start
from tests.api.schema_check import CheckedClient

KEYS = f"{API}/keys"
KEY = "sk-very-secret-key"
GIVEN = {"name": "production", "key": KEY}


@pytest.fixture
def admin(client_of: Callable[..., CheckedClient], workspace: Workspace) -> CheckedClient:
    return client_of(workspace, "admin")


def test_a_key_is_stored_replaced_and_forgotten_and_never_answered(
    admin: CheckedClient, api: CheckedClient
) -> None:
    made = admin.post(KEYS, GIVEN, format="json")
    again = admin.post(KEYS, {**GIVEN, "key": "sk-other"}, format="json")
    key = ProviderKey.objects.get()
    shown = [made, again, admin.get(made["Location"]), api.get(KEYS)]

    assert [answer.status_code for answer in shown] == [201, 200, 200, 200]
    assert decrypt(key.ciphertext) == "sk-other"
    assert set(made.json()) == {"id", "name", "created_at", "updated_at"}
    assert admin.delete(made["Location"]).json()["name"] == "production"
    assert not ProviderKey.objects.exists()
    for answer in shown:
        assert "sk-" not in answer.content.decode()
        assert key.ciphertext not in answer.content.decode()


def test_only_an_admin_stores_keys(api: CheckedClient) -> None:
    refused = api.post(KEYS, GIVEN, format="json")
    assert refused.status_code == 403
    assert KEY not in refused.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": KEY, "key": "has blanks in it"}, "key"),
        ({"name": "hf_0123456789abcdefghij", "key": KEY}, "name"),
        ({"name": "production", "key": [KEY]}, "key"),
        ({"name": "production", "key": KEY * 500}, "key"),
        ({"name": "production", "api_key": KEY}, "api_key"),
        ({"name": "production"}, "key"),
    ],
)
def test_a_refusal_names_the_field_and_repeats_no_value(
    admin: CheckedClient, given: dict[str, Any], field: str
) -> None:
    refused = admin.post(KEYS, given, format="json")
    assert refused.status_code == 400
    assert {fault["field"] for fault in refused.json()["errors"]} == {field}
    for value in (KEY, "has blanks", "0123456789abcdef"):
        assert value not in refused.content.decode()


def test_a_key_written_where_its_name_belongs_is_not_repeated(
    api: CheckedClient, corpus: object, collection: object, production: object
) -> None:
    for secret in (KEY, "gsk_0123456789abcdefghij"):
        rater = {"name": "judge", "kind": "hosted", "model": "m", "api_key": secret}
        refused = start(api, spec(raters=[rater]))
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["field"] == "raters[0].api_key"
        assert secret not in refused.content.decode()

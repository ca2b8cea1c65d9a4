"""Stored keys: only the secret opens them, and no error repeats one."""

import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from evalhub import conf
from evalhub.models import ProviderKey, Workspace
from evalhub.services.provider_keys import UnableToStoreKey, provider_key_check, provider_key_set
from evalhub.services.raters import rater_check
from evalhub.services.vault import UnableToUseSecret, decrypt, encrypt
from raters.fields import UnableToResolveRater

KEY = "sk-very/secret+0123456789abcdefghij"
RATER = {"name": "judge", "kind": "hosted", "model": "m", "base_url": "http://provider.test/v1"}


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    settings.EVALHUB_HOME = tmp_path
    settings.EVALHUB_KEY_SECRETS = []


def test_what_is_stored_opens_with_the_secret_only(workspace: Workspace, settings: Any) -> None:
    stored, is_new = provider_key_set(workspace, "production", KEY)

    assert is_new
    assert "secret" not in stored.ciphertext
    assert decrypt(ProviderKey.objects.get().ciphertext) == KEY
    secret = conf.key_secret_file()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert Fernet(secret.read_text()).decrypt(stored.ciphertext) == KEY.encode()
    assert [path.name for path in secret.parent.iterdir()] == ["key_secret"]
    settings.EVALHUB_KEY_SECRETS = [Fernet.generate_key().decode()]
    with pytest.raises(UnableToUseSecret, match="encrypted with another secret; bring back"):
        decrypt(stored.ciphertext)


def test_equal_keys_are_not_seen_to_be_equal(workspace: Workspace) -> None:
    first, _ = provider_key_set(workspace, "one", KEY)
    second, _ = provider_key_set(workspace, "two", KEY)
    assert first.ciphertext != second.ciphertext


def test_a_key_of_the_same_name_takes_its_place(workspace: Workspace) -> None:
    provider_key_set(workspace, "production", KEY)
    stored, is_new = provider_key_set(workspace, "production", "sk-new")
    assert not is_new
    assert decrypt(stored.ciphertext) == "sk-new"
    assert ProviderKey.objects.count() == 1


def test_an_older_secret_of_the_list_still_opens(settings: Any) -> None:
    older, newer = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.EVALHUB_KEY_SECRETS = [older]
    token = encrypt(KEY)
    settings.EVALHUB_KEY_SECRETS = [newer, older]
    assert decrypt(token) == KEY
    assert Fernet(newer).decrypt(encrypt(KEY)) == KEY.encode()


def test_a_secret_that_is_none_is_not_repeated(settings: Any) -> None:
    settings.EVALHUB_KEY_SECRETS = ["hunter2-hunter2"]
    with pytest.raises(UnableToUseSecret, match="32 bytes in URL-safe base64") as caught:
        encrypt(KEY)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "x" * 101, KEY, "hf_0123456789abcdefghij"])
def test_a_name_that_is_none_is_refused_and_not_repeated(workspace: Workspace, name: str) -> None:
    with pytest.raises(UnableToStoreKey) as caught:
        provider_key_set(workspace, name, "sk-1")
    assert caught.value.field == "name"
    assert not name or len(name) < 5 or name not in str(caught.value)
    assert not ProviderKey.objects.exists()


@pytest.mark.parametrize("key", ["", "sk-1 sk-2", "sk-1\nsk-2", "sk-ключ", "k" * 4097])
def test_a_key_that_no_header_carries_is_refused_and_not_repeated(workspace: Workspace, key: str) -> None:
    with pytest.raises(UnableToStoreKey, match="one line of 1 to 4096") as caught:
        provider_key_set(workspace, "production", key)
    assert not key or key not in str(caught.value)


def test_a_rater_names_a_key_that_is_stored_in_its_workspace(workspace: Workspace) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    provider_key_set(other, "production", KEY)
    with pytest.raises(
        UnableToResolveRater, match=r"none is stored yet\. Store one with: evalhub key set NAME"
    ):
        rater_check(workspace, {**RATER, "api_key": "production"})

    provider_key_set(workspace, "staging", KEY)
    with pytest.raises(UnableToResolveRater, match="stored are: staging") as caught:
        rater_check(workspace, {**RATER, "api_key": "sk-short-key"})
    assert caught.value.field == "api_key"
    assert "short" not in str(caught.value)

    spec = rater_check(workspace, {**RATER, "api_key": "staging"})
    provider_key_check(workspace, spec)
    assert KEY not in str(spec.to_dict())

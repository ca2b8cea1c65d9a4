"""Stored keys under a new secret: all or none, and readable all the time."""

import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken

import evalhub.services
from evalhub import conf
from evalhub.models import KeptAnswer, ProviderKey, Webhook, Workspace
from evalhub.services import vault
from evalhub.services.key_rotation import encrypted_columns, keys_rotate
from evalhub.services.provider_keys import provider_key_set
from evalhub.services.vault import UnableToUseSecret, decrypt, encrypt


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    settings.EVALHUB_HOME = tmp_path
    settings.EVALHUB_KEY_SECRETS = []


@pytest.fixture
def stored(workspace: Workspace) -> list[str]:
    """Three keys; returns their texts."""
    texts = [f"sk-{number}" for number in range(3)]
    for text in texts:
        provider_key_set(workspace, f"name-{text}", text)
    return texts


def readable() -> list[str]:
    return [decrypt(row.ciphertext) for row in ProviderKey.objects.order_by("pk")]


def test_every_key_is_encrypted_anew_and_the_old_secret_opens_none(stored: list[str]) -> None:
    old = conf.key_secret_file().read_text()
    assert keys_rotate() == 3
    new = conf.key_secret_file().read_text()
    assert new != old
    assert len(new.split()) == 1
    assert readable() == stored
    for row in ProviderKey.objects.all():
        with pytest.raises(InvalidToken):
            Fernet(old).decrypt(row.ciphertext)


@pytest.mark.parametrize("n_done", [0, 1, 2])
def test_a_crash_in_between_changes_nothing_and_the_next_rotation_finishes(
    stored: list[str], monkeypatch: pytest.MonkeyPatch, n_done: int
) -> None:
    before = list(ProviderKey.objects.order_by("pk").values_list("ciphertext", flat=True))
    old, calls = conf.key_secret_file().read_text(), iter(range(n_done))

    def dies(text: str) -> str:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return encrypt(text)

    with monkeypatch.context() as broken:
        broken.setattr(vault, "encrypt", dies)
        with pytest.raises(KeyboardInterrupt):
            keys_rotate()
    assert list(ProviderKey.objects.order_by("pk").values_list("ciphertext", flat=True)) == before
    assert readable() == stored
    both = conf.key_secret_file().read_text().split()
    assert both[1:] == [old]
    assert keys_rotate() == 3
    assert conf.key_secret_file().read_text() == both[0]
    assert readable() == stored


def test_a_text_of_a_secret_that_is_gone_stops_all_and_nothing_is_lost(stored: list[str]) -> None:
    old = conf.key_secret_file().read_text()
    foreign = Fernet(Fernet.generate_key()).encrypt(b"sk-x").decode()
    last = ProviderKey.objects.order_by("-pk")[0]
    ProviderKey.objects.filter(pk=last.pk).update(ciphertext=foreign)
    with pytest.raises(UnableToUseSecret):
        keys_rotate()
    assert conf.key_secret_file().read_text().split()[1:] == [old]
    assert [decrypt(row.ciphertext) for row in ProviderKey.objects.order_by("pk")[:2]] == stored[:2]


def test_secrets_of_the_environment_are_used_the_first_one_as_the_new(
    stored: list[str], settings: Any
) -> None:
    old, new = conf.key_secret_file().read_text(), Fernet.generate_key().decode()
    settings.EVALHUB_KEY_SECRETS = [new, old]
    assert keys_rotate() == 3
    settings.EVALHUB_KEY_SECRETS = [new]
    assert readable() == stored


def test_every_column_that_holds_something_encrypted_is_known() -> None:
    known = {(ProviderKey, "ciphertext"), (Webhook, "secret"), (KeptAnswer, "body")}
    assert set(encrypted_columns()) == known
    # One more caller of `encrypt` wants its column here, and of that type.
    folder = Path(evalhub.services.__file__).parent
    callers = {
        path.stem for path in folder.rglob("*.py") if re.search(r"(?<!def )\bencrypt\(", path.read_text())
    }
    assert callers == {"provider_keys", "webhooks", "idempotency", "key_rotation", "vault"}

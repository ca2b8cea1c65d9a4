"""Stored API keys from the terminal."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalhub.models import ProviderKey
from evalhub.services.vault import decrypt
from tests.cli.conftest import Ended

Evalhub = Callable[..., Ended]

pytestmark = pytest.mark.django_db

KEY = "sk-very-secret-key"


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    settings.EVALHUB_HOME = tmp_path


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a text on stdin."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_set_list_and_remove_show_no_key(evalhub: Evalhub, given: Callable[[str], None]) -> None:
    assert "evalhub key set NAME" in evalhub("key", "list").out
    given(f"{KEY}\n")
    first = evalhub("key", "set", "production")
    given("sk-other\n")
    second = evalhub("key", "set", "production")

    assert (first.code, second.code) == (0, 0)
    assert "production is stored" in first.out
    assert "production is replaced" in second.out
    assert decrypt(ProviderKey.objects.get().ciphertext) == "sk-other"
    listed = evalhub("key", "list")
    assert listed.out.startswith("production: set 20")
    assert evalhub("key", "remove", "production").code == 0
    assert not ProviderKey.objects.exists()
    assert not any("sk-" in ended.out + ended.err for ended in (first, second, listed))


def test_a_key_among_the_arguments_is_refused_and_not_repeated(evalhub: Evalhub) -> None:
    ended = evalhub("key", "set", "production", KEY)
    assert ended.code == 2
    assert "the key is no argument" in ended.err
    assert KEY not in ended.out + ended.err
    assert not ProviderKey.objects.exists()


def test_a_name_that_is_not_there_and_an_empty_key_exit_2(
    evalhub: Evalhub, given: Callable[[str], None]
) -> None:
    missing = evalhub("key", "remove", "production")
    assert (missing.code, "no key of that name; stored are: none" in missing.err) == (2, True)
    given("")
    empty = evalhub("key", "set", "production")
    assert (empty.code, "an API key is one line" in empty.err) == (2, True)

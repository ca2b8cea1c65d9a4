"""Users, roles and tokens from the terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalhub.models import ApiToken, AuditEvent, Membership
from evalhub.models.tokens import token_digest
from tests.cli.conftest import Ended

Evalhub = Callable[..., Ended]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    settings.EVALHUB_HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def roles() -> dict[str, str]:
    return dict(Membership.objects.values_list("user__username", "role"))


def test_the_first_user_is_admin_and_others_are_what_they_are_made(evalhub: Evalhub) -> None:
    for arguments in (["ada"], ["bob"], ["eve", "--role", "viewer"]):
        assert evalhub("user", "add", *arguments).code == 0
    assert roles() == {"ada": "admin", "bob": "analyst", "eve": "viewer"}
    assert evalhub("user", "role", "eve", "reviewer").code == 0
    assert "eve: reviewer" in evalhub("user", "list").out
    last = evalhub("user", "remove", "ada")
    assert (last.code, "last admin" in last.err) == (2, True)
    assert evalhub("user", "remove", "bob").code == 0
    assert roles() == {"ada": "admin", "eve": "reviewer"}
    noted = AuditEvent.objects.order_by("pk").values_list("action", "subject")
    assert list(noted) == [
        ("user add", "ada"),
        ("user add", "bob"),
        ("user add", "eve"),
        ("user role", "eve: reviewer"),
        ("user remove", "bob"),
    ]


def test_a_token_is_made_listed_and_revoked(evalhub: Evalhub) -> None:
    made = evalhub("token", "create", "--scope", "run")
    text = made.out.strip()
    token = ApiToken.objects.get()
    assert (made.code, token.digest) == (0, token_digest(text))
    listed = evalhub("token", "list").out
    assert f"{token.pk}: {text[:8]}, of admin, run, live, never used, no end" in listed
    assert text not in listed + str(list(AuditEvent.objects.values()))
    assert evalhub("token", "revoke", str(token.pk)).code == 0
    assert "revoked" in evalhub("token", "list").out
    assert evalhub("token", "revoke", "99").code == 2


def test_no_token_above_the_role(evalhub: Evalhub) -> None:
    evalhub("user", "add", "ada")
    evalhub("user", "add", "eve", "--role", "viewer")
    refused = evalhub("token", "create", "--scope", "run", "--user", "eve")
    assert (refused.code, "above the role of eve" in refused.err) == (2, True)
    assert evalhub("token", "create", "--scope", "read", "--user", "eve", "--days", "7").code == 0
    assert ApiToken.objects.get().expires_at is not None

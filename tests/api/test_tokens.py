"""Tokens end, can be revoked, and never do more than their user."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from evalhub.models import ApiToken, AuditEvent, Membership, Workspace
from evalhub.services.invitations import UnableToJoin, invitation_accept, invitation_find, invitation_make
from evalhub.services.tokens import token_used
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.people import person

ClientOf = Callable[..., CheckedClient]


def bearer(text: str) -> CheckedClient:
    client = CheckedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def test_make_use_list_and_revoke(workspace: Workspace, client_of: ClientOf) -> None:
    admin = client_of(workspace, "admin")
    made = admin.post(f"{API}/tokens", {"scope": "run", "name": "ci", "days": 30}, format="json")
    assert made.status_code == 201
    text, key = made.json()["text"], made.json()["id"]
    ci = bearer(text)
    assert ci.post(f"{API}/corpora", {"name": "books"}, format="json").status_code == 201
    listed = admin.get(f"{API}/tokens").json()["results"][0]
    assert (listed["prefix"], listed["state"]) == (text[:8], "live")
    assert listed["last_used_at"] is not None
    assert text not in str(admin.get(f"{API}/tokens").content)
    assert admin.delete(f"{API}/tokens/{key}").json()["state"] == "revoked"
    refused = ci.get(f"{API}/corpora")
    assert (refused.status_code, "was revoked at" in refused.json()["detail"]) == (401, True)
    assert text not in str(list(AuditEvent.objects.values()))
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", "who", "edge", "address"))
    assert actions == [
        ("POST tokens", "admin-of-default", "rest", "127.0.0.1"),
        ("POST corpora", "admin-of-default", "rest", "127.0.0.1"),
        ("DELETE token", "admin-of-default", "rest", "127.0.0.1"),
    ]
    assert AuditEvent.objects.order_by("pk")[1].token_name == f"{text[:8]} ci"


def test_an_expired_token_says_so(workspace: Workspace, client_of: ClientOf) -> None:
    client = client_of(workspace, "read")
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refused = client.get(f"{API}/corpora")
    assert (refused.status_code, "expired at" in refused.json()["detail"]) == (401, True)


def test_use_is_written_at_most_once_a_minute(workspace: Workspace, client_of: ClientOf) -> None:
    client_of(workspace, "read")
    token, first = ApiToken.objects.get(), timezone.now()
    for seconds, expected in ((0, 0), (59, 0), (60, 60), (61, 60)):
        token.refresh_from_db()
        token_used(token, now=first + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == first + timedelta(seconds=expected)


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        ("viewer", {"read"}),
        ("reviewer", {"read", "review"}),
        ("analyst", {"read", "run", "review"}),
        ("admin", {"read", "run", "review", "admin"}),
    ],
)
def test_nobody_makes_a_token_above_their_role(workspace: Workspace, role: str, scopes: set[str]) -> None:
    client = APIClient()
    client.force_login(person("ada", role))
    made = {
        scope
        for scope in ApiToken.Scope.values
        if client.post(f"{API}/tokens", {"scope": scope}, format="json").status_code == 201
    }
    assert made == scopes


def test_a_token_makes_no_tokens_but_by_scope_admin(workspace: Workspace, client_of: ClientOf) -> None:
    assert (
        client_of(workspace, "run").post(f"{API}/tokens", {"scope": "read"}, format="json").status_code == 403
    )


def test_a_token_follows_the_present_role_of_its_user(workspace: Workspace, client_of: ClientOf) -> None:
    client = client_of(workspace, "run")
    Membership.objects.update(role="viewer")
    refused = client.post(f"{API}/corpora", {"name": "books"}, format="json")
    assert refused.status_code == 403
    assert 'needs the role "analyst", and yours here is "viewer"' in refused.json()["detail"]
    Membership.objects.all().delete()
    assert "no member" in client.get(f"{API}/corpora").json()["detail"]


def test_the_51st_unknown_token_waits_and_a_known_one_passes(
    workspace: Workspace, client_of: ClientOf
) -> None:
    known = client_of(workspace, "read")
    guess = bearer("evh_guess")
    assert {guess.get(f"{API}/corpora").status_code for _ in range(50)} == {401}
    waits = guess.get(f"{API}/corpora")
    assert waits.status_code == 429
    assert 0 < int(waits["Retry-After"]) <= 30
    assert "try again in" in waits.json()["detail"]
    assert known.get(f"{API}/corpora").status_code == 200


def test_the_last_admin_stays_and_removal_ends_tokens(workspace: Workspace, client_of: ClientOf) -> None:
    admin, bob = client_of(workspace, "admin"), client_of(workspace, "read", "viewer", name="bob")
    keys = {one["user"]: one["id"] for one in admin.get(f"{API}/members").json()["results"]}
    first = keys["admin-of-default"]
    assert admin.delete(f"{API}/members/{first}").status_code == 409
    demoted = admin.patch(f"{API}/members/{first}", {"role": "viewer"}, format="json")
    assert (demoted.status_code, "last admin" in demoted.json()["detail"]) == (409, True)
    assert admin.delete(f"{API}/members/{keys['bob']}").status_code == 200
    assert bob.get(f"{API}/corpora").status_code == 401
    person("bob", "viewer")
    assert bob.get(f"{API}/corpora").status_code == 401  # revoked, not only without a place


def test_an_invitation_works_once_and_only_whole_and_in_time(workspace: Workspace) -> None:
    now = timezone.now()
    _made, text = invitation_make(workspace, "reviewer", None, days=1, now=now)
    with pytest.raises(UnableToJoin, match="not whole"):
        invitation_find(text[:-1] + ("a" if text[-1] != "a" else "b"), now=now)
    with pytest.raises(UnableToJoin, match="expired"):
        invitation_find(text, now=now + timedelta(days=1))
    ada, bob = User.objects.create(username="ada"), User.objects.create(username="bob")
    found = invitation_find(text, now=now)
    assert invitation_accept(found, ada, now=now).role == "reviewer"
    with pytest.raises(UnableToJoin, match="used or withdrawn meanwhile"):
        invitation_accept(found, bob, now=now)
    with pytest.raises(UnableToJoin, match="used already"):
        invitation_find(text, now=now)
    assert not Membership.objects.filter(user=bob).exists()

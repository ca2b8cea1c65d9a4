"""Sign-in by a real OpenID Connect provider on loopback; the browser's part is played step by step."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from oidc_provider_mock import User as Person
from oidc_provider_mock import run_server_in_thread
from pytest_django import Settings

from evalhub.core.oidc import OidcProvider, UnableToReadOidc, oidc_provider
from evalhub.models import AuditEvent, Identity
from evalhub.services.invitations import invitation_make
from evalhub.services.workspaces import workspace_default
from tests.people import person

pytestmark = pytest.mark.django_db
ADA = Person(sub="ada-sub", claims={"preferred_username": "ada", "email": "ada@example.org"})
HOSTILE = Person(sub="x" * 200, claims={"preferred_username": "<script>", "email": "\0"})
SET = {
    "EVALHUB_OIDC_ISSUER": "https://id.example.org/",
    "EVALHUB_OIDC_CLIENT_ID": "evalhub",
    "EVALHUB_OIDC_CLIENT_SECRET": "s",
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider's address."""
    with run_server_in_thread(user_claims=[ADA, HOSTILE], require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def use(settings: Settings) -> Callable[..., None]:
    """Set the provider up."""

    def set_up(issuer: str, role: str = "") -> None:
        settings.EVALHUB_OIDC = OidcProvider(issuer, "evalhub", "secret", "Example ID", role)

    return set_up


def at_the_provider(client: Client, subject: str, query: str = "") -> str:
    """Begin here, consent there; the address that the provider sends the browser back to."""
    began = client.get(f"/sign-in/oidc/{query}")
    assert began.status_code == 302, began.content
    asked = parse_qs(urlsplit(began["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    answer = httpx2.post(began["Location"], data={"sub": subject}, follow_redirects=False)
    back: str = answer.headers["Location"]
    assert back.startswith("http://testserver/sign-in/oidc/callback/")
    return back


def signed_in_by(client: Client, subject: str, query: str = "") -> HttpResponse:
    """All of it."""
    return client.get(at_the_provider(client, subject, query))


def test_who_is_vouched_for_comes_in_and_is_the_same_user_again(
    client: Client, issuer: str, use: Callable[..., None]
) -> None:
    use(issuer, "reviewer")
    assert "Sign in with Example ID" in client.get("/sign-in/").content.decode()
    assert signed_in_by(client, "ada-sub", "?next=/raters/")["Location"] == "/raters/"
    user = Identity.objects.get(issuer=issuer, subject="ada-sub").user
    assert (user.username, user.has_usable_password()) == ("ada", False)
    assert user.memberships.get().role == "reviewer"
    assert AuditEvent.objects.get(action="sign-in").user == user
    assert client.get("/raters/").status_code == 200
    signed_in_by(other := Client(), "ada-sub")
    assert other.session["_auth_user_id"] == str(user.pk)
    assert User.objects.count() == 1


def test_a_reported_name_opens_nobodys_account(client: Client, issuer: str, use: Callable[..., None]) -> None:
    use(issuer)
    local = person("ada")
    User.objects.filter(pk=local.pk).update(email="ada@example.org")
    signed_in_by(client, "ada-sub")
    user = Identity.objects.get().user
    assert user.username == "ada-2"
    assert "You belong to no workspace yet" in client.get("/").content.decode()


def test_an_invitation_makes_them_a_member(client: Client, issuer: str, use: Callable[..., None]) -> None:
    use(issuer)
    _, text = invitation_make(workspace_default(), "reviewer", person("boss"), now=timezone.now())
    page = client.get(f"/sign-in/?next=/join/{text}/").content.decode()
    query = re.search(r'href="/sign-in/oidc/(\?next=[^"]+)"', page)
    assert query is not None
    landed = signed_in_by(client, "ada-sub", html.unescape(query[1]))["Location"]
    assert landed == f"/join/{text}/"
    client.post(landed)
    assert Identity.objects.get().user.memberships.get().role == "reviewer"


def test_the_way_back_is_one_of_ours(client: Client, issuer: str, use: Callable[..., None]) -> None:
    use(issuer, "viewer")
    assert signed_in_by(client, "ada-sub", "?next=https://evil.example/")["Location"] == "/"


def test_a_hostile_name_becomes_a_plain_one(client: Client, issuer: str, use: Callable[..., None]) -> None:
    use(issuer, "viewer")
    signed_in_by(client, "x" * 200)
    assert Identity.objects.get().user.username == "user"


@pytest.mark.parametrize("spoilt", ["state=forged", "code=forged"])
def test_what_did_not_begin_here_is_refused_in_words(
    client: Client, issuer: str, use: Callable[..., None], spoilt: str
) -> None:
    use(issuer, "viewer")
    back = at_the_provider(client, "ada-sub")
    answer = client.get(f"{back}&{spoilt}")
    assert answer.status_code == 403
    assert "Example ID did not sign you in" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


def test_a_code_taken_by_another_browser_is_worthless(
    client: Client, issuer: str, use: Callable[..., None]
) -> None:
    use(issuer, "viewer")
    back = at_the_provider(client, "ada-sub")
    assert Client().get(back).status_code == 403
    assert client.get(back)["Location"] == "/"
    assert client.get(back).status_code == 403


def test_a_person_who_says_no_is_told_so(client: Client, issuer: str, use: Callable[..., None]) -> None:
    use(issuer)
    answer = client.get("/sign-in/oidc/callback/?error=access_denied&error_description=%3Cb%3Eno")
    assert answer.status_code == 403
    assert "&lt;b&gt;no" in answer.content.decode()


def test_an_account_that_is_switched_off_stays_out(
    client: Client, issuer: str, use: Callable[..., None]
) -> None:
    use(issuer, "viewer")
    signed_in_by(Client(), "ada-sub")
    User.objects.update(is_active=False)
    assert "switched off" in signed_in_by(client, "ada-sub").content.decode()
    assert "_auth_user_id" not in client.session


def test_a_provider_out_of_reach_is_no_error_of_ours(client: Client, use: Callable[..., None]) -> None:
    use("http://127.0.0.1:9")
    answer = client.get("/sign-in/oidc/")
    assert answer.status_code == 403
    assert "out of reach" in answer.content.decode()
    assert client.get("/sign-in/").status_code == 200


def test_without_a_provider_there_is_nothing(client: Client) -> None:
    assert (
        client.get("/sign-in/oidc/").status_code == client.get("/sign-in/oidc/callback/").status_code == 404
    )
    assert "Sign in with" not in client.get("/sign-in/").content.decode()


def test_the_environment_names_the_provider() -> None:
    found = oidc_provider({**SET, "EVALHUB_OIDC_ROLE": "viewer"})
    assert found == OidcProvider("https://id.example.org", "evalhub", "s", "single sign-on", "viewer")
    assert oidc_provider({}) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"EVALHUB_OIDC_CLIENT_SECRET": ""}, "EVALHUB_OIDC_CLIENT_SECRET"),
        ({"EVALHUB_OIDC_ROLE": "admin"}, "EVALHUB_OIDC_ROLE"),
        ({"EVALHUB_OIDC_ISSUER": "id.example.org"}, "EVALHUB_OIDC_ISSUER"),
    ],
)
def test_a_wrong_variable_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(UnableToReadOidc, match=named):
        oidc_provider({**SET, **change})

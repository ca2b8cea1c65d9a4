from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from evalhub.models import ApiToken, Workspace
from evalhub.services.tokens import token_create
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.people import person

ClientOf = Callable[..., CheckedClient]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer evh_unknown", "Bearer \xe9", "Basic YTpi", "evh_without_scheme"]
)
def test_without_a_known_token_the_answer_is_401(db: None, header: str) -> None:
    client = CheckedClient()
    client.credentials(**({"HTTP_AUTHORIZATION": header} if header else {}))
    response = client.get(f"{API}/corpora")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="evalhub"'
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"] == "Unauthorized"


def test_the_token_of_a_user_who_was_locked_out_is_unknown(workspace: Workspace) -> None:
    user = User.objects.create(username="gone", is_active=False)
    client = CheckedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_create(workspace, user, 'admin')}")
    assert client.get(f"{API}/corpora").status_code == 401


def test_a_token_is_kept_as_a_digest_only(workspace: Workspace) -> None:
    text = token_create(workspace, person("u"), "read")
    assert text.startswith("evh_")
    assert text not in str(ApiToken.objects.values().get())


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("review", 403), ("run", 201), ("admin", 201)])
def test_every_scope_reads_and_only_run_and_admin_write(
    workspace: Workspace, client_of: ClientOf, scope: str, status: int
) -> None:
    client = client_of(workspace, scope)
    assert client.get(f"{API}/corpora").status_code == 200
    response = client.post(f"{API}/corpora", {"name": "books"}, format="json")
    assert response.status_code == status


def test_a_refusal_names_both_scopes(workspace: Workspace, client_of: ClientOf) -> None:
    response = client_of(workspace, "read").post(f"{API}/corpora", {"name": "books"}, format="json")
    assert response.json()["detail"] == 'this needs a token of scope "run", and yours has "read"'


def test_a_session_reads_and_writes_only_with_its_csrf_token(workspace: Workspace) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(person("u"))
    assert client.get(f"{API}/corpora").status_code == 200
    refused = client.post(f"{API}/corpora", {"name": "books"}, format="json")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    client.get(f"{API}/docs/?script")  # the page's script carries the token, and sets the cookie
    token = client.cookies["csrftoken"].value
    allowed = client.post(f"{API}/corpora", {"name": "books"}, format="json", HTTP_X_CSRFTOKEN=token)
    assert allowed.status_code == 201

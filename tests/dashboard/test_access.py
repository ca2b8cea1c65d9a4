"""Who gets in, and what the browser is told."""

import subprocess
import sys

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import Settings

from evalhub.dashboard.urls import urlpatterns
from evalhub.services.members import member_ensure
from evalhub.services.workspaces import workspace_default
from tests.people import person

KEYS = (
    "campaign_id",
    "query_id",
    "document_id",
    "corpus_id",
    "collection_id",
    "job_id",
    "model_id",
    "rater_id",
    "probe_id",
    "search_id",
    "beside_id",
    "item_id",
    "member_id",
    "token_id",
    "invitation_id",
    "webhook_id",
    "delivery_id",
    "schedule_id",
    "alert_id",
)
WORDS = {"part": 1, "number": 1, "name": "pause", "form": "svg", "table": "systems", "to": "pause"}
EXAMPLES = {**dict.fromkeys(KEYS, 1), **WORDS}
# For everybody: the ways to sign in, and what an invitation opens.
OPEN = {"sign-in", "join", "oidc-begin", "oidc-callback"}
CLOSED = [pattern for pattern in urlpatterns if isinstance(pattern, URLPattern) and pattern.name not in OPEN]


def _address(pattern: URLPattern) -> str:
    wanted = pattern.pattern.converters
    return reverse(pattern.name or "", kwargs={name: EXAMPLES[name] for name in wanted})


@pytest.fixture
def account(db: None, settings: Settings) -> dict[str, str]:
    """What a person types; the hash is a fast one, since only tests meet it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    member_ensure(workspace_default(), User.objects.create_user("ada", password="analytical-engine"), "admin")
    return {"username": "ada", "password": "analytical-engine"}


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", CLOSED, ids=lambda pattern: pattern.name)
def test_without_signing_in_every_address_leads_to_the_sign_in_page(
    client: Client, pattern: URLPattern
) -> None:
    for answer in (client.get(_address(pattern)), client.post(_address(pattern))):
        if pattern.name == "sign-out" and answer.request["REQUEST_METHOD"] == "GET":
            assert answer.status_code == 405  # a link on another site must not sign anyone out
        else:
            assert answer.status_code == 302
            assert answer["Location"].startswith("/sign-in/")


def test_sign_in_leads_back_to_where_one_wanted_to_go(client: Client, account: dict[str, str]) -> None:
    assert client.post("/sign-in/", {**account, "next": "/campaigns/7/"})["Location"] == "/campaigns/7/"
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_sign_in_never_leads_to_another_site(client: Client, account: dict[str, str]) -> None:
    answer = client.post("/sign-in/", {**account, "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("wrong", [{"username": "nobody"}, {"password": "wrong"}])
def test_an_error_does_not_say_which_half_was_wrong(
    client: Client, account: dict[str, str], wrong: dict[str, str]
) -> None:
    answer = client.post("/sign-in/", {**account, **wrong})
    assert "enter a correct username and password" in answer.content.decode()


def test_a_fragment_whose_session_ended_has_the_whole_page_ask_again(client: Client, db: None) -> None:
    answer = client.get("/", headers={"HX-Request": "true"}, follow=True)
    assert answer["HX-Refresh"] == "true"
    assert answer.content == b""


def test_steering_needs_the_csrf_token(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("ada"))
    assert strict.post("/campaigns/1/pause").status_code == 403


def test_pages_are_not_kept_and_allow_nothing_inline(signed_in: Client) -> None:
    answer = signed_in.get("/")
    assert "no-store" in answer["Cache-Control"]  # fragments share addresses with pages
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=") == 3


@pytest.mark.parametrize("address", ["/campaigns/99/", "/campaigns/99/queries/", "/campaigns/99/queries/1/"])
def test_what_does_not_exist_is_said_kindly(signed_in: Client, address: str) -> None:
    answer = signed_in.get(address)
    assert answer.status_code == 404
    assert "list of campaigns" in answer.content.decode()


@pytest.mark.slow
def test_the_web_process_loads_no_model_library_and_no_pipeline() -> None:
    heavy = ("torch", "transformers", "sentence_transformers", "openai", "usearch", "wordllama")
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'evalhub.settings'; django.setup();"
        "import evalhub.dashboard.urls;"
        f"found = [m for m in sys.modules if m.split('.')[0] in {heavy} or m.startswith('evalhub.pipeline')"
        " or m in ('evalhub.tasks', 'evalhub.wiring')];"
        "sys.exit(f'loaded: {found}' if found else 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr

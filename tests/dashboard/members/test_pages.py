"""What people do on the pages of their team."""

import re
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from evalhub.models import ApiToken, AuditEvent, Membership
from evalhub.services.invitations import invitation_make
from evalhub.services.workspaces import workspace_create, workspace_default
from tests.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fast_hashes(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_who_belongs_nowhere_is_told_whom_to_ask(client: Client) -> None:
    User.objects.create(username="root", is_superuser=True)
    client.force_login(User.objects.create(username="eve"))
    answer = client.get("/")
    assert answer.status_code == 403
    assert "You belong to no workspace yet" in answer.content.decode()
    assert "<bdi>root</bdi>" in answer.content.decode()
    assert "belong to no workspace" in client.get("/api/v1/corpora").json()["detail"]


def test_the_chosen_workspace_holds_for_pages_and_rest(client: Client) -> None:
    ada = person("ada")
    other = workspace_create("Second", ada)
    client.force_login(ada)
    assert "of <bdi>Default</bdi>" in client.get("/members/").content.decode()
    assert client.post("/workspaces/choose", {"workspace": other.pk}).status_code == 302
    assert "of <bdi>Second</bdi>" in client.get("/members/").content.decode()
    begun = client.get("/").content.decode()
    assert "evalhub run SPEC.yaml --server http://testserver --token TOKEN" in begun
    assert "make demo" not in begun
    client.post("/api/v1/corpora", {"name": "books"}, content_type="application/json")
    assert other.corpus_set.get().name == "books"
    third = workspace_create("Third", person("bob"))
    assert client.post("/workspaces/choose", {"workspace": third.pk}).status_code == 404


def test_a_token_is_shown_once_and_works(signed_in: Client) -> None:
    answer = signed_in.post("/tokens/new", {"scope": "read", "name": "<b>ci</b>", "days": "90"})
    text = re.search(r"evh_[\w-]{20,}", answer.content.decode())
    assert text is not None
    assert "no-store" in answer["Cache-Control"]
    page = signed_in.get("/tokens/").content.decode()
    assert text[0] not in page
    assert "&lt;b&gt;ci&lt;/b&gt;" in page
    bearer = {"Authorization": f"Bearer {text[0]}"}
    assert Client().get("/api/v1/corpora", headers=bearer).status_code == 200
    signed_in.post(f"/tokens/{ApiToken.objects.get().pk}/revoke")
    assert Client().get("/api/v1/corpora", headers=bearer).status_code == 401


def test_others_tokens_are_not_there_for_who_is_no_admin(client: Client) -> None:
    theirs = ApiToken.objects.create(
        workspace=workspace_default(), user=person("ada"), scope="read", digest="d"
    )
    client.force_login(person("eve", "analyst"))
    assert client.post(f"/tokens/{theirs.pk}/revoke").status_code == 404


def test_an_invited_person_makes_an_account_once(client: Client) -> None:
    _, text = invitation_make(workspace_default(), "reviewer", person("ada"), now=timezone.now())
    link = f"/join/{text}/"
    assert "as <strong>reviewer</strong>" in client.get(link).content.decode()
    weak = client.post(link, {"username": "eve", "password": "password"})
    assert (weak.status_code, "too common" in weak.content.decode()) == (400, True)
    taken = client.post(link, {"username": "ada", "password": "fermats-little"})
    assert "taken" in taken.content.decode()
    joined = client.post(link, {"username": "eve", "password": "fermats-little"})
    assert joined["Location"] == "/"
    assert "Welcome to Default; you are reviewer here." in client.get("/").content.decode()
    assert Membership.objects.get(user__username="eve").role == "reviewer"
    assert Client().get(link).status_code == 410
    assert text not in str(list(AuditEvent.objects.values()))


def test_an_invitation_by_mail_has_a_link_that_lets_its_reader_join_once(
    signed_in: Client, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.EVALHUB_EMAIL_IS_SET, settings.DEFAULT_FROM_EMAIL = True, "evalhub@example.org"
    asked = {"role": "reviewer", "days": "7", "email": "dora@example.org"}
    page = signed_in.post("/members/invite", asked).content.decode()
    (mail,) = mailoutbox
    assert (mail.to, mail.from_email) == (["dora@example.org"], "evalhub@example.org")
    assert "The link was sent to dora@example.org." in page
    (link,) = re.findall(r"^http://testserver(/join/\S+)$", mail.body, re.MULTILINE)
    assert f"http://testserver{link}" in page
    reader = Client()
    assert "as <strong>reviewer</strong>" in reader.get(link).content.decode()
    joined = reader.post(link, {"username": "dora", "password": "fermats-little"})
    assert joined["Location"] == "/"
    assert Membership.objects.get(user__username="dora").role == "reviewer"
    assert Client().get(link).status_code == 410


def test_without_a_mail_server_the_page_says_that_nothing_was_sent(
    signed_in: Client, mailoutbox: list[EmailMessage]
) -> None:
    asked = {"role": "viewer", "days": "7", "email": "dora@example.org"}
    page = signed_in.post("/members/invite", asked).content.decode()
    assert "No mail was sent" in page
    assert "/join/" in page
    assert mailoutbox == []


def test_a_mail_server_that_refuses_leaves_the_link_on_the_page(
    signed_in: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(backend: object, sent: list[EmailMessage]) -> int:
        raise SMTPServerDisconnected("gone")

    settings.EVALHUB_EMAIL_IS_SET = True
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    asked = {"role": "viewer", "days": "7", "email": "dora@example.org"}
    page = signed_in.post("/members/invite", asked).content.decode()
    assert "hand the link over yourself" in page
    assert "/join/" in page


def test_sign_in_slows_down_says_how_long_and_is_written_down(client: Client) -> None:
    ada = person("ada")
    ada.set_password("right-one-here")
    ada.save()
    wrong, right = ({"username": "ada", "password": text} for text in ("wrong", "right-one-here"))
    assert {client.post("/sign-in/", wrong).status_code for _ in range(5)} == {200}
    locked = client.post("/sign-in/", right)
    assert locked.status_code == 429
    assert re.search(r"Try again in \d+ seconds", locked.content.decode())
    assert int(locked["Retry-After"]) <= 30
    elsewhere = client.post("/sign-in/", right, REMOTE_ADDR="192.0.2.7")
    assert elsewhere["Location"] == "/"
    client.post("/sign-out/")
    noted = list(AuditEvent.objects.order_by("pk").values_list("action", "who", "address"))
    assert noted == [("sign-in failed", "ada", "127.0.0.1")] * 5 + [
        ("sign-in", "ada", "192.0.2.7"),
        ("sign-out", "ada", "127.0.0.1"),
    ]


def test_a_name_that_nobody_has_is_not_written_down(client: Client) -> None:
    client.post("/sign-in/", {"username": "my-secret-password", "password": "x"})
    assert AuditEvent.objects.get().who == "(unknown name)"


def test_what_is_done_is_in_the_log_and_what_is_refused_is_not(signed_in: Client) -> None:
    bob = Membership.objects.get(user=person("bob", "viewer"))
    assert signed_in.post(f"/members/{bob.pk}/role", {"role": "analyst"}).status_code == 302
    assert signed_in.post(f"/members/{bob.pk}/role", {"role": "king"}).status_code == 302
    own = Membership.objects.get(user__username="ada")
    page = signed_in.post(f"/members/{own.pk}/remove", follow=True).content.decode()
    assert "last admin" in page
    event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.who) == ("member-role", f"/members/{bob.pk}/role", "ada")
    assert "member-role" in signed_in.get("/audit/?who=ada&edge=dashboard").content.decode()
    rows = signed_in.get("/audit/audit.csv?action=role").content.decode().splitlines()
    assert rows[0] == "at,edge,who,token,action,subject,address"
    assert len(rows) == 2

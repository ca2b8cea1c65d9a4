"""Mail to a real SMTP server in this process."""

import json
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from evalhub.models import Delivery, Workspace
from evalhub.services.notices import delivery_add
from evalhub.services.webhooks import NewWebhook, webhook_create, webhook_test
from tests.pipeline.hooks.conftest import Clock
from tests.ports import free_port

Attempt = Callable[[Delivery], Delivery]


class Mailbox:
    """Takes mail, or says what the test tells it to."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refusals: list[str] = []

    async def handle_RCPT(  # noqa: N802  (the library's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 taken"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), ready_timeout=60)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EVALHUB_EMAIL_IS_SET = True
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    yield box
    controller.stop()


@pytest.fixture
def mail(workspace: Workspace, clock: Clock) -> Delivery:
    webhook, secret = webhook_create(workspace, NewWebhook("ada", "ada@example.org", kind="email"))
    assert secret == ""
    return webhook_test(webhook, now=clock.now)


SAID = {
    "campaign": {
        "id": 7,
        "name": "night\r\nBcc: eve@example.org",
        "state": "done",
        "gate": "fail",
        "error": None,
        "page": "https://e.example.org/campaigns/7/",
        "results": "",
    },
    "systems": [
        {
            "name": "a",
            "rater": "j",
            "measure": "PWAS@10",
            "value": 0.5,
            "low": 0.4,
            "high": 0.6,
            "n_queries": 9,
        },
        {"name": "b", "rater": "j", "measure": "PWAS@10", "value": None, "low": None, "high": None},
    ],
}


def test_a_mail_says_it_in_sentences_and_no_name_adds_a_header(
    mail: Delivery, mailbox: Mailbox, attempt: Attempt, clock: Clock
) -> None:
    delivery = delivery_add(mail.webhook, "gate.fail", json.dumps(SAID), now=clock.now)
    assert attempt(delivery).state == "delivered"
    ((to, found),) = mailbox.mails
    assert to == ["ada@example.org"]
    assert found["Subject"] == "EvalHub: a campaign's gate failed: night Bcc: eve@example.org"
    assert found["Bcc"] is None
    assert found["Message-ID"] == f"<{delivery.key}@evalhub>"
    text = found.get_content()
    assert "https://e.example.org/campaigns/7/" in text
    assert "a: PWAS@10 0.500 [0.400, 0.600] by j, 9 queries" in text
    assert "b: PWAS@10 –" in text


def test_a_mail_of_a_schedule_says_why_it_started_nothing(
    mail: Delivery, mailbox: Mailbox, attempt: Attempt, clock: Clock
) -> None:
    page = "https://e.example.org/schedules/3/"
    said = {"schedule": {"id": 3, "name": "nightly", "page": page, "error": 'no query is tagged "head"'}}
    delivery = delivery_add(mail.webhook, "schedule.failed", json.dumps(said), now=clock.now)
    assert attempt(delivery).state == "delivered"
    ((_, found),) = mailbox.mails
    assert found["Subject"] == "EvalHub: a time of a schedule came and no campaign could start: nightly"
    assert found.get_content().splitlines()[2:5] == ["Schedule: nightly", page, 'no query is tagged "head"']


def test_a_server_that_is_busy_is_tried_again(
    mail: Delivery, mailbox: Mailbox, attempt: Attempt, clock: Clock
) -> None:
    mailbox.refusals = ["451 greylisted, come again"]
    found = attempt(mail)
    assert (found.state, found.error) == ("waiting", "the mail server refused the address (code 451)")
    clock.forward(seconds=60)
    assert attempt(mail).state == "delivered"


def test_an_address_that_does_not_exist_is_given_up(
    mail: Delivery, mailbox: Mailbox, attempt: Attempt
) -> None:
    mailbox.refusals = ["550 no such user"]
    assert attempt(mail).state == "given-up"


def test_without_a_mail_server_it_waits_and_says_what_to_set(mail: Delivery, attempt: Attempt) -> None:
    found = attempt(mail)
    assert found.state == "waiting"
    assert "EMAIL_URL" in found.error

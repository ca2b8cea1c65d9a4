"""No message goes to a private address, in whatever form it is written."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from evalhub.models import Delivery, Webhook, Workspace
from evalhub.pipeline import public_wire
from evalhub.services.webhooks import NewWebhook, UnableToKeepWebhook, webhook_create
from tests.pipeline.hooks.receiver import Receiver

Attempt = Callable[[Delivery], Delivery]
FORMS = [
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "127.1",
    "017700000001",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
]


@pytest.mark.parametrize("host", FORMS)
def test_loopback_is_refused_when_it_is_sent_to(
    message: Delivery, receiver: Receiver, attempt: Attempt, settings: Any, host: str
) -> None:
    settings.EVALHUB_WEBHOOK_ALLOWED = []
    port = receiver.url.split(":")[2].split("/")[0]
    Webhook.objects.update(url=f"http://{host}:{port}/hook")
    found = attempt(message)
    assert found.state == "given-up"
    assert "no public address" in found.error
    assert "EVALHUB_WEBHOOK_ALLOWED" in found.error
    assert receiver.received == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "[fd00:ec2::254]"]
)
def test_numbers_are_refused_when_they_are_typed(workspace: Workspace, host: str) -> None:
    with pytest.raises(UnableToKeepWebhook, match="no public address"):
        webhook_create(workspace, NewWebhook("ci", f"https://{host}/hook"))


@pytest.mark.parametrize(
    "url",
    ["ci.example.org", "ftp://ci.example.org", "https://", "https://me:pass@ci.example.org", "https://a b/"],
)
def test_what_is_no_address_is_refused(workspace: Workspace, url: str) -> None:
    with pytest.raises(UnableToKeepWebhook):
        webhook_create(workspace, NewWebhook("ci", url))


def _resolver(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Each look-up of ci.example.org gives the next answer; returns what was looked up."""
    asked, left, real = [], list(answers), socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *others: Any, **options: Any) -> list[Any]:
        if host != "ci.example.org":
            return list(real(host, port, *others, **options))
        asked.append(host)
        found = left.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(public_wire.socket, "getaddrinfo", getaddrinfo)
    return asked


def test_one_private_address_of_several_is_enough_to_refuse(
    message: Delivery, attempt: Attempt, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EVALHUB_WEBHOOK_ALLOWED = []
    Webhook.objects.update(url="http://ci.example.org/hook")
    _resolver(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    found = attempt(message)
    assert found.state == "given-up"
    assert "ci.example.org is 10.0.0.1" in found.error


def test_the_checked_address_is_the_one_connected_to(
    message: Delivery, receiver: Receiver, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second look-up would find nothing more to answer and fail: the name is asked for once.
    port = receiver.url.split(":")[2].split("/")[0]
    Webhook.objects.update(url=f"http://ci.example.org:{port}/hook")
    asked = _resolver(monkeypatch, ["127.0.0.1"])
    assert attempt(message).state == "delivered"
    assert asked == ["ci.example.org"]
    assert receiver.received[0].headers["Host"] == f"ci.example.org:{port}"

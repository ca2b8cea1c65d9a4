"""A receiver that is slow, dead or breaks its worker holds up nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from evalhub.core.addresses import UnableToReadNetworks
from evalhub.models import Delivery, Webhook, Workspace
from evalhub.pipeline import deliver as deliver_module
from evalhub.pipeline import deliver_sweep
from evalhub.pipeline.deliver_sweep import sweep_deliveries
from evalhub.services.webhooks import NewWebhook, UnableToKeepWebhook, webhook_create, webhook_test
from tests.pipeline.hooks.conftest import Clock
from tests.pipeline.hooks.receiver import Receiver

Attempt = Callable[[Delivery], Delivery]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The messages that workers are told to send."""
    told: list[int] = []
    monkeypatch.setattr(deliver_module, "enqueue_delivery", told.append)
    monkeypatch.setattr(deliver_sweep, "enqueue_delivery", told.append)
    return told


@pytest.fixture
def underway(message: Delivery, clock: Clock) -> Delivery:
    """A message that a worker of another machine is sending."""
    lease = clock.now + timedelta(seconds=120)
    Delivery.objects.update(state="sending", n_attempts=1, worker="elsewhere:1", lease_until=lease)
    return Delivery.objects.get()


def test_messages_have_a_queue_of_their_own(
    webhook: Webhook,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    queues: list[str] = []
    monkeypatch.setattr("evalhub.dispatch.app.send_task", lambda *_, queue, **__: queues.append(queue))
    with django_capture_on_commit_callbacks(execute=True):
        webhook_test(webhook, now=clock.now)
    assert queues == ["messages"]


def test_a_destination_gets_one_message_at_a_time_and_others_go_on(
    underway: Delivery,
    webhook: Webhook,
    workspace: Workspace,
    attempt: Attempt,
    clock: Clock,
    receiver: Receiver,
) -> None:
    second = attempt(webhook_test(webhook, now=clock.now))
    assert (second.state, second.n_attempts) == ("waiting", 0)
    other, _ = webhook_create(workspace, NewWebhook("other", receiver.url))
    assert attempt(webhook_test(other, now=clock.now)).state == "delivered"
    clock.forward(seconds=121)  # whoever held the first is gone
    assert attempt(second).state == "delivered"


def test_what_waited_for_the_first_follows_it_at_once(
    message: Delivery, webhook: Webhook, attempt: Attempt, clock: Clock, sent: list[int]
) -> None:
    second = webhook_test(webhook, now=clock.now)
    third = webhook_test(webhook, now=clock.now)
    attempt(message)
    attempt(second)
    attempt(third)
    assert sent == [second.pk, third.pk]


def test_the_sweep_sends_one_of_each_destination_that_is_free(
    underway: Delivery,
    webhook: Webhook,
    workspace: Workspace,
    clock: Clock,
    sent: list[int],
    receiver: Receiver,
) -> None:
    webhook_test(webhook, now=clock.now)
    other, _ = webhook_create(workspace, NewWebhook("other", receiver.url))
    first = webhook_test(other, now=clock.now)
    webhook_test(other, now=clock.now)
    sweep_deliveries(now=clock.now)
    assert sent == [first.pk]


def test_an_attempt_that_breaks_is_told_and_tried_later(
    message: Delivery, attempt: Attempt, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(deliver_module, "send_http", broken)
    found = attempt(message)
    assert found.state == "waiting"
    assert clock.now + timedelta(seconds=30) <= found.available_at
    (tried,) = found.tries.all()
    assert "RuntimeError" in tried.error


def test_a_message_that_kills_its_worker_is_tried_ever_later_and_given_up_after_a_day(
    message: Delivery, clock: Clock
) -> None:
    n_tries, began = 0, clock.now
    while (found := Delivery.objects.get()).state == "waiting":
        clock.now = max(clock.now, found.available_at)
        lease = clock.now + timedelta(seconds=120)
        n_tries += 1
        Delivery.objects.update(state="sending", n_attempts=n_tries, worker="elsewhere:1", lease_until=lease)
        clock.forward(seconds=121)
        sweep_deliveries(now=clock.now)
    assert found.state == "given-up"
    assert "worker died" in found.error
    assert 10 <= n_tries <= 14
    assert found.tries.count() == n_tries
    assert clock.now - began <= timedelta(hours=25)


def test_a_list_of_networks_that_is_none_is_not_taken_for_a_name(workspace: Workspace, settings: Any) -> None:
    settings.EVALHUB_WEBHOOK_ALLOWED = ["10.0.0.0/8;192.168.1.0/24"]
    with pytest.raises(UnableToReadNetworks, match="EVALHUB_WEBHOOK_ALLOWED"):
        webhook_create(workspace, NewWebhook("ci", "https://10.0.0.1/hook"))
    settings.EVALHUB_WEBHOOK_ALLOWED = []
    with pytest.raises(UnableToKeepWebhook, match="no public address"):
        webhook_create(workspace, NewWebhook("ci", "https://10.0.0.1/hook"))

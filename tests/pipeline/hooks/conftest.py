"""A receiver on loopback, allowed; a clock that the test moves."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evalhub.models import Delivery, Webhook, Workspace
from evalhub.pipeline.deliver import deliver
from evalhub.services.webhooks import NewWebhook, webhook_create, webhook_test
from evalhub.services.workspaces import workspace_default
from tests.pipeline.hooks.receiver import Receiver, listening

SECRET = "whsec_of-the-test-0123"


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(db: None) -> Workspace:
    return workspace_default()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.EVALHUB_WEBHOOK_ALLOWED = ["127.0.0.1"]
    with listening() as found:
        yield found


@pytest.fixture
def webhook(workspace: Workspace, receiver: Receiver) -> Webhook:
    return webhook_create(workspace, NewWebhook("ci", receiver.url, secret=SECRET))[0]


@pytest.fixture
def attempt(clock: Clock) -> Callable[[Delivery], Delivery]:
    """Have a worker take a message; returns it as it is then."""

    def tried(delivery: Delivery) -> Delivery:
        deliver(delivery.pk, clock=clock)
        return Delivery.objects.get(pk=delivery.pk)

    return tried


@pytest.fixture
def message(webhook: Webhook, clock: Clock) -> Delivery:
    return webhook_test(webhook, now=clock.now)

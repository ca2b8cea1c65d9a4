"""Of two who want the same at once the second is told so: what the look before the write said is old."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model, QuerySet
from django.utils import timezone

from evalhub.models import Invitation, Membership, Schedule, Webhook, Workspace
from evalhub.services.cron import UnableToSchedule
from evalhub.services.invitations import UnableToJoin, invitation_accept, invitation_make
from evalhub.services.schedules import schedule_edit, schedule_restore
from evalhub.services.webhooks import (
    NewWebhook,
    UnableToKeepWebhook,
    webhook_create,
    webhook_edit,
    webhook_restore,
)
from evalhub.services.workspaces import workspace_default
from tests.people import person

NOW = timezone.now()
URL = "https://ci.example.org/"
Rival = Callable[[type[Model], Callable[[], object]], None]


@pytest.fixture
def workspace(db: None) -> Workspace:
    return workspace_default()


@pytest.fixture
def rival(monkeypatch: pytest.MonkeyPatch) -> Rival:
    """Somebody who acts right after the first look for a row of a model, which finds none."""

    def acts(model: type[Model], act: Callable[[], object]) -> None:
        looked, left = QuerySet.exists, [act]

        def exists(rows: QuerySet[Any]) -> bool:
            found = looked(rows)
            if rows.model is model and left:
                assert not found
                left.pop()()
            return found

        monkeypatch.setattr(QuerySet, "exists", exists)

    return acts


def webhook_of(workspace: Workspace, name: str, **columns: Any) -> Webhook:
    return Webhook.objects.create(workspace=workspace, name=name, url=URL, **columns)


def schedule_of(workspace: Workspace, name: str, **columns: Any) -> Schedule:
    fields = {"spec": {}, "cron": "30 2 * * *", "time_zone": "UTC", "created_at": NOW}
    return Schedule.objects.create(workspace=workspace, name=name, **fields, **columns)


def test_a_destination_is_added_renamed_or_brought_back(workspace: Workspace, rival: Rival) -> None:
    old = webhook_of(workspace, "gone", removed_at=NOW)
    other = webhook_of(workspace, "other")
    does: dict[str, Callable[[], object]] = {
        "new": lambda: webhook_create(workspace, NewWebhook("new", URL)),
        "renamed": lambda: webhook_edit(other, name="renamed"),
        "gone": lambda: webhook_restore(old),
    }
    for name, do in does.items():
        rival(Webhook, lambda name=name: webhook_of(workspace, name))  # type: ignore[misc]
        with pytest.raises(UnableToKeepWebhook, match=f'"{name}" already'):
            do()
        assert Webhook.objects.filter(name=name, removed_at=None).count() == 1


def test_a_schedule_is_renamed_or_brought_back(workspace: Workspace, rival: Rival) -> None:
    old = schedule_of(workspace, "gone", removed_at=NOW)
    other = schedule_of(workspace, "other")
    does: dict[str, Callable[[], object]] = {
        "renamed": lambda: schedule_edit(other, {"name": "renamed"}, now=NOW),
        "gone": lambda: schedule_restore(old, now=NOW),
    }
    for name, do in does.items():
        rival(Schedule, lambda name=name: schedule_of(workspace, name))  # type: ignore[misc]
        with pytest.raises(UnableToSchedule, match=f'"{name}" already'):
            do()
        assert Schedule.objects.filter(name=name, removed_at=None).count() == 1


def test_one_person_takes_two_invitations(workspace: Workspace, rival: Rival) -> None:
    user = person("ada", "viewer", workspace)
    Membership.objects.all().delete()
    invitation, _ = invitation_make(workspace, "analyst", None, now=NOW)
    rival(Membership, lambda: Membership.objects.create(workspace=workspace, user=user, role="viewer"))
    with pytest.raises(UnableToJoin, match=r"belongs to .* already"):
        invitation_accept(invitation, user, now=NOW + timedelta(minutes=1))
    assert Invitation.objects.get().used_at is None

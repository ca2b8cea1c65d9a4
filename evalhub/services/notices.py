"""Write what happened to the outbox, in the transaction of the change.

What was told of has happened, and what has happened is told, whatever dies in between.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evalhub import conf
from evalhub.core.events import PAYLOAD_VERSION
from evalhub.dispatch import enqueue_delivery
from evalhub.models import Campaign, Delivery, Schedule, Score, Webhook, Workspace
from evalhub.selectors.campaign_parts import campaign_raters, campaign_systems

MOST_SYSTEMS = 20
MOST_ERROR_CHARS = 500


def notice_write(workspace: Workspace, event: str, said: Mapping[str, Any], *, now: datetime) -> None:
    """Ask for a message to every destination that wants to hear of an event."""
    wanting = Webhook.objects.filter(
        workspace=workspace, is_active=True, removed_at=None, wanted__name=event
    ).order_by("pk")
    webhooks = list(wanting)
    if webhooks:
        payload = payload_of(workspace, event, said, now=now)
        for webhook in webhooks:
            delivery_add(webhook, event, payload, now=now)


def campaign_notices(campaign: Campaign, said: Mapping[str, Any], *, now: datetime) -> None:
    """Tell of a campaign that just reached its last state, and of its gate.

    Args:
        said: what `campaign_said` read before the transaction.
    """
    state = said["campaign"]["state"]
    event = "campaign.failed" if state == Campaign.State.FAILED else "campaign.done"
    notice_write(campaign.workspace, event, said, now=now)
    if outcome := said["campaign"]["gate"]:
        notice_write(campaign.workspace, f"gate.{outcome}", said, now=now)


def schedule_said(schedule: Schedule) -> dict[str, Any]:
    """What messages say of a schedule."""
    page = address(f"/schedules/{schedule.pk}/")
    return {"id": schedule.pk, "name": schedule.name, "page": page, "error": None}


def schedule_notice(schedule: Schedule, problem: str, *, now: datetime) -> None:
    """Tell of a time of a schedule that started nothing, though it should have."""
    said = schedule_said(schedule) | {"error": problem[:MOST_ERROR_CHARS]}
    notice_write(schedule.workspace, "schedule.failed", {"schedule": said}, now=now)


def campaign_said(campaign: Campaign, state: str, *, gate: str = "", error: str = "") -> dict[str, Any]:
    """What messages say of a campaign: its name, its addresses, the headline numbers."""
    return {
        "campaign": {
            "id": campaign.pk,
            "name": campaign.name,
            "state": state,
            "gate": gate or None,
            "error": error[:MOST_ERROR_CHARS] or None,
            "page": address(f"/campaigns/{campaign.pk}/"),
            "results": address(f"/api/v1/campaigns/{campaign.pk}/results"),
        },
        "systems": _headlines(campaign) if state == Campaign.State.DONE else [],
    }


def address(path: str) -> str:
    """A page of this server, whole where EVALHUB_URL says under which name it is known."""
    return f"{conf.public_url()}{path}"


def payload_of(workspace: Workspace, event: str, said: Mapping[str, Any], *, now: datetime) -> str:
    """The body of a message: small JSON, with a version that a change of its fields would raise."""
    body = {
        "version": PAYLOAD_VERSION,
        "id": str(uuid.uuid4()),
        "event": event,
        "created_at": now.isoformat(),
        "workspace": workspace.slug,
        **said,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def test_payload(webhook: Webhook, *, now: datetime) -> str:
    """The body of a test."""
    return payload_of(webhook.workspace, "test", {"said": f"a test of {webhook.name}"}, now=now)


def delivery_add(
    webhook: Webhook, event: str, payload: str, *, now: datetime, copy_of: Delivery | None = None
) -> Delivery:
    """A message to be sent once the transaction is through."""
    delivery = Delivery.objects.create(
        webhook=webhook, event=event, payload=payload, available_at=now, created_at=now, copy_of=copy_of
    )
    enqueue_delivery(delivery.pk)
    return delivery


def _headlines(campaign: Campaign) -> list[dict[str, Any]]:
    """Each system's score by the first rater that has scores, in the order of the spec."""
    systems = campaign_systems(campaign)[:MOST_SYSTEMS]
    rows = list(Score.objects.filter(job=campaign.score_job_id).order_by("pk"))
    for rater in campaign_raters(campaign):
        mine = [row for row in reversed(rows) if row.rater_version_id == rater.rater_version_id]
        by_system = {row.system_id: row for row in mine}
        if by_system:
            return [
                _headline(one.system.name, rater.name, by_system[one.system_id])
                for one in systems
                if one.system_id in by_system
            ]
    return []


def _headline(system: str, rater: str, score: Score) -> dict[str, Any]:
    figures = {name: getattr(score, name) for name in ("value", "low", "high", "n_queries", "coverage")}
    return {"name": system, "rater": rater, "measure": score.measure, **figures}

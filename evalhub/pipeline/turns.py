"""Whose unit is next: those who wait in a queue take turns, however much each of them asked for.

A message of a queue is a ticket for one unit of it, not for a certain one. Who holds fewest units is served
first; of equals one is drawn by the ticket, so that nothing needs to be remembered and shares are even.
"""

import zlib
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from evalhub.models import CampaignJob, Job, WorkUnit
from evalhub.pipeline.claim import claim_unit


class HasPerson(TypedDict):
    """What units are looked up with: the key of whose campaign asked first for the job."""

    person: int | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    Units = QuerySet[WithAnnotations[WorkUnit, HasPerson]]
else:
    Units = QuerySet

Party = tuple[int, int | None]
"""Keys of a workspace and of the person whose campaign it is, None for what no campaign asked for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody with units that could start now, and how many of theirs run."""

    party: Party
    n_claimed: int


def claim_in_turn(ticket: int, *, now: datetime) -> WorkUnit | None:
    """Take a unit of the queue that the message of unit `ticket` came through; None where none is free."""
    asked = WorkUnit.objects.select_related("job").filter(pk=ticket).first()
    if asked is None:
        return None
    in_queue = _units_of(_queue_of(asked))
    # Whoever loses a race for a unit has a ticket left: another unit has none, and would wait for the sweep.
    while waiting := _waiting(in_queue, now):
        ready = _ready(in_queue, whose_turn(waiting, ticket), now)
        unit_id = ready.filter(pk=ticket).values_list("pk", flat=True).first()
        unit_id = unit_id or ready.order_by("enqueued_at", "pk").values_list("pk", flat=True).first()
        if unit_id and (unit := claim_unit(unit_id, now=now)):
            return unit
    return None


def whose_turn(waiting: list[Waiting], ticket: Hashable) -> Party:
    """Choose among those who wait: who holds fewest units, of equals the one that the ticket falls on."""
    fewest = min(one.n_claimed for one in waiting)
    equals = sorted(str(one.party) for one in waiting if one.n_claimed == fewest)
    drawn = equals[zlib.crc32(str(ticket).encode()) % len(equals)]
    return next(one.party for one in waiting if str(one.party) == drawn)


def _queue_of(unit: WorkUnit) -> str:
    return unit.job.queue if unit.number else "default"


def _units_of(queue: str) -> Units:
    """The units of running jobs that a queue's workers do; the first of each, which plans, is of default."""
    planned = Q(job__queue=queue, number__gt=0)
    person = CampaignJob.objects.filter(job=OuterRef("job")).order_by("pk").values("campaign__created_by")
    rows = WorkUnit.objects.filter(planned | Q(number=0) if queue == "default" else planned)
    return rows.filter(job__state=Job.State.RUNNING).annotate(person=Subquery(person[:1]))


def _is_ready(now: datetime) -> Q:
    return Q(state=WorkUnit.State.FREE, enqueued_at__isnull=False, available_at__lte=now)


def _waiting(in_queue: Units, now: datetime) -> list[Waiting]:
    is_claimed = Q(state=WorkUnit.State.CLAIMED)
    rows = in_queue.filter(state__in=[WorkUnit.State.FREE, WorkUnit.State.CLAIMED])
    counted = rows.values_list("job__workspace", "person").annotate(
        n_claimed=Count("pk", filter=is_claimed), n_ready=Count("pk", filter=_is_ready(now))
    )
    return [Waiting((place, person), claimed) for place, person, claimed, n_ready in counted if n_ready]


def _ready(in_queue: Units, party: Party, now: datetime) -> Units:
    workspace, person = party
    whose = Q(person__isnull=True) if person is None else Q(person=person)
    return in_queue.filter(_is_ready(now), whose, job__workspace=workspace)

"""Keep campaigns within their budgets: what a call can cost at most is reserved before it is made.

A reservation lives on the work unit and counts for as long as its attempt holds the unit. Calls that were
open when a process was killed may be billed by the provider without our learning it; no cap can count these.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from evalhub.models import Campaign, Job, WorkUnit
from evalhub.pipeline.judgments import PairDigests
from evalhub.pipeline.kind import Later
from evalhub.services.campaigns import campaign_hold
from raters.cost import worst_cost_usd
from raters.protocol import RateRequest
from raters.spec import RaterSpec

WAIT_FOR_OTHERS_S = 3.0
CENTS = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class _Room:
    """What a campaign may still spend, with and without what other units have reserved."""

    campaign: Campaign
    free: Decimal
    in_all: Decimal


def affordable(
    unit: WorkUnit, spec: RaterSpec, requests: Mapping[PairDigests, RateRequest]
) -> Iterator[list[PairDigests]]:
    """Parts of what is to be rated, the money for each reserved while it is worked on.

    Raises:
        Later: see `reserve`.
    """
    pairs = list(requests)
    worst_usd = [worst_cost_usd(spec, request) for request in requests.values()]
    start = 0
    while start < len(pairs):
        n_paid = reserve(unit, worst_usd[start:])
        try:
            yield pairs[start : start + n_paid]
        finally:
            release(unit)
        start += n_paid


def reserve(unit: WorkUnit, worst_usd: Sequence[float]) -> int:
    """Reserve money for the next calls of a unit; returns how many of them may be made.

    Where no campaign can pay for the next one, all that want this job are paused and say so.

    Raises:
        Later: the money is reserved by other units, or the campaigns were paused.
    """
    if not any(worst_usd):
        return len(worst_usd)
    with transaction.atomic():
        campaigns = list(
            Campaign.objects.select_for_update()
            .filter(jobs=unit.job_id, state=Campaign.State.RUNNING)
            .order_by("pk")
        )
        if any(campaign.budget_usd is None for campaign in campaigns):
            return len(worst_usd)
        rooms = [_room(campaign, unit) for campaign in campaigns]
        n_paid, cost = affordable_count(worst_usd, max((room.free for room in rooms), default=Decimal(0)))
        WorkUnit.objects.filter(pk=unit.pk, attempt=unit.attempt).update(reserved_usd=cost)
        next_usd = _rounded(worst_usd[0])
        if n_paid == 0:
            for room in rooms:
                if room.in_all < next_usd:
                    _pause(room, next_usd)
    if n_paid == 0:
        raise Later("the rest of the budget is reserved by calls in flight, or spent", WAIT_FOR_OTHERS_S)
    return n_paid


def release(unit: WorkUnit) -> None:
    """Give back what a unit reserved; what was really spent is recorded with the judgments."""
    WorkUnit.objects.filter(pk=unit.pk, attempt=unit.attempt).update(reserved_usd=0)


def _room(campaign: Campaign, unit: WorkUnit) -> _Room:
    links = campaign.campaign_jobs.select_related("job").filter(job__kind=Job.Kind.RATE)
    spent = sum((link.job.spent_usd - link.spent_before_usd for link in links), Decimal(0))
    claimed = WorkUnit.objects.filter(job__campaigns=campaign, state=WorkUnit.State.CLAIMED)
    reserved = claimed.exclude(pk=unit.pk).aggregate(total=Sum("reserved_usd"))["total"] or Decimal(0)
    budget = campaign.budget_usd or Decimal(0)
    return _Room(campaign, budget - spent - reserved, budget - spent)


def affordable_count(worst_usd: Sequence[float], room: Decimal) -> tuple[int, Decimal]:
    """How many of the next calls fit into `room`, and what they cost at most."""
    total = Decimal(0)
    for n_paid, usd in enumerate(worst_usd):
        if total + _rounded(usd) > room:
            return n_paid, total
        total += _rounded(usd)
    return len(worst_usd), total


def _pause(room: _Room, next_usd: Decimal) -> None:
    campaign = room.campaign
    budget = campaign.budget_usd or Decimal(0)
    campaign_hold(campaign, Campaign.State.PAUSED, now=timezone.now())
    Campaign.objects.filter(pk=campaign.pk).update(
        error=f"the budget is used up: ${budget - room.in_all:.4f} of ${budget:.4f} are spent and the next "
        f"call can cost ${next_usd:.4f}. Grades so far are kept; raise the budget and go on with: "
        f"evalhub campaign retry {campaign.pk} --budget USD"
    )


def _rounded(usd: float) -> Decimal:
    return Decimal(str(usd)).quantize(CENTS, ROUND_UP)

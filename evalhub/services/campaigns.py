"""Start and steer campaigns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.core.errors import UserError
from evalhub.models import (
    Campaign,
    CampaignRater,
    CampaignSystem,
    Job,
    QueryCollection,
    RaterVersion,
    Run,
    Snapshot,
    System,
    Workspace,
)
from evalhub.services.campaign_jobs import (
    CampaignPlan,
    embed_job,
    index_job,
    rate_job,
    retrieve_job,
    score_job,
)
from evalhub.services.campaign_states import campaign_refresh, jobs_hold_unwanted
from evalhub.services.campaign_tags import campaign_tag
from evalhub.services.gate_rules import gate_rules_create
from evalhub.services.jobs import job_release
from evalhub.spec.campaign import CampaignSpec
from evalhub.spec.source import SourceSpec
from indexing.spec import IndexSpec

# What a campaign's jobs say of it.
STATE_FIELDS = ("state", "error", "gate_outcome", "finished_at", "budget_usd")
# Whoever wants the same campaign twice waits longer.
PRESSED_AGAIN = timedelta(seconds=10)


class UnableToSteer(UserError):
    """The campaign's state does not allow this; the message says which does."""


@dataclass(frozen=True, slots=True)
class CampaignInputs:
    """The rows a spec names, found or made, and checked against each other."""

    snapshot: Snapshot
    collection: QueryCollection
    systems: Sequence[System]
    raters: Sequence[tuple[str, RaterVersion]]


def campaign_start(
    workspace: Workspace,
    spec: CampaignSpec,
    inputs: CampaignInputs,
    *,
    user: User | None,
    now: datetime,
    beside: Callable[[CampaignPlan], None] | None = None,
) -> Campaign:
    """Make a campaign and ask for its jobs; `beside` may add to them before any of it begins.

    Raises:
        SpecError: its gate names a campaign, or a tag of queries, that is not there.
    """
    with transaction.atomic():
        campaign = _campaign(workspace, spec, inputs, user, now)
        gate_rules_create(campaign, spec)
        if spec.tags:
            campaign_tag(campaign, spec.tags)
        plan = CampaignPlan(campaign, now)
        runs = [_run(plan, position, system) for position, system in enumerate(inputs.systems)]
        versions = [version for _, version in inputs.raters]
        CampaignRater.objects.bulk_create(
            CampaignRater(campaign=campaign, rater_version=version, name=name, position=position)
            for position, (name, version) in enumerate(inputs.raters)
        )
        rates = [rate_job(plan, version, runs) for version in versions]
        campaign.score_job = score_job(plan, runs, versions, rates)
        campaign.save(update_fields=["score_job"])
        if beside:
            beside(plan)
        plan.store()
    campaign_refresh(campaign, now=now)
    campaign.refresh_from_db(fields=STATE_FIELDS)
    return campaign


def campaign_start_once(
    workspace: Workspace, spec: CampaignSpec, inputs: CampaignInputs, *, user: User, now: datetime
) -> Campaign:
    """Start a campaign, or return the one of this person that a second press of the button asks for again."""
    with transaction.atomic():
        # One request of a person at a time; SQLite lets no two transactions write anyway.
        User.objects.select_for_update().get(pk=user.pk)
        mine = Campaign.objects.filter(workspace=workspace, created_by=user, name=spec.name)
        recent = mine.filter(created_at__gt=now - PRESSED_AGAIN).exclude(
            state__in=[Campaign.State.CANCELLED, Campaign.State.FAILED]
        )
        same = next((one for one in recent.order_by("-pk") if _is_same(one, spec, inputs)), None)
        return same or campaign_start(workspace, spec, inputs, user=user, now=now)


def campaign_hold(campaign: Campaign, state: Campaign.State, *, now: datetime) -> None:
    """Pause or cancel: its jobs stop, but for those that another running campaign needs."""
    finished_at = now if state == Campaign.State.CANCELLED else None
    allowed = [Campaign.State.RUNNING, Campaign.State.PAUSED]
    with transaction.atomic():
        held = Campaign.objects.filter(pk=campaign.pk, state__in=allowed).update(
            state=state, finished_at=finished_at
        )
        if not held:
            raise UnableToSteer(
                f"campaign {campaign.pk} is {campaign.state}; only a running or paused one can stop"
            )
        job_state = Job.State.PAUSED if state == Campaign.State.PAUSED else Job.State.CANCELLED
        jobs_hold_unwanted(campaign, job_state)


def campaign_release(campaign: Campaign, *, now: datetime, budget_usd: float | None = None) -> None:
    """Resume a paused campaign, or try again what failed or was cancelled; what is done stays done.

    `budget_usd` replaces the campaign's budget, for all it spends and not only from now on.
    """
    with transaction.atomic():
        allowed = [Campaign.State.PAUSED, Campaign.State.FAILED, Campaign.State.CANCELLED]
        released = Campaign.objects.filter(pk=campaign.pk, state__in=allowed).update(
            state=Campaign.State.RUNNING, error="", finished_at=None
        )
        if not released:
            raise UnableToSteer(
                f"campaign {campaign.pk} is {campaign.state}; there is nothing to resume or retry"
            )
        if budget_usd is not None:
            Campaign.objects.filter(pk=campaign.pk).update(budget_usd=Decimal(str(budget_usd)))
        for job in campaign.jobs.all():
            job_release(job, now=now)
    campaign.refresh_from_db()


def _is_same(campaign: Campaign, spec: CampaignSpec, inputs: CampaignInputs) -> bool:
    collection = inputs.collection
    asked = (inputs.snapshot.pk, collection.pk, collection.version, collection.gold_version, _asked(spec))
    versions = (campaign.collection_id, campaign.collection_version, campaign.gold_version)
    return (campaign.snapshot_id, *versions, campaign.spec) == asked


def _campaign(
    workspace: Workspace, spec: CampaignSpec, inputs: CampaignInputs, user: User | None, now: datetime
) -> Campaign:
    source = spec.source or SourceSpec()
    return Campaign.objects.create(
        workspace=workspace,
        name=spec.name,
        snapshot=inputs.snapshot,
        collection=inputs.collection,
        collection_version=inputs.collection.version,
        gold_version=inputs.collection.gold_version,
        cutoff=spec.cutoff,
        depth=spec.depth,
        weights=spec.weights,
        budget_usd=spec.budget.cost_usd if spec.budget else None,
        spec=_asked(spec),
        git_sha=source.commit or "",
        branch=source.branch or "",
        actor=source.actor or "",
        ci_url=source.url or "",
        created_by=user,
        created_at=now,
    )


def _asked(spec: CampaignSpec) -> dict[str, Any]:
    """The spec to start again; the commit it came from is not what is asked."""
    asked = spec.to_dict()
    asked.pop("source", None)
    return asked


def _run(plan: CampaignPlan, position: int, system: System) -> Run:
    run = retrieve_job(plan, system, _index_jobs(plan, system))
    CampaignSystem.objects.create(campaign=plan.campaign, system=system, run=run, position=position)
    return run


def _index_jobs(plan: CampaignPlan, system: System) -> list[Job]:
    if system.embedding_model is None:
        return []
    vector_set, embed = embed_job(plan, plan.campaign.snapshot, system.embedding_model)
    spec = IndexSpec.from_dict(system.index_spec or {})
    return [embed, index_job(plan, vector_set, spec, embed)]

"""Ask what past campaigns would say under another rater version. Safe in the web process: workers rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.core.digest import JsonValue, content_digest
from evalhub.core.errors import UserError
from evalhub.models import (
    Campaign,
    CorpusStatistics,
    FlipPreview,
    Job,
    PreviewCampaign,
    RaterVersion,
    Workspace,
)
from evalhub.services.campaign_jobs import RATE_QUEUES
from evalhub.services.jobs import JobRequest, job_request
from evalhub.services.statistics import statistics_request

N_PAIRS = 200
MAX_PAIRS = 2000
MAX_CAMPAIGNS = 20
MAX_BUDGET_USD = Decimal(10**8 - 1)  # what a row holds
# Raised when a change of the code changes what is estimated from the same grades.
PREVIEW_REVISION = 1
CAN_NOT = {
    "gold": "it looks up people's labels and has nothing to say of other pairs",
    "panel": "its members rate for it; preview them one by one",
}


class UnableToPreview(UserError):
    """The question can not be asked so; the message says what to change.

    Attributes:
        field: what is wrong: old, new, campaigns, pairs or budget.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


@dataclass(frozen=True, slots=True)
class PreviewAsked:
    """What is to be found out.

    Attributes:
        old: the version that rated the campaigns.
        new: the version that would rate instead.
        campaigns: finished ones that `old` rated; none takes the newest.
        n_pairs: to sample, over all of them.
        seed: of the sample.
        budget_usd: what rating may cost; None for no limit.
    """

    old: RaterVersion
    new: RaterVersion
    campaigns: Sequence[Campaign] = ()
    n_pairs: int = N_PAIRS
    seed: int = 0
    budget_usd: Decimal | None = None


def preview_campaigns(old: RaterVersion) -> list[Campaign]:
    """The finished campaigns that a version rated, the newest first."""
    rated = Campaign.objects.filter(
        campaign_raters__rater_version=old, state=Campaign.State.DONE, score_job__state=Job.State.DONE
    )
    return list(rated.select_related("snapshot").order_by("-created_at")[:MAX_CAMPAIGNS])


def preview_start(asked: PreviewAsked, *, user: User | None, now: datetime) -> FlipPreview:
    """Ask; an equal question is not asked again, one that stopped goes on, with the budget given now.

    Raises:
        UnableToPreview: there is nothing to preview, or not with these.
    """
    workspace = asked.new.workspace
    campaigns = _campaigns(asked)
    _check(asked, campaigns)
    with transaction.atomic():
        preview, is_new = FlipPreview.objects.get_or_create(
            workspace=workspace,
            digest=_digest(asked, campaigns),
            defaults={
                "old": asked.old,
                "new": asked.new,
                "n_pairs": asked.n_pairs,
                "seed": asked.seed,
                "created_by": user,
            },
        )
        if is_new:
            PreviewCampaign.objects.bulk_create(
                PreviewCampaign(preview=preview, campaign=campaign) for campaign in campaigns
            )
        preview.budget_usd = asked.budget_usd
        preview.job = _jobs(workspace, preview, now)
        preview.save(update_fields=["budget_usd", "job"])
    return preview


def _campaigns(asked: PreviewAsked) -> list[Campaign]:
    there = preview_campaigns(asked.old)
    if not asked.campaigns:
        return there
    rated = {campaign.pk for campaign in there}
    missing = [campaign for campaign in asked.campaigns if campaign.pk not in rated]
    if missing:
        name = f"{asked.old.rater.name}@{asked.old.number}"
        raise UnableToPreview(
            "campaigns",
            f'campaign {missing[0].pk} "{missing[0].name}" is not among the {MAX_CAMPAIGNS} newest finished '
            f"ones that {name} rated; leave campaigns out to take all of these",
        )
    wanted = {campaign.pk for campaign in asked.campaigns}
    return [campaign for campaign in there if campaign.pk in wanted]


def _check(asked: PreviewAsked, campaigns: Sequence[Campaign]) -> None:
    old, new = (f"{version.rater.name}@{version.number}" for version in (asked.old, asked.new))
    if asked.old == asked.new:
        raise UnableToPreview("new", f"{new} instead of itself changes nothing; name another version")
    if asked.new.kind in CAN_NOT:
        raise UnableToPreview("new", f"{new} can not be previewed: {CAN_NOT[asked.new.kind]}")
    if not campaigns:
        raise UnableToPreview("campaigns", f"no finished campaign was rated by {old}; nothing could flip")
    if not 2 <= asked.n_pairs <= MAX_PAIRS:
        raise UnableToPreview("pairs", f"{asked.n_pairs} pairs; sample 2 to {MAX_PAIRS:,}")
    if asked.budget_usd is not None and asked.budget_usd < 0:
        raise UnableToPreview("budget", f"{asked.budget_usd} is below 0; leave it out for no limit")
    if asked.budget_usd is not None and asked.budget_usd > MAX_BUDGET_USD:
        raise UnableToPreview("budget", f"above ${MAX_BUDGET_USD:,}; leave it out for no limit")
    if asked.new.kind == "calibrated":
        _check_corpus(asked.new, campaigns)


def _check_corpus(new: RaterVersion, campaigns: Sequence[Campaign]) -> None:
    known = CorpusStatistics.objects.filter(digest=new.spec["statistics"])
    corpora = set(known.values_list("snapshot__corpus_id", flat=True))
    for campaign in campaigns:
        if campaign.snapshot.corpus_id not in corpora:
            raise UnableToPreview(
                "campaigns",
                f'{new.rater.name}@{new.number} knows another corpus than campaign {campaign.pk} "'
                f'{campaign.name}" searched; name campaigns of its own corpus',
            )


def _digest(asked: PreviewAsked, campaigns: Sequence[Campaign]) -> str:
    scored: list[JsonValue] = [[campaign.pk, campaign.score_job_id] for campaign in campaigns]
    return content_digest(
        [
            PREVIEW_REVISION,
            asked.old.digest,
            asked.new.digest,
            sorted(scored, key=str),
            asked.n_pairs,
            asked.seed,
        ]
    )


def _jobs(workspace: Workspace, preview: FlipPreview, now: datetime) -> Job:
    """Rate the sample, then estimate; both are asked for again, so that what stopped goes on."""
    rating = job_request(workspace, _request(preview, "rate"), _statistics(preview, now), now=now)
    return job_request(workspace, _request(preview, "estimate"), [rating], now=now)


def _request(preview: FlipPreview, step: str) -> JobRequest:
    is_rating = step == "rate"
    return JobRequest(
        kind=Job.Kind.PREVIEW,
        key={"preview": preview.digest, "step": step},
        params={"preview": preview.pk, "step": step},
        label=str(preview),
        queue=RATE_QUEUES.get(preview.new.kind, "rate-local") if is_rating else "default",
        item_word="pairs" if is_rating else "campaigns",
    )


def _statistics(preview: FlipPreview, now: datetime) -> list[Job]:
    if preview.new.kind != "calibrated":
        return []
    statistics = CorpusStatistics.objects.filter(digest=preview.new.spec["statistics"]).earliest("pk")
    request = statistics_request(statistics, model=preview.new.spec["model"], rater=preview.new.rater.name)
    return [job_request(preview.workspace, request, [], now=now)]

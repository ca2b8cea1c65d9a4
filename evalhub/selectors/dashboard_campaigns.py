"""What the list of campaigns and the page of one show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from evalhub.models import Campaign, CampaignRater, Job, Score, Workspace
from evalhub.selectors.campaign_rows import GATE_RULES, LISTED, CampaignRows, campaigns_rows
from evalhub.selectors.counted_jobs import CountedJob, campaigns_jobs
from evalhub.selectors.home.changes import Change, score_changes
from evalhub.selectors.home.facts import has_query_tags, is_repeated, with_facts
from evalhub.selectors.home.filters import CampaignFilter, workspace_tags
from evalhub.selectors.home.previous import previous_campaigns
from evalhub.selectors.home.tags import tags_of, with_tags
from evalhub.selectors.progress import JobProgress, jobs_progress, share_done
from evalhub.selectors.result.bounded_ledger import bounded_ratings
from evalhub.selectors.result.problems import UnitError, UnratedReason, unit_errors, unrated_reasons
from evalhub.selectors.results import rows_results

CAMPAIGNS_PER_PAGE = 25
MOVING = (Campaign.State.RUNNING, Campaign.State.PAUSED)


@dataclass(frozen=True, slots=True)
class Headline:
    """A system with its score by the campaign's first rater, None as long as there is none.

    Attributes:
        change: since the previous campaign of the name, None where that had no such system.
    """

    system: str
    score: Score | None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign as one line of a list; `share_done` is in [0, 1]."""

    campaign: Campaign
    measure: str
    headlines: Sequence[Headline]
    gate: str
    share_done: float
    current: JobProgress | None
    previous: Campaign | None
    tags: Sequence[str]

    @property
    def is_scored(self) -> bool:
        """Whether any system has a score."""
        return any(headline.score for headline in self.headlines)

    @property
    def incomparable(self) -> str:
        """Why no score compares with those of the previous campaign; empty where they do."""
        reasons = (headline.change.reason for headline in self.headlines if headline.change)
        return next(reasons, "")


@dataclass(frozen=True, slots=True)
class CampaignList:
    """A page of campaigns; `page` knows the numbers of its neighbours, `tags` are those of all campaigns."""

    page: Page[Campaign]
    lines: Sequence[CampaignLine]
    asked: CampaignFilter
    tags: Sequence[str]

    @property
    def is_moving(self) -> bool:
        """Whether any campaign on the page may change by itself."""
        return any(line.campaign.state == Campaign.State.RUNNING for line in self.lines)


@dataclass(frozen=True, slots=True)
class CampaignDetail:
    """A campaign with its result and the progress of its jobs, stage by stage."""

    campaign: Campaign
    raters: Sequence[CampaignRater]
    results: dict[str, Any]
    jobs: Sequence[JobProgress]
    share_done: float
    tags: Sequence[str]
    is_repeated: bool
    has_query_tags: bool
    rows: CampaignRows
    spent_usd: Decimal
    unit_errors: Sequence[UnitError]

    @property
    def budget_usd(self) -> Decimal | None:
        """What the campaign may spend on ratings."""
        return self.campaign.budget_usd

    @property
    def unrated(self) -> list[UnratedReason]:
        """Pairs without a grade, by rater and reason."""
        return unrated_reasons(self.results)

    @property
    def systems(self) -> list[str]:
        """The names of the systems, in the spec's order."""
        return list(self.rows.system_names.values())


def workspace_campaigns(slug: str) -> QuerySet[Campaign]:
    """The campaigns of a workspace with what a page's header names."""
    return _shown(Campaign.objects.filter(workspace__slug=slug))


def _shown(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    return with_tags(campaigns.select_related("snapshot__corpus", "collection", "score_job"))


def campaign_list(
    workspace: Workspace, asked: CampaignFilter, page: str | None, *, now: datetime
) -> CampaignList:
    """A page of the campaigns asked for, newest first; a page that does not exist gives the nearest."""
    found_all = asked.apply(Campaign.objects.filter(workspace=workspace))
    newest = _shown(found_all).order_by("-created_at", "-pk")
    found = Paginator(newest, CAMPAIGNS_PER_PAGE).get_page(page)
    return CampaignList(found, _lines(list(found.object_list), now), asked, workspace_tags(workspace))


def _lines(campaigns: list[Campaign], now: datetime) -> list[CampaignLine]:
    previous = previous_campaigns(campaigns)
    shown = {campaign.pk: campaign for campaign in (*previous.values(), *campaigns)}
    read = campaigns_rows(list(shown.values()), leave_out=LISTED)
    rows = {row.campaign.pk: row for row in read}
    moving = [campaign.pk for campaign in campaigns if campaign.state in MOVING]
    jobs = campaigns_jobs(moving) if moving else {}
    return [
        _line(rows[campaign.pk], rows[before.pk] if before else None, jobs.get(campaign.pk, []), now)
        for campaign in campaigns
        for before in [previous.get(campaign.pk)]
    ]


def campaign_detail(slug: str, campaign_id: int, *, now: datetime) -> CampaignDetail:
    """One campaign.

    Raises:
        Campaign.DoesNotExist: the workspace has none of this id.
    """
    campaign = with_facts(workspace_campaigns(slug)).get(pk=campaign_id)
    is_done = campaign.state == Campaign.State.DONE
    (rows,) = campaigns_rows([campaign], leave_out=set() if is_done else {GATE_RULES})
    jobs = jobs_progress(rows.jobs, now=now)
    return CampaignDetail(
        campaign=campaign,
        raters=rows.raters,
        results=rows_results(rows, ratings=bounded_ratings(rows)),
        jobs=jobs,
        share_done=share_done(jobs),
        tags=tags_of(campaign),
        is_repeated=is_repeated(campaign),
        has_query_tags=has_query_tags(campaign),
        rows=rows,
        spent_usd=sum((job.spent_usd for job in rows.jobs if job.job.kind == Job.Kind.RATE), Decimal(0)),
        unit_errors=[] if is_done else unit_errors(rows.jobs),
    )


def _line(
    rows: CampaignRows, before: CampaignRows | None, counted: list[CountedJob], now: datetime
) -> CampaignLine:
    measure = f"PWAS@{rows.campaign.cutoff}"
    jobs = jobs_progress(counted, now=now)
    return CampaignLine(
        campaign=rows.campaign,
        measure=measure,
        headlines=sorted(_headlines(rows, before, measure), key=_best_first),
        gate=rows.campaign.gate_outcome,
        share_done=share_done(jobs),
        current=next((job for job in jobs if job.state == "running"), None),
        previous=before.campaign if before else None,
        tags=tags_of(rows.campaign),
    )


def _headlines(rows: CampaignRows, before: CampaignRows | None, measure: str) -> list[Headline]:
    first = next(iter(rows.rater_names), None)
    scores = {
        score.system_id: score
        for score in rows.scores
        if score.measure == measure and score.rater_version_id == first
    }
    changes = score_changes(rows, before) if before else {}
    return [
        Headline(name, scores.get(system_id), changes.get(name))
        for system_id, name in rows.system_names.items()
    ]


def _best_first(headline: Headline) -> float:
    value = headline.score.value if headline.score else None
    return float("inf") if value is None else -value

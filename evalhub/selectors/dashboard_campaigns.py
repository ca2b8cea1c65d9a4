"""What the list of campaigns and the page of one show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from evalhub.models import Campaign, CampaignRater, Score, Workspace
from evalhub.selectors.campaign_rows import CampaignRows, campaigns_rows
from evalhub.selectors.gates import gate_result
from evalhub.selectors.progress import JobProgress, jobs_progress, share_done
from evalhub.selectors.results import rows_results

CAMPAIGNS_PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Headline:
    """A system with its score by the campaign's first rater, None as long as there is none."""

    system: str
    score: Score | None


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign as one line of a list; `share_done` is in [0, 1]."""

    campaign: Campaign
    measure: str
    headlines: Sequence[Headline]
    gate: str | None
    share_done: float
    current: JobProgress | None

    @property
    def is_scored(self) -> bool:
        """Whether any system has a score."""
        return any(headline.score for headline in self.headlines)


@dataclass(frozen=True, slots=True)
class CampaignList:
    """A page of campaigns; `page` knows the numbers of its neighbours."""

    page: Page[Campaign]
    lines: Sequence[CampaignLine]

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


def workspace_campaigns(workspace: Workspace) -> QuerySet[Campaign]:
    """The campaigns of a workspace with what a page's header names."""
    campaigns = Campaign.objects.filter(workspace=workspace)
    return campaigns.select_related("snapshot__corpus", "collection", "score_job")


def campaign_list(workspace: Workspace, page: str | None, *, now: datetime) -> CampaignList:
    """A page of campaigns, newest first; a page number that does not exist gives the nearest."""
    newest = workspace_campaigns(workspace).order_by("-created_at", "-pk")
    found = Paginator(newest, CAMPAIGNS_PER_PAGE).get_page(page)
    return CampaignList(found, [_line(rows, now) for rows in campaigns_rows(list(found.object_list))])


def campaign_detail(workspace: Workspace, campaign_id: int, *, now: datetime) -> CampaignDetail:
    """One campaign.

    Raises:
        Campaign.DoesNotExist: the workspace has none of this id.
    """
    campaign = workspace_campaigns(workspace).get(pk=campaign_id)
    rows = campaigns_rows([campaign])[0]
    jobs = jobs_progress(rows.jobs, now=now)
    return CampaignDetail(campaign, rows.raters, rows_results(rows), jobs, share_done(jobs))


def _line(rows: CampaignRows, now: datetime) -> CampaignLine:
    measure = f"PWAS@{rows.campaign.cutoff}"
    jobs = jobs_progress(rows.jobs, now=now)
    return CampaignLine(
        campaign=rows.campaign,
        measure=measure,
        headlines=sorted(_headlines(rows, measure), key=_best_first),
        gate=gate_result(rows)["outcome"],
        share_done=share_done(jobs),
        current=next((job for job in jobs if job.state == "running"), None),
    )


def _headlines(rows: CampaignRows, measure: str) -> list[Headline]:
    first = next(iter(rows.rater_names), None)
    scores = {
        score.system_id: score
        for score in rows.scores
        if score.measure == measure and score.rater_version_id == first
    }
    return [Headline(name, scores.get(system_id)) for system_id, name in rows.system_names.items()]


def _best_first(headline: Headline) -> float:
    value = headline.score.value if headline.score else None
    return float("inf") if value is None else -value

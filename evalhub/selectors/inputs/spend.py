"""The ledger of spend, out of sums that are kept: no judgment is counted here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet, Sum

from evalhub.models import (
    Campaign,
    CampaignJob,
    CampaignRating,
    Job,
    LedgerMonth,
    ModelPrice,
    RaterVersion,
    Workspace,
)

CAMPAIGNS_PER_PAGE = 25
VERSIONS_SHOWN = 50
MONTHS_SHOWN = 24
PRICES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Sums:
    """What was settled, read, written and paid."""

    n_graded: int = 0
    n_unrated: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)

    @property
    def n_judgments(self) -> int:
        """Pairs with an outcome, be it a grade or a reason."""
        return self.n_graded + self.n_unrated


@dataclass(frozen=True, slots=True)
class CampaignSpend:
    """What a campaign paid for itself, and what was there already.

    `n_pairs`, `n_reused` and `saved_usd` are None as long as the campaign is not done.
    """

    campaign: Campaign
    paid_usd: Decimal
    n_pairs: int | None
    n_reused: int | None
    saved_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Spend:
    """The page of spend."""

    total: Sums
    saved_usd: Decimal
    n_reused: int
    months: Sequence[tuple[date, Sums]]
    versions: Sequence[tuple[RaterVersion, Sums]]
    page: Page[Campaign]
    campaigns: Sequence[CampaignSpend]
    prices: Sequence[ModelPrice]


def spend(workspace: Workspace, page: str | None) -> Spend:
    """All that was spent in a workspace; campaigns come in pages, newest first."""
    lines = LedgerMonth.objects.filter(rater_version__workspace=workspace)
    by_month = [(row["month"], _sums(row)) for row in _summed(lines, "month").order_by("-month")]
    by_version = {row["rater_version"]: _sums(row) for row in _summed(lines, "rater_version")}
    dearest = sorted(
        by_version, key=lambda key: (-by_version[key].cost_usd, -by_version[key].n_judgments, -key)
    )
    versions = RaterVersion.objects.select_related("rater").in_bulk(dearest[:VERSIONS_SHOWN])
    campaigns = Campaign.objects.filter(workspace=workspace).order_by("-created_at", "-pk")
    found = Paginator(campaigns, CAMPAIGNS_PER_PAGE).get_page(page)
    n_reused, saved_usd = _saved(workspace)
    return Spend(
        total=_added(list(by_version.values())),
        saved_usd=saved_usd,
        n_reused=n_reused,
        months=by_month[:MONTHS_SHOWN],
        versions=[(versions[key], by_version[key]) for key in dearest[:VERSIONS_SHOWN] if key in versions],
        page=found,
        campaigns=campaigns_spend(list(found.object_list)),
        prices=list(ModelPrice.objects.filter(workspace=workspace).order_by("model")[:PRICES_SHOWN]),
    )


def version_sums(versions: Collection[int]) -> dict[int, Sums]:
    """What each rater version did in all its months, by its key."""
    rows = _summed(LedgerMonth.objects.filter(rater_version__in=versions), "rater_version")
    return {row["rater_version"]: _sums(row) for row in rows}


def rater_sums(raters: Collection[int]) -> dict[int, Sums]:
    """What the versions of each rater did together, by the rater's key."""
    lines = LedgerMonth.objects.filter(rater_version__rater__in=raters)
    return {
        row["rater_version__rater"]: _sums(row) for row in _summed(lines, "rater_version__rater").order_by()
    }


def campaigns_spend(campaigns: Sequence[Campaign]) -> list[CampaignSpend]:
    """What each of these campaigns spent and saved: of a done one what its result says."""
    ratings = CampaignRating.objects.filter(campaign__in=campaigns)
    totals = ratings.values("campaign").annotate(
        n_pairs=Sum("pairs"), n_reused=Sum("reused"), usd=Sum("cost_usd"), saved=Sum("saved_usd")
    )
    stored = {row["campaign"]: row for row in totals.order_by()}
    links = CampaignJob.objects.filter(campaign__in=campaigns, job__kind=Job.Kind.RATE)
    sums = links.values("campaign").annotate(usd=Sum(F("job__spent_usd") - F("spent_before_usd")))
    so_far = dict(sums.order_by().values_list("campaign", "usd"))
    return [
        CampaignSpend(one, row["usd"], row["n_pairs"], row["n_reused"], row["saved"])
        if (row := stored.get(one.pk))
        else CampaignSpend(one, so_far.get(one.pk, Decimal(0)), None, None, None)
        for one in campaigns
    ]


def _saved(workspace: Workspace) -> tuple[int, Decimal]:
    """Pairs reused and money saved by all done campaigns."""
    lines = CampaignRating.objects.filter(campaign__workspace=workspace)
    total = lines.aggregate(n_reused=Sum("reused"), usd=Sum("saved_usd"))
    return total["n_reused"] or 0, total["usd"] or Decimal(0)


def _summed(lines: QuerySet[LedgerMonth], field: str) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = (
        lines.values(field)
        .annotate(
            graded=Sum("n_graded"),
            unrated=Sum("n_unrated"),
            read=Sum("input_tokens"),
            written=Sum("output_tokens"),
            usd=Sum("cost_usd"),
        )
        .order_by(field)
    )
    return rows


def _sums(row: dict[str, Any]) -> Sums:
    return Sums(row["graded"], row["unrated"], row["read"], row["written"], row["usd"])


def _added(all_sums: Sequence[Sums]) -> Sums:
    return Sums(
        sum(one.n_graded for one in all_sums),
        sum(one.n_unrated for one in all_sums),
        sum(one.input_tokens for one in all_sums),
        sum(one.output_tokens for one in all_sums),
        sum((one.cost_usd for one in all_sums), Decimal(0)),
    )

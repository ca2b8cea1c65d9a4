"""Each table of a campaign's page as CSV: the numbers of the result JSON, unrounded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from evalhub.core.concordance import GOLD_LABELS
from evalhub.dashboard.access import workspace_of
from evalhub.dashboard.csv_file import csv_answer
from evalhub.models import Campaign
from evalhub.selectors.dashboard_campaigns import CampaignDetail, campaign_detail

Json = dict[str, Any]

MEASURE = ("system", "rater", "measure", "value", "low", "high", "n_queries")


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table: its columns, and its rows from a campaign."""

    columns: Sequence[str]
    rows: Callable[[CampaignDetail], Iterator[Json]]


def _scores(detail: CampaignDetail) -> Iterator[Json]:
    for row in detail.results["systems"]:
        for measure, values in row["measures"].items():
            yield {"system": row["name"], "rater": row["rater"], "measure": measure, **values}


def _gold_scores(detail: CampaignDetail) -> Iterator[Json]:
    # A system has the same gold measures beside every rater.
    once = {row["name"]: row["gold_measures"] for row in detail.results["systems"]}
    for name, measures in once.items():
        for measure, values in measures.items():
            yield {"system": name, "rater": GOLD_LABELS, "measure": measure, **values}


def _differences(detail: CampaignDetail) -> Iterator[Json]:
    yield from detail.results["comparisons"]


def _ratings(detail: CampaignDetail) -> Iterator[Json]:
    for row in detail.results["ratings"]:
        reasons = "; ".join(f"{reason}: {pairs}" for reason, pairs in row["unrated_reasons"].items())
        yield {**row, "member_of": "; ".join(row["member_of"]), "unrated_reasons": reasons}


def _systems(detail: CampaignDetail) -> Iterator[Json]:
    once = {row["name"]: row["profile"] for row in detail.results["systems"]}
    for name, profile in once.items():
        yield {"system": name, **profile}


def _jobs(detail: CampaignDetail) -> Iterator[Json]:
    for job in detail.jobs:
        yield asdict(job)


def _timings(detail: CampaignDetail) -> Iterator[Json]:
    for stage, seconds in detail.results["timings_s"].items():
        yield {"stage": stage, "seconds": seconds}


def _gate(detail: CampaignDetail) -> Iterator[Json]:
    yield from detail.results["gate"]["rules"]


TABLES = {
    "scores": TableFile((*MEASURE, "lower_bound", "upper_bound", "coverage"), _scores),
    "gold-scores": TableFile(MEASURE, _gold_scores),
    "differences": TableFile(
        (
            *("rater", "measure", "system", "baseline", "difference", "low", "high"),
            *("p_value", "p_holm", "n_queries", "verdict"),
        ),
        _differences,
    ),
    "ratings": TableFile(
        (
            *("rater", "member_of", "pairs", "reused", "rated", "unrated", "unrated_reasons", "pending"),
            *("input_tokens", "output_tokens", "truncated", "cost_usd", "saved_usd"),
        ),
        _ratings,
    ),
    "systems": TableFile(
        (
            *("system", "kind", "dimension", "dtype", "vectors", "index_bytes", "query_ms_p50"),
            *("query_ms_p95", "embed_s_per_1k", "tokens", "documents_truncated", "ann_recall@10"),
        ),
        _systems,
    ),
    "jobs": TableFile(
        (
            *("job_id", "kind", "label", "state", "is_reused", "n_done", "n_items", "item_word"),
            *("n_units_failed", "rate_per_s", "eta_s", "waiting_for", "error"),
        ),
        _jobs,
    ),
    "timings": TableFile(("stage", "seconds"), _timings),
    "gate": TableFile(
        (
            *("system", "measure", "minimum", "baseline", "margin", "max_cost_usd", "segment", "coverage"),
            *("baseline_asked", "baseline_campaign", "value", "low", "high", "n_queries"),
            *("outcome", "reason"),
        ),
        _gate,
    ),
}


def table_file(request: HttpRequest, campaign_id: int, table: str) -> HttpResponse:
    """One table of a campaign."""
    found = TABLES.get(table)
    if found is None:
        raise Http404(f"tables are {', '.join(TABLES)}")
    try:
        detail = campaign_detail(workspace_of(request).slug, campaign_id, now=timezone.now())
    except Campaign.DoesNotExist as error:
        raise Http404(f"there is no campaign {campaign_id}") from error
    return csv_answer(f"campaign-{campaign_id}-{table}", found.columns, found.rows(detail))

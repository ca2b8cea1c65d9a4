"""What changed since last time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evalhub.dashboard.access import HtmxRequest, template_for
from evalhub.dashboard.csv_file import csv_answer
from evalhub.dashboard.result.words import changes_sentence
from evalhub.dashboard.views import campaign_or_404
from evalhub.models import Campaign
from evalhub.selectors.result.changes import Changes, campaign_changes, earlier_campaigns


def changes(request: HtmxRequest, campaign_id: int) -> HttpResponse:
    """A campaign against an earlier one of its name; the one before it unless another is named."""
    found = campaign_or_404(request, campaign_id)
    earlier, shown = _changes(request, found)
    context = {"campaign": found, "earlier": earlier, "now": timezone.now(), "changes": shown}
    if shown:
        context["says"] = changes_sentence(shown)
    template = template_for(request, "result/changes", "result/_changes")
    return render(request, template, context)


def changes_file(request: HttpRequest, campaign_id: int, table: str) -> HttpResponse:
    """The change of each system, or the queries that moved most, as CSV; empty where nothing came before."""
    if table not in FILES:
        raise Http404(f"tables are {', '.join(FILES)}")
    _, shown = _changes(request, campaign_or_404(request, campaign_id))
    columns, rows = FILES[table]
    since = f"since-{shown.before.pk}-" if shown else ""
    return csv_answer(f"campaign-{campaign_id}-{since}{table}", columns, rows(shown) if shown else ())


def _changes(request: HttpRequest, campaign: Campaign) -> tuple[list[Campaign], Changes | None]:
    earlier = earlier_campaigns(campaign) if campaign.state == Campaign.State.DONE else []
    asked = request.GET.get("against", "")
    before = next((one for one in earlier if str(one.pk) == asked), next(iter(earlier), None))
    rater = request.GET.get("rater", "")
    return earlier, campaign_changes(campaign, before, rater) if before else None


def _system_rows(shown: Changes) -> Iterator[dict[str, Any]]:
    for row in shown.systems:
        yield {
            "system": row.name,
            "rater": shown.rater,
            "measure": shown.measure,
            "before": row.before.value if row.before else None,
            "now": row.now.value if row.now else None,
            **asdict(row.result),
            "p_holm": row.p_holm,
            "verdict": row.verdict,
        }


def _query_rows(shown: Changes) -> Iterator[dict[str, Any]]:
    for row in shown.moved:
        said = {"query_id": row.query.query_id, "text": row.query.text, "system": row.system}
        yield {**said, "before": row.before, "now": row.now, "difference": row.difference}


FILES: dict[str, tuple[Sequence[str], Callable[[Changes], Iterator[dict[str, Any]]]]] = {
    "systems": (
        (
            *("system", "rater", "measure", "before", "now", "difference", "low", "high"),
            *("p_value", "p_holm", "n_queries", "verdict"),
        ),
        _system_rows,
    ),
    "queries": (("query_id", "text", "system", "before", "now", "difference"), _query_rows),
}

"""A report for people without an account: a page to print, and the same as one file."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from evalhub.core.compare import TEST_METHOD
from evalhub.core.intervals import INTERVAL_METHOD
from evalhub.dashboard.access import workspace_of
from evalhub.dashboard.charts import KINDS, Kind
from evalhub.dashboard.tables import gold_comparisons, rater_tables, system_profiles
from evalhub.models import Campaign
from evalhub.selectors.charts.values import ChartData
from evalhub.selectors.dashboard_campaigns import CampaignDetail, campaign_detail

STYLES = ("evalhub.css", "result.css")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart in a report; `source` is its address, or the picture itself."""

    name: str
    kind: Kind
    source: str


def report(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The report as a page; its charts come by requests of their own, since each takes a moment to draw."""
    detail = _detail(request, campaign_id)
    context = _context(detail) | {"pictures": _linked(detail)}
    return render(request, "dashboard/result/report.html", context)


def report_file(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The report as one file that refers to nothing outside itself."""
    detail = _detail(request, campaign_id)
    context = _context(detail) | {"pictures": _drawn(detail), "style": _style()}
    answer = render(request, "dashboard/result/report_file.html", context)
    answer["Content-Disposition"] = f'attachment; filename="campaign-{campaign_id}-report.html"'
    return answer


def _detail(request: HttpRequest, campaign_id: int) -> CampaignDetail:
    try:
        return campaign_detail(workspace_of(request).slug, campaign_id, now=timezone.now())
    except Campaign.DoesNotExist as error:
        raise Http404(f"there is no campaign {campaign_id}") from error


def _context(detail: CampaignDetail) -> dict[str, Any]:
    results = detail.results
    return {
        "detail": detail,
        "campaign": detail.campaign,
        "results": results,
        "tables": rater_tables(results, detail.campaign.coverage_floor),
        "gold_comparisons": gold_comparisons(results),
        "profiles": system_profiles(results),
        "rater": _first_rater(detail),
        "methods": {"interval": INTERVAL_METHOD, "test": TEST_METHOD},
        "now": timezone.now(),
        "is_report": True,
    }


def _first_rater(detail: CampaignDetail) -> str:
    return next((row.name for row in detail.raters), "")


def _linked(detail: CampaignDetail) -> list[Picture]:
    """The charts there is something to draw for, by their addresses."""
    rater, results = _first_rater(detail), detail.results
    pairs = any(row["rater"] == rater and row["difference"] is not None for row in results["comparisons"])
    profiled = any(row["profile"] for row in results["systems"])
    scored = any(row["measures"] for row in results["systems"])
    there: Mapping[str, bool] = {
        "differences": pairs,
        "outcomes": pairs,
        "spread": pairs,
        "by-rank": scored and any(row["rated"] for row in results["ratings"]),
        "segments": scored and detail.has_query_tags,
        "frontier": scored and profiled,
    }
    return [
        Picture(name, kind, f"{_chart_address(detail, name)}?{urlencode({'rater': rater})}")
        for name, kind in KINDS.items()
        if there[name]
    ]


def _chart_address(detail: CampaignDetail, name: str) -> str:
    return reverse("chart", args=[detail.campaign.pk, name, "svg"])


def _drawn(detail: CampaignDetail) -> list[Picture]:
    """The charts themselves. As images, so that nothing in them can act as part of the page."""
    from evalhub.charts.drawings import DRAWINGS  # half a second that other pages need not wait for
    from evalhub.charts.render import to_svg

    data, rater = ChartData(detail.rows), _first_rater(detail)
    pictures = []
    for name, kind in KINDS.items():
        if rows := [row for row in kind.rows(data) if row["rater"] == rater]:
            encoded = base64.b64encode(to_svg(DRAWINGS[name](rows))).decode()
            pictures.append(Picture(name, kind, f"data:image/svg+xml;base64,{encoded}"))
    return pictures


def _style() -> SafeString:
    """The style sheets of the page, which are ours alone."""
    paths = [finders.find(name) for name in STYLES]
    return mark_safe("\n".join(Path(str(path)).read_text("utf-8") for path in paths))  # noqa: S308

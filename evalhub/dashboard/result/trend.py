"""The trend of a campaign that is repeated under its name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evalhub.dashboard.chart_files import OFFERED, campaign_drawing, chart_response
from evalhub.dashboard.views import campaign_or_404
from evalhub.selectors.result.trend import campaign_trend, trend_rows


def trend(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Scores from one campaign of the name to the next, with what changed between them."""
    found = campaign_or_404(request, campaign_id)
    shown = campaign_trend(found, request.GET.get("rater", ""))
    context = {
        "campaign": found,
        "trend": shown,
        "newest_first": list(reversed(shown.points)),
        "has_chart": any(score.value is not None for p in shown.points for score in p.scores.values()),
        "forms": OFFERED,
        "now": timezone.now(),
    }
    return render(request, "dashboard/result/trend.html", context)


def trend_file(request: HttpRequest, campaign_id: int, form: str) -> HttpResponse:
    """The trend as a file, or as the specification that the browser draws."""
    rows = trend_rows(campaign_trend(campaign_or_404(request, campaign_id), request.GET.get("rater", "")))
    return chart_response(f"campaign-{campaign_id}-trend", form, rows, campaign_drawing("trend"))

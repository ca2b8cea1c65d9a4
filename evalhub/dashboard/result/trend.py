"""The trend of a campaign that is repeated under its name."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evalhub.dashboard.charts import FORMS, chart_file
from evalhub.dashboard.views import campaign_or_404
from evalhub.selectors.result.trend import campaign_trend, trend_rows


def trend(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Scores from one campaign of the name to the next, with what changed between them."""
    found = campaign_or_404(campaign_id)
    shown = campaign_trend(found, request.GET.get("rater", ""))
    context = {
        "campaign": found,
        "trend": shown,
        "newest_first": list(reversed(shown.points)),
        "has_chart": any(score.value is not None for p in shown.points for score in p.scores.values()),
        "forms": ("svg", "png", "csv"),
        "now": timezone.now(),
    }
    return render(request, "dashboard/result/trend.html", context)


def trend_file(request: HttpRequest, campaign_id: int, form: str) -> HttpResponse:
    """The trend as a file, or as the specification that the browser draws."""
    if form not in FORMS:
        raise Http404(f"the trend comes as {', '.join(FORMS)}")
    rows = trend_rows(campaign_trend(campaign_or_404(campaign_id), request.GET.get("rater", "")))
    return chart_file(campaign_id, "trend", form, rows)

"""Charts of a campaign: a page with all of them, and each as SVG, PNG, CSV or JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from evalhub.dashboard.chart_files import FORMS, OFFERED, campaign_drawing, chart_response
from evalhub.dashboard.views import campaign_or_404
from evalhub.selectors.campaign_rows import CHARTED, campaigns_rows
from evalhub.selectors.charts.by_rank import by_rank_rows
from evalhub.selectors.charts.differences import difference_rows
from evalhub.selectors.charts.frontier import frontier_rows
from evalhub.selectors.charts.outcomes import outcome_rows, spread_rows
from evalhub.selectors.charts.segments import segment_rows
from evalhub.selectors.charts.values import ChartData

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A chart: what it is called, how to read it, and where its rows come from."""

    title: str
    help: str
    rows: Callable[[ChartData], Rows]


KINDS = {
    "differences": Kind(
        "Differences",
        "Each pair of systems: how much the first scores above the second, with its 95% interval. An "
        "interval that holds 0 leaves it open which is better.",
        difference_rows,
    ),
    "outcomes": Kind(
        "Queries won, tied, lost",
        "On how many queries the first system of a pair scores above, the same as, or below the second.",
        outcome_rows,
    ),
    "spread": Kind(
        "How much queries differ",
        "Right of 0 the first system of the pair is better. A few queries far out can carry a mean.",
        spread_rows,
    ),
    "by-rank": Kind(
        "Grade by rank",
        "The mean grade of what a system puts at each rank, as a share of the best grade. A good ranking "
        "falls.",
        by_rank_rows,
    ),
    "segments": Kind(
        "Kinds of queries",
        "The score within each query tag, with 95% intervals where a tag has two queries or more.",
        segment_rows,
    ),
    "frontier": Kind(
        "What quality costs",
        "Score against size and speed. Pale: another system scores as much or more at no more cost.",
        frontier_rows,
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart on the page, with the same numbers as a table."""

    name: str
    kind: Kind
    columns: Sequence[str]
    lines: Sequence[Sequence[Any]]


def charts(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """All charts of one rater."""
    found = campaign_or_404(request, campaign_id)
    data = ChartData(campaigns_rows([found], leave_out=CHARTED)[0])
    all_rows = {name: kind.rows(data) for name, kind in KINDS.items()}
    raters = list(dict.fromkeys(row["rater"] for lines in all_rows.values() for row in lines))
    asked = request.GET.get("rater", "")
    rater = asked if asked in raters else next(iter(raters), "")
    shown = [
        _shown(name, [row for row in lines if row["rater"] == rater]) for name, lines in all_rows.items()
    ]
    context = {
        "campaign": found,
        "raters": raters,
        "rater": rater,
        "charts": [one for one in shown if one.lines],
        "forms": OFFERED,
    }
    return render(request, "dashboard/charts.html", context)


def chart(request: HttpRequest, campaign_id: int, name: str, form: str) -> HttpResponse:
    """One chart of one rater, or as CSV of all raters, to take along."""
    if name not in KINDS or form not in FORMS:
        raise Http404(f"charts are {', '.join(KINDS)}; each as {', '.join(FORMS)}")
    rows = KINDS[name].rows(
        ChartData(campaigns_rows([campaign_or_404(request, campaign_id)], leave_out=CHARTED)[0])
    )
    rater = request.GET.get("rater")
    mine = [row for row in rows if rater is None or row["rater"] == rater]
    return chart_response(f"campaign-{campaign_id}-{name}", form, mine, campaign_drawing(name))


def _shown(name: str, rows: Rows) -> Shown:
    columns = [column for column in rows[0] if column != "rater"] if rows else []
    return Shown(name, KINDS[name], columns, [[row[column] for column in columns] for row in rows])

"""A drawing per chart: rows of one rater in, a Vega-Lite specification out."""

from collections.abc import Callable
from typing import Any

import altair as alt

from evalhub.charts.theme import ROW_HEIGHT, VERDICT_COLOURS, WIDTH, Rows, by_system, data, finished
from evalhub.charts.trend import draw_trend

_SIGNED = "+.3f"


def draw_differences(rows: Rows) -> dict[str, Any]:
    """Intervals of differences about a line at 0."""
    labelled = [{**row, "pair": f"{row['system']} - {row['baseline']}"} for row in rows]
    verdicts = list(VERDICT_COLOURS)
    base = alt.Chart(data(labelled)).encode(
        y=alt.Y("pair:N", title=None, sort=None),
        color=alt.Color(
            "verdict:N",
            title=None,
            scale=alt.Scale(domain=verdicts, range=[VERDICT_COLOURS[one] for one in verdicts]),
            legend=None,
        ),
        tooltip=["pair:N", "verdict:N", *_numbers("difference", "low", "high"), alt.Tooltip("p_holm:Q")],
    )
    zero = alt.Chart().mark_rule(color="#808080", strokeDash=[4, 3]).encode(x=alt.datum(0))
    bars = base.mark_rule(strokeWidth=4).encode(
        x=alt.X("low:Q", title=f"difference in {_measure(rows)}"), x2="high:Q"
    )
    dots = base.mark_circle(size=90, opacity=1).encode(x="difference:Q")
    return finished(
        alt.layer(bars, dots, zero).properties(width=WIDTH, height=ROW_HEIGHT * len(labelled) + 10)
    )


def draw_by_rank(rows: Rows) -> dict[str, Any]:
    """A line per system over ranks."""
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "rank:Q", title="rank", axis=alt.Axis(tickMinStep=1, format="d"), scale=alt.Scale(nice=False)
        ),
        y=alt.Y("mean_gain:Q", title="mean grade, 0 to 1", scale=alt.Scale(domainMin=0)),
        color=by_system(rows),
        tooltip=["system:N", "rank:Q", alt.Tooltip("mean_gain:Q", format=".3f"), "n_rated:Q"],
    )
    return finished(
        alt.layer(base.mark_line(), base.mark_circle(size=50, opacity=1)).properties(width=WIDTH, height=260)
    )


def draw_outcomes(rows: Rows) -> dict[str, Any]:
    """A bar per pair, divided into queries won, tied and lost."""
    words = {"wins": "better", "ties": "tie", "losses": "worse"}
    long = [
        {
            "pair": f"{row['system']} against {row['baseline']}",
            "outcome": word,
            "place": place,
            "queries": row[word],
        }
        for row in rows
        for place, word in enumerate(words)
    ]
    chart = (
        alt.Chart(data(long))
        .mark_bar()
        .encode(
            y=alt.Y("pair:N", title=None, sort=None),
            x=alt.X("queries:Q", title="queries", stack="zero"),
            color=alt.Color(
                "outcome:N",
                title=None,
                scale=alt.Scale(domain=list(words), range=[VERDICT_COLOURS[one] for one in words.values()]),
            ),
            order="place:Q",
            tooltip=["pair:N", "outcome:N", "queries:Q"],
        )
    )
    return finished(chart.properties(width=WIDTH, height=ROW_HEIGHT * len(rows) + 10))


def draw_spread(rows: Rows) -> dict[str, Any]:
    """A histogram of differences per pair, one under the other."""
    labelled = [{**row, "pair": f"{row['system']} - {row['baseline']}"} for row in rows]
    bars = (
        alt.Chart()
        .mark_bar()
        .encode(
            x=alt.X("from:Q", title="difference of a query", bin="binned"),
            x2="to:Q",
            y=alt.Y("n_queries:Q", title="queries"),
            tooltip=["pair:N", *_numbers("from", "to"), "n_queries:Q"],
        )
    )
    zero = alt.Chart().mark_rule(color="#808080", strokeDash=[4, 3]).encode(x=alt.datum(0))
    layered = alt.layer(bars, zero, data=data(labelled)).properties(width=WIDTH, height=90)
    return finished(
        layered.facet(
            row=alt.Row(
                "pair:N",
                title=None,
                sort=None,
                header=alt.Header(labelOrient="top", labelAnchor="start", labelAngle=0),
            )
        )
    )


def draw_segments(rows: Rows) -> dict[str, Any]:
    """Systems within each query tag, with intervals."""
    labelled = [{**row, "label": f"{row['tag']} ({row['n_queries']})"} for row in rows]
    base = alt.Chart(data(labelled)).encode(
        y=alt.Y("label:N", title="tag (queries)", sort=None),
        yOffset=alt.YOffset("system:N", sort=None),
        color=by_system(rows),
        tooltip=["tag:N", "system:N", *_numbers("value", "low", "high", form=".3f"), "n_queries:Q"],
    )
    bars = base.mark_rule(strokeWidth=3, opacity=0.6).encode(x=alt.X("low:Q", title="score"), x2="high:Q")
    dots = base.mark_circle(size=60, opacity=1).encode(x="value:Q")
    n_rows = len({(row["tag"], row["system"]) for row in rows})
    return finished(alt.layer(bars, dots).properties(width=WIDTH, height=14 * n_rows + 20))


def draw_frontier(rows: Rows) -> dict[str, Any]:
    """Score over each kind of cost; dominated systems are pale."""
    pale = alt.condition("datum.is_dominated", alt.value(0.35), alt.value(1.0))
    base = alt.Chart().encode(
        x=alt.X("cost:Q", title=None, scale=alt.Scale(zero=True)),
        color=by_system(rows),
        opacity=pale,
        tooltip=[
            "system:N",
            "cost_of:N",
            *_numbers("cost", "value", "low", "high", form=".3~f"),
            "is_dominated:N",
        ],
    )
    bars = base.mark_rule(strokeWidth=2).encode(
        y=alt.Y("low:Q", title="score", scale=alt.Scale(zero=False)), y2="high:Q"
    )
    dots = base.mark_circle(size=110).encode(y=alt.Y("value:Q", scale=alt.Scale(zero=False)))
    layered = alt.layer(bars, dots, data=data(rows)).properties(width=WIDTH // 3 - 20, height=200)
    chart = layered.facet(
        column=alt.Column("cost_of:N", title=None, sort=None, header=alt.Header(labelOrient="bottom"))
    )
    return finished(chart.resolve_scale(x="independent"))


def _measure(rows: Rows) -> str:
    return " and ".join(dict.fromkeys(row["measure"] for row in rows))


def _numbers(*names: str, form: str = _SIGNED) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:Q", format=form) for name in names]


DRAWINGS: dict[str, Callable[[Rows], dict[str, Any]]] = {
    "differences": draw_differences,
    "outcomes": draw_outcomes,
    "spread": draw_spread,
    "by-rank": draw_by_rank,
    "segments": draw_segments,
    "frontier": draw_frontier,
    "trend": draw_trend,
}

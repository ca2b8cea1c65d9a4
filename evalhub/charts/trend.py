"""Scores from campaign to campaign."""

from typing import Any

import altair as alt

from evalhub.charts.theme import WIDTH, Rows, by_system, data, finished

LONGEST_TOOLTIP = 300


def draw_trend(rows: Rows) -> dict[str, Any]:
    """A line per system, broken where scores stop comparing."""
    shown = [{**row, "changed": row["changed"][:LONGEST_TOOLTIP]} for row in rows]
    # The default names seconds alone where campaigns follow closely.
    when = alt.X(
        "started:T",
        title=None,
        axis=alt.Axis(format="%Y-%m-%d %H:%M", tickCount=3, labelOverlap="greedy", labelSeparation=60),
        scale=alt.Scale(padding=12),
    )
    axis = alt.Scale(zero=False)
    base = alt.Chart(data(shown)).encode(
        x=when,
        color=by_system(rows),
        tooltip=[
            "system:N",
            "campaign:N",
            alt.Tooltip("started:T", format="%Y-%m-%d %H:%M"),
            *(alt.Tooltip(f"{name}:Q", format=".3f") for name in ("value", "low", "high")),
            "changed:N",
        ],
    )
    lines = base.mark_line().encode(y=alt.Y("value:Q", title=_measures(rows), scale=axis), detail="scale:N")
    bars = base.mark_rule(strokeWidth=2, opacity=0.5).encode(y=alt.Y("low:Q", scale=axis), y2="high:Q")
    dots = base.mark_circle(size=60, opacity=1).encode(y=alt.Y("value:Q", scale=axis))
    marks = (
        alt.Chart(data(_rows_with(shown, "changed")))
        .mark_rule(color="#808080", strokeDash=[4, 3], strokeWidth=2)
        .encode(x=when, tooltip=["changed:N", "campaign:N"])
    )
    alerted = (
        alt.Chart(data(_rows_with(shown, "alerts")))
        .mark_rule(color="#c0392b", strokeWidth=2)
        .encode(x=when, tooltip=["alerts:N", "campaign:N"])
    )
    layers = (
        [marks, alerted, lines, bars, dots] if _rows_with(shown, "alerts") else [marks, lines, bars, dots]
    )
    return finished(alt.layer(*layers).properties(width=WIDTH, height=260))


def _rows_with(rows: Rows, what: str) -> Rows:
    """One row per campaign that an upright line is drawn at."""
    found = {row["campaign"]: row for row in rows if row.get(what)}
    return [{name: row[name] for name in ("campaign", "started", what)} for row in found.values()]


def _measures(rows: Rows) -> str:
    return " and ".join(dict.fromkeys(row["measure"] for row in rows))

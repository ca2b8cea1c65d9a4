"""Drawings of agreement: rows in, a Vega-Lite specification out."""

from collections.abc import Callable
from typing import Any

import altair as alt

from evalhub.charts.theme import PALETTE, ROW_HEIGHT, WIDTH, Rows, data, finished

BASELINE, CEILING = "#7f7f7f", "#009e73"
SIDE = 320
FORM = ".4f"


def draw_figures(rows: Rows) -> dict[str, Any]:
    """Intervals of all figures on one axis; a grey tick is the majority baseline, a diamond the ceiling."""
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("figure:N", title=None, sort=None),
        tooltip=["figure:N", *_numbers("value", "low", "high", "baseline", "ceiling"), "n_pairs:Q"],
    )
    return finished(
        alt.layer(_bars(base, "value"), _dots(base), _baseline(base), _ceiling(base), _zero()).properties(
            width=WIDTH, height=ROW_HEIGHT * len(rows) + 10
        )
    )


def draw_calibration(rows: Rows) -> dict[str, Any]:
    """What was said beside what was found; on the line they are the same."""
    axis = alt.Scale(domain=[0, 1])
    base = alt.Chart(data(rows)).encode(
        x=alt.X("said:Q", title="what the first says", scale=axis),
        y=alt.Y("found:Q", title="what the second says", scale=axis),
        color=alt.Color("of:N", title=None, scale=alt.Scale(range=list(PALETTE[:2]))),
        tooltip=["of:N", *_numbers("said", "found"), "n_pairs:Q"],
    )
    ends = [{"said": 0.0, "found": 0.0}, {"said": 1.0, "found": 1.0}]
    line = (
        alt.Chart(data(ends))
        .mark_line(color=BASELINE, strokeDash=[4, 3])
        .encode(x=alt.X("said:Q", scale=axis), y=alt.Y("found:Q", scale=axis))
    )
    dots = base.mark_circle(opacity=1).encode(
        size=alt.Size("n_pairs:Q", title="pairs", scale=alt.Scale(range=[30, 400]), legend=None)
    )
    return finished(alt.layer(line, base.mark_line(opacity=0.4), dots).properties(width=SIDE, height=SIDE))


def draw_tags(rows: Rows) -> dict[str, Any]:
    """Intervals within each query tag."""
    labelled = [{**row, "label": f"{row['tag']} ({row['n_queries']})"} for row in rows]
    base = alt.Chart(data(labelled)).encode(
        y=alt.Y("label:N", title="tag (queries)", sort=None),
        tooltip=["tag:N", "figure:N", *_numbers("value", "low", "high"), "n_pairs:Q"],
    )
    title = " and ".join(dict.fromkeys(str(row["figure"]) for row in rows))
    return finished(
        alt.layer(_bars(base, title), _dots(base), _zero()).properties(
            width=WIDTH, height=ROW_HEIGHT * len(labelled) + 10
        )
    )


def draw_graders(rows: Rows) -> dict[str, Any]:
    """Quadratic kappa of each grader; an upright green line is what people reach among themselves."""
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("grader:N", title=None, sort=None, axis=alt.Axis(labelOverlap=False)),
        tooltip=["grader:N", *_numbers("value", "low", "high"), "n_pairs:Q", "n_queries:Q"],
    )
    ceilings = [{"ceiling": row["ceiling"]} for row in rows[:1] if row["ceiling"] is not None]
    line = alt.Chart(data(ceilings)).mark_rule(color=CEILING, strokeWidth=2).encode(x="ceiling:Q")
    layers = [_bars(base, "quadratic kappa against gold labels"), _dots(base), *([line] if ceilings else [])]
    height = 20 * len(rows) + 10
    return finished(alt.layer(*layers, _zero()).properties(width=WIDTH, height=height))


def _bars(base: alt.Chart, title: str) -> alt.Chart:
    found: alt.Chart = base.mark_rule(strokeWidth=4, opacity=0.55, color=PALETTE[0]).encode(
        x=alt.X("low:Q", title=title), x2="high:Q"
    )
    return found


def _dots(base: alt.Chart) -> alt.Chart:
    found: alt.Chart = base.mark_circle(size=80, opacity=1, color=PALETTE[0]).encode(x="value:Q")
    return found


def _baseline(base: alt.Chart) -> alt.Chart:
    there = base.transform_filter("isValid(datum.baseline)")
    found: alt.Chart = there.mark_tick(color=BASELINE, thickness=3, size=18).encode(x="baseline:Q")
    return found


def _ceiling(base: alt.Chart) -> alt.Chart:
    there = base.transform_filter("isValid(datum.ceiling)")
    found: alt.Chart = there.mark_point(
        color=CEILING, shape="diamond", size=110, filled=True, opacity=1
    ).encode(x="ceiling:Q")
    return found


def _zero() -> alt.Chart:
    found: alt.Chart = alt.Chart().mark_rule(color="#808080", strokeDash=[4, 3]).encode(x=alt.datum(0))
    return found


def _numbers(*names: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:Q", format=FORM) for name in names]


DRAWINGS: dict[str, Callable[[Rows], dict[str, Any]]] = {
    "figures": draw_figures,
    "calibration": draw_calibration,
    "tags": draw_tags,
    "graders": draw_graders,
}

"""Drawings of a corpus profile: rows in, a Vega-Lite specification out."""

from collections.abc import Callable
from typing import Any

import altair as alt

from evalhub.charts.theme import PALETTE, ROW_HEIGHT, WIDTH, Rows, data, finished

HEIGHT = 120


def draw_lengths(rows: Rows) -> dict[str, Any]:
    """Histograms of lengths; the last bar of each holds all that is longer."""
    return _histograms(rows, "unit", "documents", "length", share=False)


def draw_tokens(rows: Rows) -> dict[str, Any]:
    """A histogram of token lengths per model, with a line where the model stops reading."""
    bars = _bars("documents", "tokens", share=False, more=["model:N"])
    limits = alt.Chart().transform_filter("isValid(datum.limit)").mark_rule(color=PALETTE[1], strokeWidth=2)
    layered = alt.layer(bars, limits.encode(x="limit:Q"), data=data(rows))
    return finished(_stacked(layered.properties(width=WIDTH, height=HEIGHT), "model"))


def draw_languages(rows: Rows) -> dict[str, Any]:
    """A bar per language."""
    chart = (
        alt.Chart(data(rows))
        .mark_bar()
        .encode(
            y=alt.Y("language:N", title=None, sort=None),
            x=alt.X("share:Q", title="share of documents", axis=alt.Axis(format="%")),
            tooltip=["language:N", "documents:Q", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    return finished(chart.properties(width=WIDTH, height=ROW_HEIGHT * len(rows) + 10))


def draw_nearest(rows: Rows) -> dict[str, Any]:
    """Histograms of the similarity of the nearest other document, per model."""
    return _histograms(
        rows, "model", "documents", "cosine similarity of the nearest other document", share=False
    )


def draw_overlap(rows: Rows) -> dict[str, Any]:
    """Histograms of shares of query words."""
    return _histograms(rows, "found in", "queries", "share of the query's words", share=True)


def _histograms(rows: Rows, by: str, counted: str, title: str, *, share: bool) -> dict[str, Any]:
    bars = _bars(counted, title, share=share, more=[f"{by}:N"])
    layered = alt.layer(bars, data=data(rows)).properties(width=WIDTH, height=HEIGHT)
    return finished(_stacked(layered, by))


def _bars(counted: str, title: str, *, share: bool, more: list[str]) -> alt.Chart:
    axis = alt.Axis(format="%") if share else alt.Axis()
    chart: alt.Chart = (
        alt.Chart()
        .mark_bar()
        .encode(
            x=alt.X("from:Q", title=title, bin="binned", axis=axis),
            x2="to:Q",
            y=alt.Y(f"{counted}:Q", title=counted),
            tooltip=[*more, "from:Q", "to:Q", f"{counted}:Q"],
        )
    )
    return chart


def _stacked(layered: Any, by: str) -> Any:
    header = alt.Header(labelOrient="top", labelAnchor="start", labelAngle=0)
    facet = layered.facet(row=alt.Row(f"{by}:N", title=None, sort=None, header=header))
    return facet.resolve_scale(x="independent", y="independent")


DRAWINGS: dict[str, Callable[[Rows], dict[str, Any]]] = {
    "lengths": draw_lengths,
    "tokens": draw_tokens,
    "languages": draw_languages,
    "nearest": draw_nearest,
    "overlap": draw_overlap,
}

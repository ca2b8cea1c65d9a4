"""How charts look. Colours are told apart by every kind of colour vision (Okabe and Ito 2008)."""

from collections.abc import Sequence
from typing import Any

import altair as alt

Rows = Sequence[dict[str, Any]]

WIDTH = 560
ROW_HEIGHT = 26
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#000000")
VERDICT_COLOURS = {"better": "#009e73", "worse": "#d55e00", "tie": "#7f7f7f", "undefined": "#bbbbbb"}
FONT = "system-ui, sans-serif"
# Grey that is read on white and on black: the page's colour scheme is the reader's.
INK = "#767676"
# Vega-Lite calls what it can not fit by hash otherwise, and a spec would differ from run to run.
_CONFIG = {
    "background": None,
    # Browsers set text a little wider than the drawing script reckons.
    "padding": {"left": 26, "top": 14, "right": 14, "bottom": 14},
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 260,
        "labelOverlap": "parity",
        "labelSeparation": 10,
    },
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 260, "orient": "bottom", "columns": 2},
    "header": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"},
    "range": {"category": list(PALETTE)},
}
_INKED = {
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#80808040",
        "domainColor": INK,
        "tickColor": INK,
    },
    "legend": {"labelColor": INK, "titleColor": INK},
    "header": {"labelColor": INK, "titleColor": INK},
}


def data(rows: Rows) -> alt.InlineData:
    """Rows inside the spec, so that it needs no other address."""
    return alt.InlineData(values=[dict(row) for row in rows])


def finished(chart: Any) -> dict[str, Any]:
    """The specification as JSON types."""
    spec: dict[str, Any] = chart.to_dict(validate=True)
    config = {
        key: {**value, **_INKED.get(key, {})} if isinstance(value, dict) else value
        for key, value in _CONFIG.items()
    }
    return {**spec, "config": config}


def by_system(rows: Rows, *, legend: bool = True) -> alt.Color:
    """One colour per system, in the order of the rows."""
    names = list(dict.fromkeys(row["system"] for row in rows))
    colours = [PALETTE[place % len(PALETTE)] for place in range(len(names))]
    return alt.Color(
        "system:N",
        title=None,
        scale=alt.Scale(domain=names, range=colours),
        legend=alt.Legend() if legend else None,
    )

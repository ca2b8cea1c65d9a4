"""The remaining error over labels, a line per order."""

from pathlib import Path

import altair as alt

from benchmarks.replay.curves import Replay
from evalhub.charts.render import to_png, to_svg
from evalhub.charts.theme import WIDTH, by_system, data, finished

EVERY = 5
SHOWN = {
    "random": "random",
    "gap": "gap",
    "swing x gap": "swing x gap",
    "influence": "influence: swing x (gap + one grade)",
}


def save_plot(found: Replay, n_labels: int, path: Path) -> None:
    """Write an SVG or PNG, by the name of the file."""
    curves = {label: found.errors[name].mean(axis=0) for name, label in SHOWN.items()}
    rows = [
        {"system": label, "labels": n, "error": round(float(curve[n] / curve[0]), 4)}
        for label, curve in curves.items()
        for n in range(0, n_labels + 1, EVERY)
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_line()
        .encode(
            x=alt.X("labels:Q", title="labels given"),
            y=alt.Y("error:Q", title="remaining error of the difference", axis=alt.Axis(format="%")),
            color=by_system(rows),
        )
    )
    spec = finished(chart.properties(width=WIDTH, height=300))
    path.write_bytes(to_png(spec) if path.suffix == ".png" else to_svg(spec))

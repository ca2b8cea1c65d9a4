"""Values with their intervals in plain characters, which every comment of every forge shows."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

WIDTH = 40
NAME_WIDTH = 24


class Bar(NamedTuple):
    """A value with its 95% interval; None for an end that is not defined."""

    name: str
    value: float
    low: float | None
    high: float | None


def interval_chart(bars: Sequence[Bar], width: int = WIDTH) -> list[str]:
    """One line for each bar on a common axis, and the axis; no lines without bars."""
    if not bars:
        return []
    start = min(bar.value if bar.low is None else bar.low for bar in bars)
    end = max(bar.value if bar.high is None else bar.high for bar in bars)
    span = (end - start) or 1.0
    name_width = min(NAME_WIDTH, max(len(bar.name) for bar in bars))

    def column(value: float) -> int:
        return round((value - start) / span * (width - 1))

    lines = [f"{_short(bar.name, name_width)} {_line(bar, column, width)} {bar.value:.3f}" for bar in bars]
    axis = f"{start:.3f}{f'{end:.3f}':>{width - 5}}"
    return [*lines, f"{' ' * name_width} {axis}"]


def _short(name: str, width: int) -> str:
    return f"{name if len(name) <= width else name[: width - 1] + '…':<{width}}"


def _line(bar: Bar, column: Callable[[float], int], width: int) -> str:
    cells = [" "] * width
    if bar.low is not None and bar.high is not None:
        first, last = column(bar.low), column(bar.high)
        cells[first : last + 1] = "─" * (last + 1 - first)
        cells[first], cells[last] = "├", "┤"
    cells[column(bar.value)] = "●"
    return "".join(cells)

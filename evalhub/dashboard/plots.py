"""Geometry of the small charts, drawn by templates as SVG with attributes: the CSP forbids inline styles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from evalhub.dashboard.pairs import Json, Pairs
from evalhub.selectors.dashboard_campaigns import CampaignList

LEFT, RIGHT, WIDTH = 175.0, 490.0, 550
TOP, ROW = 14, 30
LABEL_CHARACTERS = 24
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
MOST_TICKS = 7
TIE_GAP = 12


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A system's value, interval and bounds; x and y in the units of the view box."""

    name: str
    label: str
    y: int
    value: float
    low: float
    high: float
    lower_bound: float
    upper_bound: float


@dataclass(frozen=True, slots=True)
class TieBar:
    """A bar beside systems between which no difference was found."""

    x: float
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class IntervalPlot:
    """Systems from best to worst on one scale."""

    width: int
    height: int
    left: float
    right: float
    axis_y: int
    rows: Sequence[PlotRow]
    ticks: Sequence[tuple[float, str]]
    ties: Sequence[TieBar]


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale of values from `start` to `end`, both multiples of `step`."""

    start: float
    end: float
    step: float

    @classmethod
    def over(cls, values: Sequence[float]) -> "Axis":
        """The tightest axis around values in [0, 1] that needs few ticks."""
        for step in STEPS:
            first, last = floor(min(values) / step + 1e-9), ceil(max(values) / step - 1e-9)
            last = max(last, first + 1)
            if last - first < MOST_TICKS:
                return cls(first * step, last * step, step)
        return cls(0.0, 1.0, STEPS[-1])

    def share(self, value: float) -> float:
        """How far along the axis a value lies, in [0, 1]."""
        return (value - self.start) / (self.end - self.start)

    def x(self, value: float) -> float:
        """Where a value lies in the view box of a plot."""
        return round(LEFT + self.share(value) * (RIGHT - LEFT), 1)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Place and text of each tick."""
        count = round((self.end - self.start) / self.step)
        values = [self.start + index * self.step for index in range(count + 1)]
        return [(self.x(value), f"{value:.3f}".rstrip("0").rstrip(".") or "0") for value in values]


def interval_plot(scores: Sequence[tuple[str, Json]], pairs: Pairs) -> IntervalPlot | None:
    """A plot of (system, score) in the order given; None where no system has a value."""
    shown = [(name, _filled(score)) for name, score in scores if score["value"] is not None]
    if not shown:
        return None
    axis = Axis.over([number for _, score in shown for number in score.values()])
    rows = [
        PlotRow(name, _label(name), TOP + ROW * at, **{key: axis.x(number) for key, number in score.items()})
        for at, (name, score) in enumerate(shown)
    ]
    groups = pairs.tied_groups([name for name, _ in shown])
    ties = [
        TieBar(RIGHT + TIE_GAP * (1 + at % 4), rows[first].y - 8, rows[last].y + 8)
        for at, (first, last) in enumerate(groups)
    ]
    axis_y = TOP + ROW * len(rows) - 8
    return IntervalPlot(WIDTH, axis_y + 24, LEFT, RIGHT, axis_y, rows, axis.ticks, ties)


def list_axis(found: CampaignList) -> Axis | None:
    """One axis for all scores on a page of campaigns; None where there are none."""
    scores = [headline.score for line in found.lines for headline in line.headlines]
    ends = [end for score in scores if score for end in (score.low, score.value, score.high)]
    known = [end for end in ends if end is not None]
    return Axis.over(known) if known else None


def _filled(score: Json) -> dict[str, float]:
    """Ends that are undefined fall on the value itself."""
    names = ("value", "low", "high", "lower_bound", "upper_bound")
    return {name: score["value"] if score.get(name) is None else score[name] for name in names}


def _label(name: str) -> str:
    return name if len(name) <= LABEL_CHARACTERS else f"{name[: LABEL_CHARACTERS - 1]}…"

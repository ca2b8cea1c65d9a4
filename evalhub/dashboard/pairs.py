"""Pairwise comparisons of one measure by one rater, asked either way round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

FLIPPED = {"better": "worse", "worse": "better"}


@dataclass(frozen=True, slots=True)
class Difference:
    """system - baseline with its interval and verdict; all but the verdict may be undefined."""

    difference: float | None
    low: float | None
    high: float | None
    verdict: str


class Pairs:
    """Who is better than whom."""

    def __init__(self, comparisons: Iterable[Json]) -> None:
        self._found: dict[tuple[str, str], Difference] = {}
        for row in comparisons:
            found = Difference(row["difference"], row["low"], row["high"], row["verdict"])
            self._found[row["system"], row["baseline"]] = found
            self._found[row["baseline"], row["system"]] = _flip(found)

    def of(self, system: str, baseline: str) -> Difference | None:
        """The first minus the second, None where they were not compared."""
        return self._found.get((system, baseline))

    def verdict(self, system: str, baseline: str) -> str:
        """What is known of the first against the second: better, worse, tie or undefined."""
        found = self.of(system, baseline)
        return found.verdict if found else "undefined"

    def rank(self, system: str, systems: Sequence[str]) -> str:
        """The places a system may hold: one less for each that is better, one more for each that is worse."""
        verdicts = [self.verdict(system, other) for other in systems if other != system]
        best, last = 1 + verdicts.count("worse"), len(systems) - verdicts.count("better")
        return str(best) if best == last else f"{best}–{last}"

    def tied_groups(self, systems: Sequence[str]) -> list[tuple[int, int]]:
        """The longest stretches (first, last) of an order in which no system is told apart from another."""
        groups: list[tuple[int, int]] = []
        for first in range(len(systems)):
            last = first
            while last + 1 < len(systems) and self._all_tied(systems[first : last + 2]):
                last += 1
            if last > first and (not groups or last > groups[-1][1]):
                groups.append((first, last))
        return groups

    def _all_tied(self, systems: Sequence[str]) -> bool:
        return all(self.verdict(systems[-1], other) == "tie" for other in systems[:-1])


def _flip(found: Difference) -> Difference:
    difference, low, high = (
        None if number is None else -number for number in (found.difference, found.high, found.low)
    )
    return Difference(difference, low, high, FLIPPED.get(found.verdict, found.verdict))

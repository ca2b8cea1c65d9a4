"""Recompute the published agreement of the 33 LLMJudge raters: python -m benchmarks.reproduce_llmjudge.

Rahmani et al. 2025, "Judging the Judges", arXiv:2502.13908, Tables 3 and 4, from the labels in
$EVALHUB_DATA/multirater-llmjudge (its README says where they come from). Two raters left the scale 0..3
(two 5s, one 10). The paper clipped them, as two of its figures show; `--as-given` leaves them, and 163 of the
165 figures agree.
"""

import argparse
import csv
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evalhub.core.agreement.alpha import alpha_of_pairs
from evalhub.core.agreement.figure import Figure, estimate
from evalhub.core.agreement.kappa import binary_kappa, kappa
from evalhub.core.agreement.pairs import GradedPairs
from evalhub.core.types import IntArray

FIGURES = ("kappa_4pt", "alpha_ordinal", "kappa_0v123", "kappa_01v23", "kappa_012v3")
MAX_GRADE = 3
DECIMALS = 4
ROUNDING = 10**-DECIMALS / 2 + 1e-9  # the paper prints four decimals


@dataclass(frozen=True, slots=True)
class Reproduced:
    """A rater: its figures, ours and the paper's, by the names of FIGURES."""

    rater: str
    pairs: GradedPairs
    figures: dict[str, Figure]
    published: dict[str, float]

    @property
    def agreeing(self) -> list[str]:
        """The figures that are equal to four decimals."""
        return [name for name in FIGURES if abs(self.value(name) - self.published[name]) <= ROUNDING]

    def value(self, name: str) -> float:
        """One of our figures."""
        value = self.figures[name].value
        if value is None:
            raise ValueError(f"{name} of {self.rater} is undefined, and the paper prints a number")
        return value


def reproduced(folder: Path, *, is_clipped: bool) -> Iterator[Reproduced]:
    """Every rater of the collection in `folder`, with grades above 3 counted as 3 or left as they are."""
    labels = _rows(folder / "raters/labels.csv")
    published = {row["rater"]: row for row in _rows(folder / "raters/published_table3_4.csv")}
    query_ids = [row["query-id"] for row in labels]
    gold = _column(labels, "human")
    for rater in (name for name in labels[0] if name not in ("query-id", "corpus-id", "human")):
        grades = _column(labels, rater)
        grades = np.minimum(grades, MAX_GRADE) if is_clipped else grades
        longest = max(MAX_GRADE, int(grades.max()))
        pairs = GradedPairs(query_ids, grades, gold, longest, longest)
        figures = dict(zip(FIGURES, _figures(pairs), strict=True))
        yield Reproduced(rater, pairs, figures, {name: float(published[rater][name]) for name in FIGURES})


def _figures(pairs: GradedPairs) -> list[Figure]:
    thresholds = range(1, MAX_GRADE + 1)
    return [kappa(pairs), alpha_of_pairs(pairs), *(binary_kappa(pairs, at) for at in thresholds)]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _column(rows: list[dict[str, str]], name: str) -> IntArray:
    return np.array([int(row[name]) for row in rows], dtype=np.int64)


def main() -> int:
    """Print a line per rater, and how many figures agree; returns 1 where one does not."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--as-given", action="store_true", help="keep grades above 3 as they are")
    arguments.add_argument("--seed", type=int, default=1, help="of the interval of kappa")
    asked = arguments.parse_args()
    if not (data := os.environ.get("EVALHUB_DATA")):
        arguments.error("set EVALHUB_DATA to the folder that holds multirater-llmjudge")
    print(f"{'rater':26} {'kappa':>7} {'95% interval':>16}   {'alpha':>7} {'>=1':>7} {'>=2':>7} {'>=3':>7}")
    n_agreeing = n_figures = 0
    for row in reproduced(Path(data) / "multirater-llmjudge", is_clipped=not asked.as_given):
        print(_line(row, asked.seed))
        n_agreeing += len(row.agreeing)
        n_figures += len(FIGURES)
    print(f"{n_agreeing} of {n_figures} published figures agree to {DECIMALS} decimals")
    return int(n_agreeing < n_figures)


def _line(row: Reproduced, seed: int) -> str:
    first, *others = (f"{row.value(name):7.4f}" for name in FIGURES)
    found = estimate(row.figures[FIGURES[0]], seed=seed)
    interval = f"[{found.low:.4f}, {found.high:.4f}]"
    differs = [f"{name} {row.published[name]} in the paper" for name in FIGURES if name not in row.agreeing]
    return f"{row.rater:26} {first} {interval:>16} {' '.join(others)}  {'; '.join(differs)}".rstrip()


if __name__ == "__main__":
    sys.exit(main())

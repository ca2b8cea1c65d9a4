"""The table of raters and collections in docs/raters.md: held-out queries of collections never trained on.

    EVALHUB_DATA=... EVALHUB_TRAIN=... python -m benchmarks.rater_table --cache FOLDER [--demo FOLDER]

Evidence and the zero-shot rater's answers are computed once and kept in FOLDER: about 40 minutes on two cores
the first time, then a minute. Every trained rater is trained without the collection it is tested on.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.calibrated.collections import GOLD, SOURCES, TRAIN_SETS, load_demo
from benchmarks.calibrated.features import evidence_of, minilm, statistics_path
from benchmarks.calibrated.measures import MEASURES, Floats, Rating, interval, kappa_draws
from benchmarks.calibrated.protocol import left_out, rate, recalibrated, rows_of
from benchmarks.calibrated.speed import pairs_per_second
from benchmarks.calibrated.zero_shot import zero_shot
from benchmarks.train_default_rater import EVIDENCE
from raters.calibrated.statistics import CorpusStatistics

# Of two ways to bring each to one scale the better one, by validation queries.
BASELINES = {"BM25": ("bm25_share",), "cosine": ("similarity_z",)}
DEFAULT, LEXICAL, RECALIBRATED = "default", "default, lexical", "recalibrated (50)"
TARGETS = (*SOURCES, "liveqa-medquad/nih")
HEAD = f"  {'rater':20} {'kappa':>6} {'95% interval':>15} " + " ".join(
    f"{name:>9}" for name in [*list(MEASURES)[1:], "pairs/s"]
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--demo", type=Path, help="what demo/build_corpus.py wrote")
    arguments = parser.parse_args()
    bench = Bench(arguments.cache, arguments.demo)
    print(HEAD)
    kappas = {target: bench.show(target) for target in [*TARGETS, *(["demo"] if arguments.demo else [])]}
    compare({target: draws for target, draws in kappas.items() if target != "demo"})


class Bench:
    """All evidence, and the raters of each target."""

    def __init__(self, cache: Path, demo: Path | None) -> None:
        self._cache = cache
        self._encoder = minilm()
        names = dict.fromkeys((*SOURCES, *GOLD, *TRAIN_SETS))
        self._data = {name: evidence_of(name, cache, self._encoder) for name in names}
        if demo:
            self._data["demo"] = evidence_of("demo", cache, self._encoder, load_demo(demo))

    def show(self, target: str) -> dict[str, Floats]:
        """Print the rows of a target; return the bootstrap draws of kappa by rater."""
        name, _, subset = target.partition("/")
        evidence = self._data[name]
        tested = rows_of(evidence, "held-out", nih_only=bool(subset))
        if name == "demo":  # nothing was chosen on it, so all of its queries are held out
            tested = np.ones(len(evidence.grades), np.bool_)
        rated, speeds = self._rated(name, tested, nih_only=bool(subset))
        print(f"{target}: {tested.sum()} pairs, {len(set(evidence.query_ids[tested]))} queries")
        return {rater: show_row(rater, ratings, speeds.get(rater)) for rater, ratings in rated.items()}

    def _rated(
        self, name: str, tested: npt.NDArray[np.bool_], *, nih_only: bool
    ) -> tuple[dict[str, list[Rating]], dict[str, float]]:
        """What every rater says (several times where labels were drawn several times), and its speed."""
        evidence = self._data[name]
        models = {
            rater: left_out(self._data, features, name)
            for rater, features in {
                **BASELINES,
                LEXICAL: EVIDENCE["lexical"],
                DEFAULT: EVIDENCE["all"],
            }.items()
        }
        rated = {rater: [rate(model, evidence, tested)] for rater, model in models.items()}
        statistics = CorpusStatistics.load(statistics_path(name, self._cache))
        speeds = {
            rater: pairs_per_second(
                model, evidence, tested, statistics, None if rater in {"BM25", LEXICAL} else self._encoder
            )
            for rater, model in models.items()
        }
        if name != "demo":
            labelled = rows_of(evidence, "train", nih_only=nih_only)
            rated[RECALIBRATED] = recalibrated(models[DEFAULT], evidence, labelled, tested)
        zero, speeds["zero-shot"] = zero_shot(evidence, tested, self._cache)
        return {**rated, "zero-shot": [zero]}, speeds


def show_row(rater: str, ratings: Sequence[Rating], speed: float | None) -> Floats:
    """Print one rater: means over its draws."""
    draws = np.mean([kappa_draws(rating) for rating in ratings], axis=0)
    low, high = interval(draws)
    means = [float(np.mean([measure(rating) for rating in ratings])) for measure in MEASURES.values()]
    others = " ".join(f"{value:9.3f}" for value in means[1:])
    print(f"  {rater:20} {means[0]:6.3f} [{low:6.3f},{high:6.3f}] {others} {speed or float('nan'):9.0f}")
    return np.concatenate([[means[0]], draws])


def compare(kappas: Mapping[str, Mapping[str, Floats]]) -> None:
    """Print kappa of the default minus every other rater's: on each collection, and on the mean of all."""
    print("\nkappa of the default minus that of the other, paired bootstrap over queries, 95% intervals")
    for other in next(iter(kappas.values())):
        if other == DEFAULT:
            continue
        differences = {target: one[DEFAULT] - one[other] for target, one in kappas.items()}
        differences["mean"] = np.mean(list(differences.values()), axis=0)
        for target, difference in differences.items():
            low, high = interval(difference[1:])
            verdict = "better" if low > 0 else "WORSE" if high < 0 else "no difference shown"
            print(f"  {other:20} {target:26} {difference[0]:+.3f} [{low:+.3f},{high:+.3f}] {verdict}")


if __name__ == "__main__":
    main()

"""What labels are worth by the order people give them in: python -m benchmarks.review_replay.

On LLMJudge ($EVALHUB_DATA/multirater-llmjudge): pairs of simulated systems are compared by the PWAS of a
rater; a second rater disagrees with it here and there. People's grades replace the rater's one pair after the
other, in the order of a review queue, and the difference of the two systems moves towards what people would
say of every pair.

Error = |difference with the labels given so far - difference by people alone|, mean over pairs of systems and
raters, as a share of the error before the first label.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.replay.curves import Replay, needed_intervals, needed_of_random, replay
from benchmarks.replay.drawing import save_plot
from benchmarks.replay.labels import read_labels
from benchmarks.replay.orders import ORDERS

STEPS = (50, 100, 200, 400)
WIDTH = 24


def main() -> int:
    """Print the tables, and draw if asked."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--systems", type=int, default=200, help="pairs of simulated systems")
    arguments.add_argument("--raters", type=int, default=250, help="ordered rater pairs for each of them")
    arguments.add_argument("--cutoff", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--plot", type=Path, help="an .svg or .png to write")
    asked = arguments.parse_args()
    if not (folder := os.environ.get("EVALHUB_DATA")):
        arguments.error("set EVALHUB_DATA to the folder that holds multirater-llmjudge")
    labels = read_labels(Path(folder) / "multirater-llmjudge/raters/labels.csv")
    found = replay(
        labels, n_contests=asked.systems, n_raters=asked.raters, cutoff=asked.cutoff, seed=asked.seed
    )
    close = np.abs(found.differences) <= np.median(np.abs(found.differences))
    show(
        found,
        f"{asked.systems} pairs of systems, {asked.raters} rater pairs each, K={asked.cutoff}",
        asked.seed,
    )
    show(found.only(close), "The half of them that people put closest together", asked.seed)
    if asked.plot:
        save_plot(found, STEPS[-1], asked.plot)
    return 0


def show(found: Replay, title: str, seed: int) -> None:
    """Print what is compared, the remaining errors, and the labels each order needs."""
    sizes = found.sizes
    print(f"{title}: pools of {sizes.min()} to {sizes.max()} pairs, mean {sizes.mean():.0f};")
    print(
        f"top {100 * found.overlaps.mean():.0f}% shared; mean |difference| by people "
        f"{np.abs(found.differences).mean():.4f}, mean error without labels "
        f"{found.errors['random'][:, 0].mean():.4f}"
    )
    print(f"\n{'remaining error after n labels':32}" + "".join(f"{f'n={step}':>{WIDTH}}" for step in STEPS))
    for name in ORDERS:
        curve = found.errors[name].mean(axis=0)
        print(f"{name:32}" + "".join(f"{curve[step] / curve[0]:{WIDTH}.3f}" for step in STEPS))
    print(f"\n{'labels for what random leaves':32}" + "".join(f"{f'n={step}':>{WIDTH}}" for step in STEPS))
    for name in ORDERS:
        if name != "random":
            print(f"{name:32}" + "".join(_cells(found, name, seed)))
    print()


def _cells(found: Replay, name: str, seed: int, steps: Sequence[int] = STEPS) -> list[str]:
    needed = needed_of_random(found.errors, name, steps)
    intervals = needed_intervals(found, name, steps, seed=seed)
    return [
        f"{f'{n} x{n / step:.2f} [{low:.2f}, {high:.2f}]':>{WIDTH}}"
        for n, step, (low, high) in zip(needed, steps, intervals, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())

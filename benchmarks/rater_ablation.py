"""Which evidence pays: leave one collection out, on the training and validation queries of the one left out.

    EVALHUB_DATA=... EVALHUB_TRAIN=... python -m benchmarks.rater_ablation --cache FOLDER

None of a collection's queries trains the model that is tested on it, so all but its held-out ones may choose.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.calibrated.collections import GOLD, SOURCES, TRAIN_SETS
from benchmarks.calibrated.features import COLUMNS, Evidence, evidence_of, minilm
from benchmarks.calibrated.measures import MEASURES
from benchmarks.calibrated.protocol import left_out, rate, rows_of
from benchmarks.train_default_rater import EVIDENCE

SHOWN = [name for name in MEASURES if name != "bias"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    cache = parser.parse_args().cache
    encoder = minilm()
    data = {name: evidence_of(name, cache, encoder) for name in dict.fromkeys((*SOURCES, *GOLD, *TRAIN_SETS))}
    print(f"{'evidence':34} {'mean: ' + ', '.join(SHOWN):40} kappa: {', '.join(SOURCES)}")
    for name in COLUMNS:
        show(f"{name} alone", (name,), data)
    for kind, features in EVIDENCE.items():
        show(f"{kind}: {len(features)} kinds", features, data)
    for name in COLUMNS:
        if name in EVIDENCE["all"]:
            show(f"all minus {name}", tuple(one for one in EVIDENCE["all"] if one != name), data)
        else:
            show(f"all plus {name}", (*EVIDENCE["all"], name), data)


def show(label: str, features: tuple[str, ...], data: Mapping[str, Evidence]) -> None:
    """Print the means over the collections, then kappa on each."""
    rows = []
    for target in SOURCES:
        tested = rows_of(data[target], "train", "validation")
        rating = rate(left_out(data, features, target), data[target], tested)
        rows.append([MEASURES[name](rating) for name in SHOWN])
    means = " ".join(f"{value:8.3f}" for value in np.mean(rows, axis=0))
    print(f"{label:34} {means:40} {' '.join(f'{row[0]:6.3f}' for row in rows)}", flush=True)


if __name__ == "__main__":
    main()

"""Train the rater that ships and write raters/shipped/default.json.

    EVALHUB_DATA=... EVALHUB_TRAIN=... python -m benchmarks.train_default_rater --cache FOLDER

Only the training queries of redistributable grades; see raters/shipped/CARD.md. Evidence is computed once and
kept in FOLDER, training takes seconds.
"""

import argparse
import json
import re
from pathlib import Path

from benchmarks.calibrated.collections import SOURCES, TRAIN_SETS
from benchmarks.calibrated.features import SEED, evidence_of, minilm
from benchmarks.calibrated.protocol import learnt_queries, training_data
from evalhub.core.digest import text_digest
from evalhub.core.split import folded
from evalhub.core.trained_on import SHORT
from raters.calibrated.stored import SHIPPED_FORMAT, SHIPPED_PATH
from raters.calibrated.train import RIDGE, learn

# Chosen on the training and validation queries of collections left out; see `benchmarks.rater_ablation`.
EVIDENCE = {
    "all": (
        "bm25_share",
        "title_coverage",
        "similarity",
        "similarity_z",
        "title_similarity",
        "token_similarity",
    ),
    "lexical": ("bm25_share", "coverage", "title_coverage", "title_focus", "window", "neighbours"),
}
DIGITS = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=SHIPPED_PATH)
    arguments = parser.parse_args()
    encoder = minilm()
    data = {name: evidence_of(name, arguments.cache, encoder) for name in (*SOURCES, *TRAIN_SETS)}
    models = {kind: learn(training_data(data, features), features) for kind, features in EVIDENCE.items()}
    rows = {one.name: len(one.grades) for one in training_data(data, EVIDENCE["all"])}
    content = {
        "format": SHIPPED_FORMAT,
        "training": {
            "split_seed": SEED,
            "ridge": RIDGE,
            "encoder": encoder.revision,
            "pairs": rows,
            "query_digests": sorted(text_digest(folded(query))[:SHORT] for query in learnt_queries(data)),
        },
        "models": {kind: model.to_dict() for kind, model in models.items()},
    }
    arguments.out.parent.mkdir(exist_ok=True)
    arguments.out.write_text(_written(_rounded(content)), encoding="utf-8")
    print(arguments.out, arguments.out.stat().st_size, "bytes from", sum(rows.values()), "pairs")


def _written(content: object) -> str:
    """JSON with a line for each list of numbers or names."""
    one_line = re.compile(r"\[\s+([^\[\]{}]*?)\s+\]")
    return one_line.sub(_joined, json.dumps(content, indent=1)) + "\n"


def _joined(found: re.Match[str]) -> str:
    return "[" + ", ".join(part.strip() for part in found[1].split(",\n")) + "]"


def _rounded(value: object) -> object:
    """Round what is printed, so that another machine's last bits change no file."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()

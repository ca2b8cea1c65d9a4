"""Train a real model in a process of its own, a step for each line of standard input; prints the spec.

python -m tests.raters.tuning.train_process KIND MODEL FOLDER UNFINISHED
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from raters.spec import resolve_rater
from raters.tuning.checkpoint import EpochFigures
from raters.tuning.classifier import TrainableClassifier
from raters.tuning.lora import TrainableLora
from raters.tuning.parts import split_pairs
from raters.tuning.settings import resolve_settings
from raters.tuning.train import TuneRequest, train_rater
from tests.raters.tuning.labels import labelled_pairs

SETTINGS = {"epochs": 2, "epoch_pairs": 12, "batch_pairs": 4, "lora_rank": 4}


def main() -> None:
    kind, model, folder, unfinished = sys.argv[1:]
    TrainableClassifier.checkpoint_steps = TrainableLora.checkpoint_steps = 1
    settings = resolve_settings(kind, SETTINGS)
    spec = resolve_rater({"name": "ours", "kind": kind, "model": model, "max_document_tokens": 16})
    parts = split_pairs(labelled_pairs(1), settings, 3)
    parts = {part: pairs[:12] for part, pairs in parts.items()}
    trained = train_rater(
        TuneRequest(spec, settings, parts, {}), Path(folder), Path(unfinished), step, n_threads=1
    )
    say(trained.to_dict())


def step(n_read: int, curve: Sequence[EpochFigures], *, is_saved: bool) -> None:
    """Tell of a step, and wait to be told to go on."""
    say([n_read, len(curve), is_saved])
    if not sys.stdin.readline():
        raise SystemExit("nobody is there any more")


def say(message: object) -> None:
    """Write a line of JSON."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""What fine-tuning brings on chorus-electronics: held-out agreement before and after, paired by query.

    EVALHUB_DATA=... python -m benchmarks.finetune_chorus [--kinds cross-encoder,local-llm] [--set epochs=3]

Trains on two threads with the defaults of `evalhub rater train`, into a temporary folder. Training and
validation queries choose the weights and the thresholds; only held-out queries are measured.
"""

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.calibrated.collections import MAX_GRADE, load_collection
from benchmarks.calibrated.measures import (
    RESAMPLES,
    Floats,
    Rating,
    interval,
    kappa_draws,
    quadratic_kappa,
    query_auc,
)
from raters.factory import load_rater
from raters.protocol import Rated, RateRequest
from raters.spec import RaterSpec, resolve_rater
from raters.tuning.checkpoint import EpochFigures
from raters.tuning.loop import fitted_kappa
from raters.tuning.parts import Labelled, Parts, counts, split_pairs
from raters.tuning.settings import resolve_settings
from raters.tuning.train import TuneRequest, train_rater

COLLECTION = "chorus-electronics"
BASES = {
    "cross-encoder": {"name": "cross-encoder", "kind": "cross-encoder", "model": "minilm"},
    "local-llm": {"name": "lora", "kind": "local-llm", "model": "smollm2"},
}
ZERO_SHOT = {"name": "zero-shot", "kind": "local-llm", "model": "smollm2"}
N_THREADS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A rater on the held-out queries, and its kappa by bootstrap sample."""

    name: str
    rating: Rating
    draws: Floats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kinds", default=",".join(BASES), help="what is trained, in this order")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=NUMBER", help="a hyper-parameter")
    parser.add_argument("--document-tokens", type=int, help="documents are cut to this")
    arguments = parser.parse_args()
    given = {key: _number(value) for key, _, value in (one.partition("=") for one in arguments.set)}
    pairs = labelled_pairs()
    parts = split_pairs(pairs, resolve_settings("local-llm", given), MAX_GRADE)
    print(f"{COLLECTION}, split by query: {counts(parts)}")
    baselines = zero_shot(parts)
    for kind in arguments.kinds.split(","):
        base = BASES[kind] | (
            {"max_document_tokens": arguments.document_tokens} if arguments.document_tokens else {}
        )
        row = tuned(resolve_rater(base), parts, given)
        for baseline in baselines:
            compare(row, baseline)


def labelled_pairs() -> list[Labelled]:
    """All human grades of the collection."""
    collection = load_collection(COLLECTION)
    return [
        Labelled(
            RateRequest(collection.queries[pair.query_id], *collection.documents[pair.doc_id]), pair.grade
        )
        for pair in collection.pairs
    ]


def zero_shot(parts: Parts) -> list[Row]:
    """SmolLM2 untrained; and with thresholds fitted to the validation queries, which is a little training."""
    spec = resolve_rater(ZERO_SHOT)
    plain = rate(spec, parts["held-out"])
    validation = rate(spec, parts["validation"])
    thresholds = fitted_kappa(validation.gains, validation.gold, MAX_GRADE)[1]
    moved = replace(plain, grades=np.searchsorted(thresholds, plain.gains, side="right"))
    return [show("zero-shot smollm2", plain), show("zero-shot, fitted thresholds", moved)]


def tuned(spec: RaterSpec, parts: Parts, given: Mapping[str, object]) -> Row:
    """Train and measure."""
    settings = resolve_settings(spec.kind, given)
    n_told = 0

    def report(n_read: int, curve: Sequence[EpochFigures], *, is_saved: bool) -> None:
        nonlocal n_told
        if len(curve) > n_told:
            n_told = len(curve)
            print(f"  {spec.name}: {curve[-1]} after {time.monotonic() - started:.0f} s", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        request = TuneRequest(spec, settings, parts, {"source": COLLECTION})
        trained = train_rater(request, Path(folder), Path(folder) / "unfinished", report, n_threads=N_THREADS)
        print(f"{spec.name}: trained in {time.monotonic() - started:.0f} s with {settings}")
        return show(f"{spec.name}, tuned", rate(trained, parts["held-out"]))


def rate(spec: RaterSpec, pairs: Sequence[Labelled]) -> Rating:
    """What a rater says of labelled pairs."""
    rater = load_rater(spec, n_threads=N_THREADS)
    grades, gains = np.zeros(len(pairs), np.int64), np.zeros(len(pairs))
    for index, outcome in rater.rate([pair.request for pair in pairs]):
        if not isinstance(outcome, Rated):
            raise SystemExit(f"{spec.name} left a pair unrated: {outcome.detail}")
        grades[index], gains[index] = outcome.grade, outcome.gain
    rater.close()
    queries = np.array([pair.request.query for pair in pairs])
    return Rating(queries, np.array([pair.grade for pair in pairs]), grades, gains)


def show(name: str, rating: Rating) -> Row:
    """Print a rater's held-out figures."""
    draws = kappa_draws(rating)
    low, high = interval(draws)
    n_queries = len(np.unique(rating.query_ids))
    print(
        f"{name}: held-out quadratic kappa {quadratic_kappa(rating):.3f} [{low:.3f}, {high:.3f}], AUC within "
        f"queries {query_auc(rating):.3f} ({len(rating.gold)} pairs, {n_queries} queries)",
        flush=True,
    )
    return Row(name, rating, draws)


def compare(row: Row, baseline: Row) -> None:
    """Print the difference in kappa with its paired interval."""
    low, high = interval(row.draws - baseline.draws)
    difference = quadratic_kappa(row.rating) - quadratic_kappa(baseline.rating)
    verdict = "better" if low > 0 else "worse" if high < 0 else "no difference shown"
    print(
        f"{row.name} minus {baseline.name}: {difference:+.3f} [{low:+.3f}, {high:+.3f}] {verdict} "
        f"(95%, {RESAMPLES} bootstrap samples of queries)",
        flush=True,
    )


def _number(text: str) -> int | float:
    return float(text) if "." in text or "e" in text else int(text)


if __name__ == "__main__":
    main()

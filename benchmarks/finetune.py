"""What fine-tuning brings on a collection: held-out agreement before and after, paired by query.

    EVALHUB_DATA=... python -m benchmarks.finetune [--collection NAME] [--kinds ...] [--set epochs=3]

Trains on two threads with the defaults of `evalhub rater train`, but for BASES and SETTINGS below. Training
and validation queries choose the weights and the thresholds; only held-out queries are measured. With --cache
FOLDER what was computed is kept there, and a run that was ended goes on; seconds are those of all its runs.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.calibrated.collections import MAX_GRADE, load_collection
from benchmarks.calibrated.features import evidence_of, minilm
from benchmarks.calibrated.measures import (
    RESAMPLES,
    Floats,
    Grades,
    Rating,
    bias,
    interval,
    kappa_draws,
    quadratic_kappa,
    query_auc,
)
from benchmarks.calibrated.protocol import is_nih
from evalhub.core.digest import content_digest
from evalhub.core.split import Part
from raters.factory import load_rater
from raters.protocol import Rated, RateRequest
from raters.spec import RaterSpec, resolve_rater
from raters.tuning.checkpoint import EpochFigures
from raters.tuning.loop import fitted_kappa
from raters.tuning.parts import Labelled, counts, split_pairs
from raters.tuning.settings import resolve_settings
from raters.tuning.train import TuneRequest, train_rater

BASES: dict[str, dict[str, object]] = {
    "cross-encoder": {"name": "cross-encoder", "kind": "cross-encoder", "model": "minilm"},
    "local-llm": {"name": "lora", "kind": "local-llm", "model": "smollm2", "max_document_tokens": 128},
}
# Of products the first words say what they are; an LLM's time goes into tokens.
SETTINGS: dict[str, dict[str, object]] = {"cross-encoder": {}, "local-llm": {"epoch_pairs": 500}}
ZERO_SHOT: dict[str, object] = {"name": "zero-shot", "kind": "local-llm", "model": "smollm2"}
N_THREADS = 2
SPLIT = ("seed", "train_share", "validation_share")


@dataclass(frozen=True, slots=True)
class Row:
    """A rater on the held-out queries, and its kappa by bootstrap sample."""

    name: str
    rating: Rating
    draws: Floats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--collection", default="chorus-electronics", help="of benchmarks.calibrated")
    parser.add_argument("--kinds", default=",".join(BASES), help="what is trained, in this order")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=NUMBER", help="a hyper-parameter")
    parser.add_argument("--cache", type=Path, help="keep weights, checkpoints and zero-shot answers here")
    parser.add_argument("--evidence", type=Path, help="the cache of rater_table: the same pairs as its table")
    parser.add_argument("--document-tokens", type=int, help="documents are cut to this")
    parser.add_argument("--alone", action="store_true", help="without the zero-shot rows, which take long")
    arguments = parser.parse_args()
    given = {key: _number(value) for key, _, value in (one.partition("=") for one in arguments.set)}
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.cache or Path(temporary)
        pairs = labelled_pairs(arguments.collection, arguments.evidence)
        bench = Bench(arguments.collection, pairs, folder, given, arguments.document_tokens)
        bench.run(arguments.kinds.split(","), with_baselines=not arguments.alone)


def labelled_pairs(name: str, evidence: Path | None) -> dict[Labelled, bool]:
    """All grades of a collection, and whether each is of LiveQA's NIH subset.

    With `evidence`, the cache of the table of raters, its assumed zeros are among them.
    """
    if evidence:
        found = evidence_of(name, evidence, minilm())
        labels = zip(found.texts, found.grades.tolist(), is_nih(found).tolist(), strict=True)
        return {Labelled(RateRequest(*text), grade): is_in for text, grade, is_in in labels}
    collection = load_collection(name)
    return {
        Labelled(
            RateRequest(collection.queries[pair.query_id], *collection.documents[pair.doc_id]), pair.grade
        ): False
        for pair in collection.pairs
    }


class Bench:
    """Trains and measures; what lies in `folder` is not computed again."""

    def __init__(
        self,
        collection: str,
        pairs: Mapping[Labelled, bool],
        folder: Path,
        given: Mapping[str, object],
        document_tokens: int | None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._collection = collection
        self._folder = folder
        self._given = given
        self._fields: dict[str, object] = {"max_document_tokens": document_tokens} if document_tokens else {}
        settings = resolve_settings("local-llm", {key: given[key] for key in SPLIT if key in given})
        self._parts = split_pairs(list(pairs), settings, MAX_GRADE)
        self._is_nih = pairs if self._collection == "liveqa-medquad" else {}

    def run(self, kinds: Sequence[str], *, with_baselines: bool) -> None:
        """Print everything."""
        print(f"{self._collection}, split by query: {counts(self._parts)}", flush=True)
        baselines = self._zero_shot() if with_baselines else []
        for kind in kinds:
            row = self._tuned(resolve_rater({**BASES[kind], **self._fields}))
            for baseline in baselines:
                compare(row, baseline)

    def _zero_shot(self) -> list[Row]:
        """SmolLM2 untrained; and with thresholds fitted to validation queries, which is a little training."""
        plain, validation = self._rated("held-out"), self._rated("validation")
        thresholds = fitted_kappa(validation.gains, validation.gold, MAX_GRADE)[1]
        moved = replace(plain, grades=np.searchsorted(thresholds, plain.gains, side="right"))
        return [show("zero-shot smollm2", plain), show("zero-shot, fitted thresholds", moved)]

    def _rated(self, part: Part) -> Rating:
        spec, pairs = resolve_rater(ZERO_SHOT), self._parts[part]
        key = content_digest([spec.digest, [[pair.request.query, pair.request.text] for pair in pairs]])
        path = self._folder / f"zero-shot.{key.removeprefix('sha256:')[:16]}.npz"
        if not path.exists():
            rating = rate(spec, pairs)
            np.savez(path, grades=rating.grades, gains=rating.gains)
        stored = np.load(path)
        return rating_of(pairs, stored["grades"], stored["gains"])

    def _tuned(self, spec: RaterSpec) -> Row:
        """Train and measure."""
        settings = resolve_settings(spec.kind, {**SETTINGS[spec.kind], **self._given})
        request = TuneRequest(spec, settings, self._parts, {"source": self._collection})
        unfinished = self._folder / f"unfinished-{request.key.removeprefix('sha256:')[:16]}"
        watch = Watch(spec.name, unfinished / "seconds.json")
        trained = train_rater(request, self._folder / "raters", unfinished, watch, n_threads=N_THREADS)
        print(f"{spec.name}: trained in {watch}; {settings}", flush=True)
        held_out = self._parts["held-out"]
        started = time.monotonic()
        rating = rate(trained, held_out)
        print(f"{spec.name}: {len(held_out) / (time.monotonic() - started):.1f} pairs/s", flush=True)
        nih = np.array([self._is_nih.get(pair, False) for pair in held_out])
        if nih.any():
            show(f"{spec.name}, tuned, NIH subset", rating.at(nih))
        return show(f"{spec.name}, tuned", rating)


class Watch:
    """Prints each epoch, and knows the seconds of all runs of a training."""

    def __init__(self, name: str, path: Path) -> None:
        self._name, self._path = name, path
        self._before = json.loads(path.read_text()) if path.exists() else [0.0, 0.0]
        self._started = time.monotonic(), time.process_time()
        self._n_told = 0

    def __call__(self, n_read: int, curve: Sequence[EpochFigures], *, is_saved: bool) -> None:
        """Be told by a training."""
        if is_saved:
            self._path.write_text(json.dumps(self._seconds()))
        for row in curve[self._n_told :]:
            print(f"  {self._name}: {row} after {self}", flush=True)
        self._n_told = len(curve)

    def __str__(self) -> str:
        wall, busy = self._seconds()
        return f"{wall:.0f} s ({busy:.0f} s of processor time)"

    def _seconds(self) -> tuple[float, float]:
        now = time.monotonic(), time.process_time()
        wall, busy = (b + n - s for b, n, s in zip(self._before, now, self._started, strict=True))
        return wall, busy


def rate(spec: RaterSpec, pairs: Sequence[Labelled]) -> Rating:
    """What a rater says of labelled pairs."""
    rater = load_rater(spec, n_threads=N_THREADS)
    grades, gains = np.zeros(len(pairs), np.int64), np.zeros(len(pairs))
    for index, outcome in rater.rate([pair.request for pair in pairs]):
        if not isinstance(outcome, Rated):
            raise SystemExit(f"{spec.name} left a pair unrated: {outcome.detail}")
        grades[index], gains[index] = outcome.grade, outcome.gain
    rater.close()
    return rating_of(pairs, grades, gains)


def rating_of(pairs: Sequence[Labelled], grades: Grades, gains: Floats) -> Rating:
    """Grades beside the gold of labelled pairs."""
    queries = np.array([pair.request.query for pair in pairs])
    return Rating(queries, np.array([pair.grade for pair in pairs]), grades, gains)


def show(name: str, rating: Rating) -> Row:
    """Print a rater's held-out figures."""
    draws = kappa_draws(rating)
    low, high = interval(draws)
    n_queries = len(np.unique(rating.query_ids))
    print(
        f"{name}: held-out quadratic kappa {quadratic_kappa(rating):.3f} [{low:.3f}, {high:.3f}], bias "
        f"{bias(rating):.3f}, AUC within queries {query_auc(rating):.3f} ({len(rating.gold)} pairs, "
        f"{n_queries} queries)",
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

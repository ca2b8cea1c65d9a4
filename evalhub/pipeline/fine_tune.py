"""Train a rater from people's labels, register it, and have it grade the held-out pairs."""

import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evalhub import wiring
from evalhub.core.digest import JsonValue
from evalhub.models import FineTuning, Job, Judgment, RaterVersion, TrainingEpoch, WorkUnit
from evalhub.pipeline.judgments import PairDigests, judgments_claim, judgments_of, judgments_request
from evalhub.pipeline.kind import Later, Progress, UnableToProceed, UnitPlan
from evalhub.pipeline.pair_store import PairStore
from evalhub.selectors.labelled_pairs import GoldSource, labelled_pairs
from evalhub.services.fine_tuning import fine_tuning_parts
from evalhub.services.raters import rater_version_ensure
from raters.protocol import RateRequest, RaterMisconfigured
from raters.spec import RaterSpec
from raters.tuning.parts import Parts, UnableToTrain

if TYPE_CHECKING:
    from raters.tuning.checkpoint import EpochFigures

# After this long a training gives its worker back at its next checkpoint, so that campaigns take turns.
TURN_S = 1200.0


def plan(job: Job) -> Iterable[UnitPlan]:
    """One unit: all epochs, and the held-out pairs."""
    tuning = job.fine_tuning
    return [UnitPlan(n_items=_n_trained(tuning) + tuning.counts["held-out"]["pairs"])]


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Train, or go on after the last checkpoint; then register and grade, each only where it was not done."""
    tuning = job.fine_tuning
    try:
        parts = fine_tuning_parts(tuning)
        version = tuning.version or _train(tuning, parts, progress)
        _grade_held_out(tuning, version, parts, unit, progress)
    except (UnableToTrain, RaterMisconfigured) as error:
        raise UnableToProceed(str(error)) from error
    shutil.rmtree(wiring.unfinished_training(tuning), ignore_errors=True)


def complete(job: Job) -> None:
    """Nothing: the version counts as soon as it is registered."""


@dataclass(slots=True)
class Told:
    """Carries what a training tells into the database, and gives the worker back when its turn is over."""

    tuning: FineTuning
    progress: Progress
    started: float = field(default_factory=time.monotonic)
    n_epochs: int = 0

    def __call__(self, n_read: int, curve: "Sequence[EpochFigures]", *, is_saved: bool) -> None:
        """Record progress and new epochs.

        Raises:
            LeaseLost: see `Progress`.
            Later: the turn is over.
        """
        if len(curve) > self.n_epochs:
            self._store(curve)
        self.progress(n_read)
        if is_saved and time.monotonic() - self.started > TURN_S:
            raise Later("others have a turn; the training goes on from its checkpoint", 0.0)

    def _store(self, curve: "Sequence[EpochFigures]") -> None:
        rows = [
            TrainingEpoch(
                fine_tuning=self.tuning,
                number=row.epoch,
                train_loss=row.train_loss,
                validation_loss=row.validation_loss,
                validation_kappa=row.validation_kappa,
            )
            for row in curve
        ]
        TrainingEpoch.objects.bulk_create(rows, ignore_conflicts=True)
        self.n_epochs = len(curve)


def _train(tuning: FineTuning, parts: Parts, progress: Progress) -> RaterVersion:
    spec = wiring.fine_tune(tuning, parts, _about(tuning), Told(tuning, progress))
    version = rater_version_ensure(tuning.workspace, spec, spec.rubric.max_grade)
    FineTuning.objects.filter(pk=tuning.pk).update(version=version)
    return version


def _grade_held_out(
    tuning: FineTuning, version: RaterVersion, parts: Parts, unit: WorkUnit, progress: Progress
) -> None:
    """Judgments that `evalhub rater evaluate` reports on at once; a campaign would ask for the same."""
    requests = _held_out(tuning, parts)
    judgments_request(version, requests)
    pending = [one for one in judgments_of(version, [*requests]) if one.state == Judgment.State.PENDING]
    n_before = _n_trained(tuning) + len(parts["held-out"]) - len(pending)
    store = PairStore(
        judgments_claim(pending, unit), unit, RaterSpec.from_dict(version.spec), n_before, progress
    )
    if not pending:
        return
    # All of them: probabilities depend in their last bits on what shares a batch.
    keys = [*requests]
    for position, outcome in wiring.rater(version.pk).rate([requests[key] for key in keys]):
        store.add([(keys[position], outcome)])
    store.flush()
    store.tell_progress()


def _held_out(tuning: FineTuning, parts: Parts) -> dict[PairDigests, RateRequest]:
    wanted = {pair.request for pair in parts["held-out"]}
    found: dict[PairDigests, RateRequest] = {}
    for stored in tuning.sources["gold"]:
        for pair in labelled_pairs(GoldSource.from_dict(stored)):
            request = RateRequest(query=pair.query, need=pair.need, title=pair.title, text=pair.text)
            if request in wanted:
                found[pair.query_digest, pair.document_digest] = request
    return found


def _about(tuning: FineTuning) -> dict[str, JsonValue]:
    """Where the labels came from, for the manifest."""
    rows: list[JsonValue] = []
    for stored in tuning.sources["gold"]:
        source = GoldSource.from_dict(stored)
        rows.append(
            {
                "queries": source.collection.name,
                "queries_version": source.collection_version,
                "gold_version": source.gold_version,
                "corpus": source.snapshot.corpus.name,
                "snapshot": source.snapshot.number,
            }
        )
    return {"sources": rows, "grades": dict(tuning.sources["grades"])}


def _n_trained(tuning: FineTuning) -> int:
    """Pairs read if no epoch is left out."""
    n_train, n_drawn = tuning.counts["train"]["pairs"], tuning.settings["epoch_pairs"]
    return int(tuning.settings["epochs"] * min(n_train, n_drawn or n_train))

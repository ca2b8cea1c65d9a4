"""How far a rater can be believed: its stored judgments held against people's labels or another rater."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max

from evalhub.core.agreement.calibration import N_BINS
from evalhub.core.agreement.confusion import confusion_matrix
from evalhub.core.errors import UserError
from evalhub.core.intervals import INTERVAL_METHOD, N_RESAMPLES
from evalhub.core.trained_on import trained_on
from evalhub.models import QueryCollection, RaterVersion, Snapshot
from evalhub.selectors.agreement.people import Person, human_ceiling
from evalhub.selectors.rater_figures import (
    Thresholds,
    baseline_of,
    calibrations,
    consistency_of,
    differences,
    estimated,
    figures_of,
    scales_note,
    tag_figures,
)
from evalhub.selectors.rater_pairs import Collected, Judged, JudgedByRater, collect
from evalhub.selectors.rater_references import GoldReference, RaterReference, Reference
from evalhub.selectors.rater_systems import system_orders

SEED = 20_251_121
PERSON = "person"
_CENTS = 8  # decimals of Judgment.cost_usd

Json = dict[str, Any]


class UnableToReport(UserError):
    """There is nothing a rater could be held against; the message says what to import."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about.

    Attributes:
        version: the rater; None where a person is held against something.
        collection: its current queries, and its current gold labels.
        snapshot: whose texts the gold labels grade; None where `against` is a rater.
        against: another rater to hold it against; None for gold labels or a person.
        compared: another rater, to be held against the same reference on the pairs that both graded.
        gold_max: G of the gold scale; None takes the highest label there is.
        thresholds: for a kappa across two scales.
        seed: of the bootstrap.
        person: by name, who is held against something where `version` is None.
        against_person: a person to hold it against, "" for none.
    """

    version: RaterVersion | None
    collection: QueryCollection
    snapshot: Snapshot | None = None
    against: RaterVersion | None = None
    compared: RaterVersion | None = None
    gold_max: int | None = None
    thresholds: Thresholds = ()
    seed: int = SEED
    person: str = ""
    against_person: str = ""

    @property
    def judged(self) -> Judged:
        """Who is held against the reference."""
        return self._person(self.person) if self.version is None else JudgedByRater(self.version)

    @property
    def reference(self) -> Reference:
        """What it is held against.

        Raises:
            UnableToReport: there are no gold labels, or labels above the stated scale.
        """
        if self.against is not None:
            return RaterReference(self.against, str(self.against))
        if self.against_person:
            return self._person(self.against_person)
        return _gold(self)

    def _person(self, name: str) -> Person:
        return Person(self.collection, _needed(self.snapshot), name)

    @property
    def trained(self) -> frozenset[str]:
        """The query texts that any of the raters learnt from."""
        raters = [row for row in (self.version, self.against, self.compared) if row is not None]
        return frozenset().union(*(trained_on(row.spec) for row in raters))


def rater_report(asked: Asked) -> Json:
    """Everything there is to say of a rater; every edge gives these numbers.

    Raises:
        UnableToReport: there are no gold labels, or labels above the stated scale.
        UnreadableManifest: a rater was trained, and it is not known on which queries.
        GradeOffScale: a rater's grade is above its own scale.
        ValueError: a threshold that a scale does not have.
    """
    reference, judged = asked.reference, asked.judged
    rater_max, reference_max = judged.max_grade, reference.max_grade
    _check_thresholds(asked.thresholds, rater_max, reference_max)
    collected = collect(judged, asked.collection, reference, asked.trained)
    pairs = collected.graded(rater_max, reference_max)
    figures = figures_of(collected, rater_max, reference_max, asked.thresholds)
    return {
        "rater": _judged_row(asked, rater_max),
        "reference": _reference_row(asked, reference),
        "queries": {
            "name": asked.collection.name,
            "version": asked.collection.version,
            "gold_version": asked.collection.gold_version,
        },
        "method": {
            "interval": INTERVAL_METHOD,
            "n_resamples": N_RESAMPLES,
            "seed": asked.seed,
            "ece_bins": N_BINS,
        },
        "scales": {
            "rater": rater_max,
            "reference": reference_max,
            "note": scales_note(rater_max, reference_max, asked.thresholds),
        },
        **_counts(collected, len(set(pairs.query_ids))),
        "confusion": confusion_matrix(pairs).tolist(),
        "figures": estimated(figures, seed=asked.seed),
        "baseline": baseline_of(collected, figures, rater_max, reference_max),
        "tags": tag_figures(collected, rater_max, reference_max, seed=asked.seed),
        "reliability": {
            name: [asdict(point) for point in calibration.points()]
            for name, calibration in calibrations(collected, rater_max, reference_max).items()
        },
        "self_consistency": estimated(consistency_of(collected, rater_max), seed=asked.seed),
        "systems": _systems(asked),
        "human_ceiling": human_ceiling(
            asked.collection,
            [one for ids in collected.query_ids.values() for one in ids],
            seed=asked.seed,
        ),
        "compared": _compared(asked, reference, collected),
    }


def rater_row(version: RaterVersion) -> Json:
    """Which rater version."""
    return {
        "name": version.rater.name,
        "number": version.number,
        "kind": version.kind,
        "model": version.model,
        "version": version.digest,
        "max_grade": version.max_grade,
    }


def _judged_row(asked: Asked, max_grade: int) -> Json:
    if asked.version is not None:
        return rater_row(asked.version)
    nothing = {"number": None, "model": "", "version": ""}
    return {"name": asked.person, "kind": PERSON, "max_grade": max_grade, **nothing}


def _systems(asked: Asked) -> list[Json]:
    """People do not score systems alone, so there is an order to compare for raters only."""
    if asked.version is None or asked.against_person:
        return []
    return system_orders(asked.version, asked.collection, asked.against, asked.trained, seed=asked.seed)


def _needed(snapshot: Snapshot | None) -> Snapshot:
    if snapshot is None:
        raise ValueError("what people said needs the snapshot whose texts they graded")
    return snapshot


def _gold(asked: Asked) -> Reference:
    labels = asked.collection.gold_labels.filter(removed_in=None)
    highest = labels.aggregate(grade=Max("grade"))["grade"]
    name = asked.collection.name
    if not highest or highest < 1:
        raise UnableToReport(f'"{name}" has no gold label above 0; import some: evalhub gold add {name} FILE')
    if asked.gold_max is not None and asked.gold_max < highest:
        raise UnableToReport(f'"{name}" has gold labels up to {highest}, above the stated {asked.gold_max}')
    return GoldReference(asked.collection, _needed(asked.snapshot), asked.gold_max or highest)


def _check_thresholds(thresholds: Thresholds, rater_max: int, reference_max: int) -> None:
    for ours, theirs in thresholds:
        if not (1 <= ours <= rater_max and 1 <= theirs <= reference_max):
            raise UnableToReport(
                f"threshold {ours}:{theirs} splits no scale; the rater's must be in 1..{rater_max}, "
                f"the reference's in 1..{reference_max}"
            )


def _reference_row(asked: Asked, reference: Reference) -> Json:
    corpus = None
    if asked.snapshot is not None:
        corpus = {"name": asked.snapshot.corpus.name, "snapshot": asked.snapshot.number}
    return {
        "name": reference.name,
        "kind": "rater" if asked.against else PERSON if asked.against_person else "gold",
        "rater": rater_row(asked.against) if asked.against else None,
        "corpus": corpus,
        "max_grade": reference.max_grade,
    }


def _counts(collected: Collected, n_queries: int) -> Json:
    n_judged = collected.n_reference - collected.n_never_asked - collected.n_pending
    used, latency_s = collected.used, float(collected.used["latency_s"])
    return {
        "n_pairs": len(collected.keys),
        "n_queries": n_queries,
        "excluded": {"queries": collected.n_trained_queries, "pairs": collected.n_trained_pairs},
        "coverage": {
            "reference_pairs": collected.n_reference,
            "rated": len(collected.keys),
            "unrated": collected.n_unrated,
            "unrated_reasons": dict(sorted(collected.unrated_reasons.items())),
            "pending": collected.n_pending,
            "never_asked": collected.n_never_asked,
        },
        "cost": {
            "cost_usd": round(float(used["cost_usd"]), _CENTS),
            "input_tokens": int(used["input_tokens"]),
            "output_tokens": int(used["output_tokens"]),
            "latency_s": latency_s,
            "pairs_per_s": n_judged / latency_s if latency_s else None,
        },
    }


def _compared(asked: Asked, reference: Reference, ours: Collected) -> Json | None:
    """The paired differences to another rater, on the pairs that both graded."""
    if asked.compared is None:
        return None
    theirs = collect(JudgedByRater(asked.compared), asked.collection, reference, asked.trained)
    place_of = {key: place for place, key in enumerate(theirs.keys)}
    shared: Sequence[int] = [place for place, key in enumerate(ours.keys) if key in place_of]
    their_places = [place_of[ours.keys[place]] for place in shared]
    maxima = (asked.judged.max_grade, asked.compared.max_grade)
    # A threshold is stated for the scale of the rater that is evaluated; another scale has no such grade.
    thresholds = asked.thresholds if maxima[0] == maxima[1] else ()
    first = figures_of(ours, maxima[0], reference.max_grade, thresholds, shared)
    second = figures_of(theirs, maxima[1], reference.max_grade, thresholds, their_places)
    return {
        "rater": rater_row(asked.compared),
        "n_pairs": len(shared),
        "figures": estimated(second, seed=asked.seed),
        "differences": differences(first, second, seed=asked.seed),
    }

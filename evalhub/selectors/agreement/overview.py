"""All graders of a collection: each against gold labels, and each against each."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from evalhub.core.agreement.bias import bias_in_gains
from evalhub.core.agreement.confusion import accuracy, majority_baseline
from evalhub.core.agreement.figure import Figure, estimate
from evalhub.core.agreement.kappa import kappa, kappa_of_tables
from evalhub.core.agreement.pairs import MISSING
from evalhub.core.trained_on import trained_on
from evalhub.models import QueryCollection, Snapshot
from evalhub.selectors.agreement.graders import Grader, roster_of
from evalhub.selectors.agreement.people import Person, human_ceiling
from evalhub.selectors.rater_pairs import Judged, JudgedByRater, collect, current_queries, query_batches
from evalhub.selectors.rater_references import GoldReference, PairDigests, Reference
from evalhub.selectors.rater_report import SEED, Asked, UnableToReport

Json = dict[str, Any]
Table = npt.NDArray[np.int8]


def overview(collection: QueryCollection, snapshot: Snapshot, gold_max: int | None) -> Json:
    """Each grader's agreement with gold labels with intervals, and quadratic kappa of each with each.

    Queries that taught a rater have no part in its figures. A kappa is null where two grade on scales of
    different length, or share no pair.
    """
    graders = roster_of(collection).graders
    gold = _gold(collection, snapshot, gold_max)
    kept = current_queries(collection, frozenset()).kept
    against = [_against_gold(grader, collection, snapshot, gold) for grader in graders] if gold else []
    against.sort(key=_best_first)
    place = {row["grader"]: at for at, row in enumerate(against)}
    graders.sort(key=lambda grader: place.get(grader.key, 0))
    names, maxima, table = _table(graders, collection, snapshot, gold)
    ids = [one for same in kept.values() for one in same]
    return {
        "collection": {"name": collection.name, "version": collection.version},
        "gold": {"version": collection.gold_version, "max_grade": gold.max_grade if gold else None},
        "corpus": {"name": snapshot.corpus.name, "snapshot": snapshot.number},
        "seed": SEED,
        "human_ceiling": human_ceiling(collection, ids, seed=SEED),
        "graders": against,
        "matrix": _matrix(names, maxima, table),
    }


def _gold(collection: QueryCollection, snapshot: Snapshot, gold_max: int | None) -> GoldReference | None:
    try:
        found = Asked(None, collection, snapshot, gold_max=gold_max).reference
    except UnableToReport:
        return None
    return found if isinstance(found, GoldReference) else None


def _judged(grader: Grader, collection: QueryCollection, snapshot: Snapshot) -> Judged:
    return JudgedByRater(grader.version) if grader.version else Person(collection, snapshot, grader.person)


def _trained(grader: Grader) -> frozenset[str]:
    return trained_on(grader.version.spec) if grader.version else frozenset()


def _against_gold(grader: Grader, collection: QueryCollection, snapshot: Snapshot, gold: Reference) -> Json:
    judged = _judged(grader, collection, snapshot)
    collected = collect(judged, collection, gold, _trained(grader))
    pairs = collected.graded(judged.max_grade, gold.max_grade)
    figures: dict[str, Figure] = {"bias_gains": bias_in_gains(pairs, collected.gains_at())}
    if pairs.has_equal_scales:
        figures |= {"kappa_quadratic": kappa(pairs, "quadratic"), "accuracy": accuracy(pairs)}
    figures["majority_baseline"] = majority_baseline(pairs)
    return {
        "grader": grader.key,
        "name": grader.name,
        "kind": grader.version.kind if grader.version else "person",
        "rater_id": grader.version.rater_id if grader.version else None,
        "number": grader.version.number if grader.version else None,
        "max_grade": judged.max_grade,
        "n_pairs": len(collected.keys),
        "n_reference": collected.n_reference,
        "n_unrated": collected.n_unrated,
        "figures": {name: asdict(estimate(figure, seed=SEED)) for name, figure in figures.items()},
    }


def _best_first(row: Json) -> tuple[bool, float, str]:
    value = row["figures"].get("kappa_quadratic", {}).get("value")
    return value is None, -(value or 0.0), row["name"]


def _table(
    graders: Sequence[Grader], collection: QueryCollection, snapshot: Snapshot, gold: Reference | None
) -> tuple[list[Json], list[int], Table]:
    """Who, the G of each, and their grades: int8 (n_graders, n_pairs), MISSING where there is none."""
    places: dict[PairDigests, int] = {}
    columns = [_grades(grader, collection, snapshot, places) for grader in graders]
    maxima = [_judged(grader, collection, snapshot).max_grade for grader in graders]
    names: list[Json] = [{"grader": grader.key, "name": grader.name} for grader in graders]
    if gold is not None:
        kept = current_queries(collection, frozenset()).kept
        found = {key: grade for batch in query_batches(kept) for key, grade in gold.grades(batch).items()}
        columns.insert(0, {places.setdefault(key, len(places)): grade for key, grade in found.items()})
        maxima.insert(0, gold.max_grade)
        names.insert(0, {"grader": Grader().key, "name": Grader().name})
    table = np.full((len(columns), len(places)), MISSING, dtype=np.int8)
    for row, column in zip(table, columns, strict=True):
        row[list(column)] = list(column.values())
    return names, maxima, table


def _grades(
    grader: Grader, collection: QueryCollection, snapshot: Snapshot, places: dict[PairDigests, int]
) -> dict[int, int]:
    """First grades by the place of their pair; pairs that are new get the next places."""
    judged = _judged(grader, collection, snapshot)
    kept = current_queries(collection, _trained(grader)).kept
    return {
        places.setdefault((row["query_digest"], row["document_digest"]), len(places)): row["grade"]
        for batch in query_batches(kept)
        for row in judged.judged(batch)
        if row["repeat"] == 0 and row["grade"] is not None
    }


def _matrix(names: Sequence[Json], maxima: Sequence[int], table: Table) -> Json:
    """Quadratic kappa and number of shared pairs of each two, symmetric."""
    n = len(names)
    kappas: list[list[float | None]] = [[None] * n for _ in range(n)]
    shared = [[0] * n for _ in range(n)]
    for one in range(n):
        for other in range(one + 1, n):
            value, n_pairs = _kappa(table[one], table[other], maxima[one], maxima[other])
            kappas[one][other] = kappas[other][one] = value
            shared[one][other] = shared[other][one] = n_pairs
    return {"graders": list(names), "kappa_quadratic": kappas, "n_pairs": shared}


def _kappa(one: Table, other: Table, one_max: int, other_max: int) -> tuple[float | None, int]:
    both = (one != MISSING) & (other != MISSING)
    n_pairs = int(np.count_nonzero(both))
    if not n_pairs or one_max != other_max:
        return None, n_pairs
    n_grades = one_max + 1
    cells = one[both].astype(np.int64) * n_grades + other[both]
    tables = np.bincount(cells, minlength=n_grades**2).reshape(1, n_grades, n_grades)
    value = float(kappa_of_tables(tables.astype(np.float64), "quadratic")[0])
    return (None if np.isnan(value) else value), n_pairs

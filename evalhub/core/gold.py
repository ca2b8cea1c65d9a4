"""Measures against gold labels, computed by trec_eval's code through ir_measures."""

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, Judged, P, R, nDCG

from evalhub.core.measures import GOLD_FAMILIES, MeasureName, UnknownMeasure, parse_measure

Qrels = Mapping[str, Mapping[str, int]]
Ranking = Mapping[str, Sequence[str]]
QueryValues = dict[str, float]

# Named providers: ir_measures would otherwise take whichever packages happen to be installed.
_PROVIDER = ir_measures.providers.FallbackProvider(  # type: ignore[no-untyped-call]  # ir_measures has no hint
    [ir_measures.pytrec_eval, ir_measures.judged, ir_measures.msmarco]
)


class RepeatedDocument(ValueError):
    """A ranked list names a document twice."""


def gold_values(
    measures: Sequence[str], qrels: Qrels, ranking: Ranking, *, relevant_from: int = 1
) -> dict[str, QueryValues]:
    """Return the value of each measure for each query, in the order of `qrels`.

    As trec_eval has it: the gain of nDCG is the grade itself (linear), unjudged documents count as not
    relevant, and queries without a relevant document are left out. Queries that the ranking misses
    count 0 (trec_eval -c), except for judged@k, which is undefined where nothing was returned. The
    order of the lists is final: trec_eval sorts by score and breaks ties by document id, so it is given
    scores that fall with the rank.

    Args:
        measures: Names as for `parse_measure`; they are the keys of the result.
        qrels: Grade by document by query; negative grades count as 0.
        ranking: Document ids from rank 1 by query.
        relevant_from: The lowest grade, from 1, that counts as relevant in recall, RR, AP and P.

    Raises:
        UnknownMeasure: For a name that is no gold measure.
        RepeatedDocument: When a list holds a document twice.
        ValueError: When `relevant_from` is below 1.
    """
    if relevant_from < 1:
        raise ValueError(f"relevant_from is {relevant_from}; grade 0 is not relevant, so give 1 or more")
    names = {name: _gold_name(name) for name in measures}
    judged = {
        query_id: dict(grades)
        for query_id, grades in qrels.items()
        if any(grade >= relevant_from for grade in grades.values())
    }
    if not names or not judged:
        return {name: {} for name in names}
    run = {query_id: _scores(query_id, ranking[query_id]) for query_id in judged if ranking.get(query_id)}
    asked = {parsed: _ir_measure(parsed, relevant_from) for parsed in names.values()}
    found = {
        (metric.measure, metric.query_id): float(metric.value)
        for metric in _PROVIDER.iter_calc(list(asked.values()), judged, run)
    }
    return {
        name: {
            query_id: found[asked[parsed], query_id]
            for query_id in (run if parsed.family == "judged" else judged)
        }
        for name, parsed in names.items()
    }


def _gold_name(name: str) -> MeasureName:
    parsed = parse_measure(name)
    if parsed.family not in GOLD_FAMILIES:
        raise UnknownMeasure(f"{name} does not use gold labels; those that do are {', '.join(GOLD_FAMILIES)}")
    return parsed


def _scores(query_id: str, doc_ids: Sequence[str]) -> dict[str, float]:
    scores = {doc_id: float(-rank) for rank, doc_id in enumerate(doc_ids, 1)}
    if len(scores) < len(doc_ids):
        repeated = next(doc_id for rank, doc_id in enumerate(doc_ids, 1) if scores[doc_id] != -rank)
        raise RepeatedDocument(
            f'the list of query "{query_id}" holds document "{repeated}" twice; keep its best rank only'
        )
    return scores


def _ir_measure(name: MeasureName, relevant_from: int) -> ir_measures.Measure:
    at_grade = {"recall": R, "RR": RR, "AP": AP, "P": P}
    without_grade = {"nDCG": nDCG, "judged": Judged}
    measure: ir_measures.Measure
    if name.family in at_grade:
        measure = at_grade[name.family](rel=relevant_from) @ name.cutoff
    else:
        measure = without_grade[name.family] @ name.cutoff
    return measure

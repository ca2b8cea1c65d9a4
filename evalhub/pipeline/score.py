"""Score runs: PWAS by every rater, measures on gold labels, and paired comparisons."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from django.db import transaction

from evalhub.core import compare
from evalhub.core.breakdowns import Bin, difference_bins, outcome_counts, paired_differences
from evalhub.core.compare import SEED
from evalhub.core.summary import Summary
from evalhub.models import (
    Comparison,
    DifferenceBin,
    Job,
    QueryDisagreement,
    QueryScore,
    RankGain,
    Score,
    SegmentScore,
    WorkUnit,
)
from evalhub.pipeline.breakdowns import largest_tags, rank_gains, segment_scores
from evalhub.pipeline.disagreement import query_disagreements
from evalhub.pipeline.kind import Progress, UnitPlan
from evalhub.pipeline.measured import Measured, ScoreInputs, measure_gold, measure_rater

BATCH = 500
# Gold measures that are compared; the others are shown only.
COMPARED_GOLD = "nDCG"


def plan(job: Job) -> Iterable[UnitPlan]:
    """One unit: the comparisons need every system."""
    return [UnitPlan(n_items=len(job.params["runs"]) * (len(job.params["rater_versions"]) + 1))]


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Compute everything, then replace the job's rows in one transaction."""
    inputs = ScoreInputs.load(job)
    measured: list[Measured] = []
    for version_id in job.params["rater_versions"]:
        measured.extend(measure_rater(inputs, version_id, seed=SEED))
        progress(len(measured))
    measured.extend(measure_gold(inputs, seed=SEED))
    found = Found(
        measured,
        list(_comparisons(job, measured)),
        [row for one in measured for row in rank_gains(job, one)],
        _segments(job, inputs, measured),
        [QueryDisagreement(job=job, query_id=q, value=v) for q, v in query_disagreements(job, inputs)],
    )
    with transaction.atomic():
        _store(job, found)


@dataclass(frozen=True, slots=True)
class Found:
    """What a score job is about to store."""

    measured: list[Measured]
    comparisons: list[tuple[Comparison, list[Bin]]]
    rank_gains: list[RankGain]
    segments: list[SegmentScore]
    disagreements: list[QueryDisagreement]


def _store(job: Job, found: Found) -> None:
    for rows in (
        job.scores,
        job.query_scores,
        job.comparisons,
        job.rank_gains,
        job.segment_scores,
        job.query_disagreements,
    ):
        rows.all().delete()
    Score.objects.bulk_create(_score(job, m) for m in found.measured)
    rows_per_query = (row for m in found.measured for row in _query_scores(job, m))
    QueryScore.objects.bulk_create(rows_per_query, batch_size=BATCH)
    Comparison.objects.bulk_create(comparison for comparison, _ in found.comparisons)
    DifferenceBin.objects.bulk_create(
        (
            DifferenceBin(comparison=comparison, start=start, end=end, n_queries=count)
            for comparison, bins in found.comparisons
            for start, end, count in bins
        ),
        batch_size=BATCH,
    )
    RankGain.objects.bulk_create(found.rank_gains, batch_size=BATCH)
    SegmentScore.objects.bulk_create(found.segments, batch_size=BATCH)
    QueryDisagreement.objects.bulk_create(found.disagreements, batch_size=BATCH)


def complete(job: Job) -> None:
    """Nothing: scores are read only once the job is done."""


def _score(job: Job, measured: Measured) -> Score:
    summary: Summary = measured.summary
    return Score(
        job=job,
        system_id=measured.system_id,
        rater_version_id=measured.rater_version_id,
        measure=measured.measure,
        value=summary.value,
        low=summary.low,
        high=summary.high,
        n_queries=summary.n_queries,
        lower_bound=summary.lower_bound,
        upper_bound=summary.upper_bound,
        coverage=summary.coverage,
    )


def _query_scores(job: Job, measured: Measured) -> Iterable[QueryScore]:
    for query_id, value in measured.values.items():
        listed = measured.lists.get(query_id)
        yield QueryScore(
            job=job,
            system_id=measured.system_id,
            rater_version_id=measured.rater_version_id,
            query_id=query_id,
            measure=measured.measure,
            value=value,
            lower_bound=listed.lower if listed else None,
            upper_bound=listed.upper if listed else None,
            n_hits=listed.n_hits if listed else None,
            n_rated=listed.n_rated if listed else None,
        )


def _is_compared(measured: Measured) -> bool:
    return bool(measured.rater_version_id) or measured.measure.startswith(COMPARED_GOLD)


def _segments(job: Job, inputs: ScoreInputs, measured: list[Measured]) -> list[SegmentScore]:
    tagged = largest_tags(inputs.queries.values())
    compared = [one for one in measured if _is_compared(one)]
    return [row for one in compared for row in segment_scores(job, one, tagged, seed=SEED)]


def _comparisons(job: Job, measured: list[Measured]) -> Iterable[tuple[Comparison, list[Bin]]]:
    """Each pair of systems under each compared measure; Holm over the pairs of one measure and rater."""
    families: dict[tuple[int | None, str], list[Measured]] = {}
    for one in measured:
        if _is_compared(one):
            families.setdefault((one.rater_version_id, one.measure), []).append(one)
    return (row for family in families.values() for row in _family(job, family))


def _family(job: Job, family: list[Measured]) -> Iterable[tuple[Comparison, list[Bin]]]:
    pairs = list(combinations(family, 2))
    results = [_compare(system, baseline) for system, baseline in pairs]
    adjusted = compare.holm([result.p_value for result in results])
    apart = [paired_differences(system.values, baseline.values) for system, baseline in pairs]
    bins = difference_bins(apart)
    for at, (system, baseline) in enumerate(pairs):
        found = results[at]
        outcomes = outcome_counts(apart[at])
        comparison = Comparison(
            job=job,
            system_id=system.system_id,
            baseline_id=baseline.system_id,
            rater_version_id=system.rater_version_id,
            measure=system.measure,
            difference=found.difference,
            low=found.low,
            high=found.high,
            p_value=found.p_value,
            p_holm=adjusted[at],
            n_queries=found.n_queries,
            n_wins=outcomes["wins"],
            n_ties=outcomes["ties"],
            n_losses=outcomes["losses"],
            verdict=compare.verdict(found, adjusted[at]),
        )
        yield comparison, bins[at]


def _compare(system: Measured, baseline: Measured) -> compare.Comparison:
    queries = sorted(system.values)
    return compare.compare_paired(
        [system.values[query] for query in queries],
        [baseline.values.get(query) for query in queries],
        seed=SEED,
    )

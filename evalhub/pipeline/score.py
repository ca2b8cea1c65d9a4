"""Score runs: PWAS by every rater, measures on gold labels, and paired comparisons."""

from collections.abc import Iterable
from itertools import combinations

from django.db import transaction

from evalhub.core import compare
from evalhub.core.summary import Summary
from evalhub.models import Comparison, Job, QueryDisagreement, QueryScore, Score, WorkUnit
from evalhub.pipeline.disagreement import query_disagreements
from evalhub.pipeline.kind import Progress, UnitPlan
from evalhub.pipeline.measured import Measured, ScoreInputs, measure_gold, measure_rater

SEED = 20_251_121
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
    comparisons = _comparisons(job, measured)
    disagreements = [
        QueryDisagreement(job=job, query_id=q, value=v) for q, v in query_disagreements(job, inputs)
    ]
    with transaction.atomic():
        for rows in (job.scores, job.query_scores, job.comparisons, job.query_disagreements):
            rows.all().delete()
        Score.objects.bulk_create(_score(job, m) for m in measured)
        rows_per_query = (row for m in measured for row in _query_scores(job, m))
        QueryScore.objects.bulk_create(rows_per_query, batch_size=BATCH)
        Comparison.objects.bulk_create(comparisons)
        QueryDisagreement.objects.bulk_create(disagreements, batch_size=BATCH)


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


def _comparisons(job: Job, measured: list[Measured]) -> list[Comparison]:
    """Each pair of systems under each compared measure; Holm over the pairs of one measure and rater."""
    families: dict[tuple[int | None, str], list[Measured]] = {}
    for one in measured:
        if one.rater_version_id or one.measure.startswith(COMPARED_GOLD):
            families.setdefault((one.rater_version_id, one.measure), []).append(one)
    return [row for family in families.values() for row in _family(job, family)]


def _family(job: Job, family: list[Measured]) -> Iterable[Comparison]:
    pairs = list(combinations(family, 2))
    results = [_compare(system, baseline) for system, baseline in pairs]
    adjusted = compare.holm([result.p_value for result in results])
    for (system, baseline), result, p_holm in zip(pairs, results, adjusted, strict=True):
        yield Comparison(
            job=job,
            system_id=system.system_id,
            baseline_id=baseline.system_id,
            rater_version_id=system.rater_version_id,
            measure=system.measure,
            difference=result.difference,
            low=result.low,
            high=result.high,
            p_value=result.p_value,
            p_holm=p_holm,
            n_queries=result.n_queries,
            verdict=compare.verdict(result, p_holm),
        )


def _compare(system: Measured, baseline: Measured) -> compare.Comparison:
    queries = sorted(system.values)
    return compare.compare_paired(
        [system.values[query] for query in queries],
        [baseline.values.get(query) for query in queries],
        seed=SEED,
    )

"""Two campaigns' scores of the same queries, paired."""

from collections import defaultdict
from dataclasses import dataclass

from evalhub.core import compare
from evalhub.core.breakdowns import TIE
from evalhub.core.compare import SEED
from evalhub.models import Query, QueryScore, Score
from evalhub.selectors.campaign_rows import CampaignRows

# A fifth of what the score job takes: somebody is waiting for the page.
N_RESAMPLES = 2_000
MOST_TESTED = 10
MOST_MOVED = 10

Values = dict[str, dict[int, float | None]]


@dataclass(frozen=True, slots=True)
class SystemChange:
    """A system before and now; `result` is undefined where it was not compared."""

    name: str
    before: Score | None
    now: Score | None
    result: compare.Comparison
    p_holm: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class MovedQuery:
    """A query whose score by a system moved."""

    query: Query
    system: str
    before: float
    now: float

    @property
    def difference(self) -> float:
        """How far it moved."""
        return self.now - self.before


def paired_values(ours: CampaignRows, theirs: CampaignRows, score: Score) -> tuple[Values, Values]:
    """By system name and query key, now and before."""
    jobs = [rows.campaign.score_job_id for rows in (ours, theirs)]
    rows = QueryScore.objects.filter(
        job__in=jobs, measure=score.measure, rater_version=score.rater_version_id
    ).order_by("pk")
    found: dict[int, Values] = {job: defaultdict(dict) for job in jobs if job}
    names = {jobs[0]: ours.system_names, jobs[1]: theirs.system_names}
    for job, system, query, value in rows.values_list("job_id", "system_id", "query_id", "value").iterator():
        found[job][names[job][system]][query] = value
    return found[jobs[0] or 0], found[jobs[1] or 0]


def system_changes(
    ours: CampaignRows,
    theirs: CampaignRows,
    scores: tuple[dict[str, Score], dict[str, Score]],
    values: tuple[Values, Values],
) -> list[SystemChange]:
    """Every system of either campaign; compared are those of both, Holm over them."""
    names = list(dict.fromkeys([*ours.system_names.values(), *theirs.system_names.values()]))
    shared = [name for name in names if name in values[0] and name in values[1]][:MOST_TESTED]
    results = {name: _compared(values[0][name], values[1][name]) for name in shared}
    adjusted = compare.holm([results[name].p_value for name in shared])
    p_holm = dict(zip(shared, adjusted, strict=True))
    nothing = compare.Comparison(None, None, None, None, 0)
    return [
        SystemChange(
            name=name,
            before=scores[1].get(name),
            now=scores[0].get(name),
            result=results.get(name, nothing),
            p_holm=p_holm.get(name),
            verdict=compare.verdict(results.get(name, nothing), p_holm.get(name)),
        )
        for name in names
    ]


def _compared(now: dict[int, float | None], before: dict[int, float | None]) -> compare.Comparison:
    queries = sorted(now.keys() & before.keys())
    return compare.compare_paired(
        [now[query] for query in queries],
        [before[query] for query in queries],
        seed=SEED,
        n_resamples=N_RESAMPLES,
    )


def furthest_queries(values: tuple[Values, Values]) -> list[MovedQuery]:
    """The queries that moved most, by any system."""
    now, before = values
    found = [
        (abs(value - earlier), name, query, earlier, value)
        for name, by_query in now.items()
        for query, value in by_query.items()
        if value is not None and (earlier := before.get(name, {}).get(query)) is not None
        if abs(value - earlier) > TIE
    ]
    furthest = sorted(found, key=lambda row: (-row[0], row[1], row[2]))[:MOST_MOVED]
    queries = Query.objects.in_bulk({row[2] for row in furthest}) if furthest else {}
    return [MovedQuery(queries[query], name, earlier, value) for _, name, query, earlier, value in furthest]


def n_shared_queries(values: tuple[Values, Values]) -> int:
    """Queries that both campaigns asked in the same words."""
    now, before = ({query for by_query in one.values() for query in by_query} for one in values)
    return len(now & before)

"""What the scores of an unfinished campaign are over the pairs that are rated so far."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from evalhub.core.pwas import score_list
from evalhub.core.summary import Summary, mean_of_lists
from evalhub.core.weights import position_weights
from evalhub.models import Campaign, CampaignRater, CampaignSystem, Job, Query
from evalhub.selectors.documents import collection_queries

# Some 10 microseconds each in SQLite on two busy cores: whoever looks must not hold up those who rate.
MOST_PAIRS = 8_000
# However many look, and however often.
EVERY_S = 10

# Judgments hang on the digests of their texts, over which Django's ORM can not join.
_GAINS = """
SELECT h.run_id, h.query_id, j.gain
FROM evalhub_hit h
JOIN evalhub_query q ON q.id = h.query_id
JOIN evalhub_document d ON d.id = h.document_id
LEFT JOIN evalhub_judgment j ON j.rater_version_id = %s
    AND j.query_digest = q.digest AND j.document_digest = d.digest AND j.repeat = 0
WHERE h.run_id IN ({runs}) AND h.rank <= %s AND h.query_id <= %s
ORDER BY h.run_id, h.query_id, h.rank
"""

Gains = dict[int, dict[int, list[float | None]]]


@dataclass(frozen=True, slots=True)
class SystemSoFar:
    """A system's mean over the rated weight, its exact bounds and its coverage; None before it retrieved."""

    name: str
    score: Summary | None


@dataclass(frozen=True, slots=True)
class ScoresSoFar:
    """The scores by the campaign's first rater, best first.

    Attributes:
        n_queries: the queries that were looked at: those that are rated first.
        n_queries_in_all: of the campaign.
    """

    rater: str
    measure: str
    systems: Sequence[SystemSoFar]
    n_queries: int
    n_queries_in_all: int

    @property
    def is_rated(self) -> bool:
        """Whether any pair has a grade."""
        return any(row.score and row.score.coverage for row in self.systems)


def scores_so_far_kept(campaign: Campaign) -> ScoresSoFar | None:
    """Scores so far, at most some seconds old; None once the campaign is done."""
    if campaign.state == Campaign.State.DONE:
        return None
    key = f"evalhub-so-far-{campaign.pk}-{campaign.state}"
    kept: ScoresSoFar | None = cache.get_or_set(key, lambda: scores_so_far(campaign), EVERY_S)
    return kept


def scores_so_far(campaign: Campaign) -> ScoresSoFar | None:
    """A bounded look at the pairs so far; None where nobody rates or there are no queries."""
    rater = campaign.campaign_raters.first()
    systems = list(campaign.campaign_systems.select_related("system", "run__job"))
    n_queries = MOST_PAIRS // max(1, len(systems) * campaign.cutoff)
    queries = _first_queries(campaign, max(1, n_queries))
    if rater is None or not queries:
        return None
    retrieved = [row for row in systems if row.run.job and row.run.job.state == Job.State.DONE]
    gains = _gains(rater, retrieved, campaign.cutoff, queries[-1])
    rows = [SystemSoFar(row.system.name, _score(campaign, gains, row, retrieved, queries)) for row in systems]
    return ScoresSoFar(
        rater=rater.name,
        measure=f"PWAS@{campaign.cutoff}",
        systems=sorted(rows, key=_best_first),
        n_queries=len(queries),
        n_queries_in_all=_queries(campaign).count() if len(queries) == n_queries else len(queries),
    )


def _first_queries(campaign: Campaign, most: int) -> list[int]:
    """The keys of the queries whose pairs are planned first."""
    return list(_queries(campaign).order_by("pk").values_list("pk", flat=True)[:most])


def _queries(campaign: Campaign) -> QuerySet[Query]:
    """Those of the version that the campaign asked, which may not be the latest."""
    return collection_queries(campaign.collection, campaign.collection_version)


def _gains(rater: CampaignRater, systems: Sequence[CampaignSystem], cutoff: int, last_query: int) -> Gains:
    """By run and query, in rank order."""
    found: Gains = defaultdict(dict)
    if not systems:
        return found
    runs = [row.run_id for row in systems]
    statement = _GAINS.format(runs=", ".join(["%s"] * len(runs)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [rater.rater_version_id, *runs, cutoff, last_query])
        for (run, query), lines in groupby(cursor.fetchall(), key=lambda line: (line[0], line[1])):
            found[run][query] = [gain for _, _, gain in lines]
    return found


def _score(
    campaign: Campaign,
    gains: Gains,
    row: CampaignSystem,
    retrieved: Sequence[CampaignSystem],
    queries: Sequence[int],
) -> Summary | None:
    if row not in retrieved:
        return None
    weights = position_weights(campaign.weights, campaign.cutoff)
    lists = gains.get(row.run_id, {})
    return mean_of_lists([score_list(lists.get(query, []), weights) for query in queries])


def _best_first(row: SystemSoFar) -> float:
    return -row.score.value if row.score and row.score.value is not None else float("inf")

"""What each query of a campaign scored, by system and by rater."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evalhub.core.concordance import GOLD_LABELS
from evalhub.models import Campaign, Job, Query, QueryScore


@dataclass(frozen=True, slots=True)
class QueryValue:
    """A measure of a system for a query; `rater` is GOLD_LABELS for measures on gold labels."""

    system: str
    rater: str
    measure: str
    value: float | None
    lower_bound: float | None
    upper_bound: float | None
    n_hits: int | None
    n_rated: int | None


@dataclass(frozen=True, slots=True)
class QueryValues:
    """A query with its values; none as long as the campaign is not scored."""

    query: Query
    values: Sequence[QueryValue]


def query_values(campaign: Campaign, queries: Sequence[Query]) -> list[QueryValues]:
    """The queries in the order given."""
    systems = dict(campaign.campaign_systems.values_list("system_id", "system__name"))
    raters = dict(campaign.campaign_raters.values_list("rater_version_id", "name"))
    scores = QueryScore.objects.filter(
        job=campaign.score_job_id, job__state=Job.State.DONE, query__in=queries
    ).order_by("pk")
    found: dict[int, list[QueryValue]] = defaultdict(list)
    for score in scores:
        found[score.query_id].append(
            QueryValue(
                system=systems[score.system_id],
                rater=raters[score.rater_version_id] if score.rater_version_id else GOLD_LABELS,
                measure=score.measure,
                value=score.value,
                lower_bound=score.lower_bound,
                upper_bound=score.upper_bound,
                n_hits=score.n_hits,
                n_rated=score.n_rated,
            )
        )
    return [QueryValues(query, found[query.pk]) for query in queries]

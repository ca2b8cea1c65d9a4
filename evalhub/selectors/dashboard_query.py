"""One query of a campaign: the ranked lists of all systems with their grades."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Length, Substr

from evalhub.models import (
    Campaign,
    CampaignSystem,
    GoldLabel,
    Hit,
    Judgment,
    Query,
    QueryScore,
)
from evalhub.selectors.dashboard_query_table import (
    QueryChoice,
    Scale,
    campaign_scales,
    ordered_queries,
    query_choice,
)
from evalhub.selectors.documents import alive_in
from evalhub.selectors.panel_members import Grader, campaign_raters, raters_graders

INLINE_CHARACTERS = 2_000  # of a document or a rationale; the rest is fetched when asked for
TITLE_CHARACTERS = 300

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Grade:
    """What a rater said of a pair; `judgment` is None or pending as long as it said nothing."""

    rater: Grader
    judgment: Any


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same document in another system's list."""

    system: str
    run_id: int
    rank: int


@dataclass(frozen=True, slots=True)
class ListedHit:
    """A hit with its document's beginning, its grades, and where else the document was found."""

    hit: Record
    grades: Sequence[Grade]
    gold: int | None
    elsewhere: Sequence[Elsewhere]


@dataclass(frozen=True, slots=True)
class RankedList:
    """A system's hits within the cutoff, and its values of this query by scale name."""

    system: CampaignSystem
    values: Sequence[tuple[Scale, QueryScore | None]]
    hits: Sequence[ListedHit]


@dataclass(frozen=True, slots=True)
class QueryDetail:
    """A query, its lists, and its neighbours in the order it was reached by."""

    campaign: Campaign
    query: Query
    choice: QueryChoice
    lists: Sequence[RankedList]
    previous: int | None
    following: int | None
    number: int | None
    n_queries: int


def query_detail(campaign: Campaign, query_id: int, given: Mapping[str, str]) -> QueryDetail:
    """The lists of a query; its neighbours are those in the order that the address parameters ask for.

    Raises:
        Query.DoesNotExist: the campaign's queries hold none of this key.
    """
    collection = Query.objects.filter(
        alive_in(campaign.collection_version), collection=campaign.collection_id
    )
    query = collection.get(pk=query_id)
    raters = campaign_raters(campaign)
    scales = campaign_scales(campaign, raters)
    choice = query_choice(scales, given)
    keys = list(ordered_queries(campaign, choice).values_list("key", flat=True))
    at = keys.index(query.pk) if query.pk in keys else None
    return QueryDetail(
        campaign=campaign,
        query=query,
        choice=choice,
        lists=_lists(campaign, query, scales, raters_graders(raters)),
        previous=keys[at - 1] if at else None,
        following=keys[at + 1] if at is not None and at + 1 < len(keys) else None,
        number=None if at is None else at + 1,
        n_queries=len(keys),
    )


def _lists(
    campaign: Campaign, query: Query, scales: Sequence[Scale], graders: Sequence[Grader]
) -> list[RankedList]:
    systems = list(campaign.campaign_systems.select_related("system"))
    hits = list(_hits(campaign, query, [row.run_id for row in systems]))
    grades = _grades(graders, query, hits)
    gold = _gold(campaign, query, hits)
    places = _places(systems, hits)
    values = _values(campaign, query)
    return [
        RankedList(
            row,
            [(scale, values.get((row.system_id, scale.rater_version_id, scale.measure))) for scale in scales],
            [
                ListedHit(
                    hit,
                    grades[hit["digest"]],
                    gold.get(hit["doc_id"]),
                    [place for place in places[hit["document_id"]] if place.run_id != row.run_id],
                )
                for hit in hits
                if hit["run_id"] == row.run_id
            ],
        )
        for row in systems
    ]


def _hits(campaign: Campaign, query: Query, run_ids: list[int]) -> QuerySet[Any, Any]:
    hits = Hit.objects.filter(run__in=run_ids, query=query, rank__lte=campaign.cutoff).order_by("rank")
    return hits.values(
        "run_id",
        "rank",
        "score",
        "document_id",
        doc_id=F("document__doc_id"),
        digest=F("document__digest"),
        title=Substr("document__title", 1, TITLE_CHARACTERS),
        text=Substr("document__text", 1, INLINE_CHARACTERS),
        n_characters=Length("document__text"),
    )


def _grades(graders: Sequence[Grader], query: Query, hits: list[Record]) -> dict[str, list[Grade]]:
    """By document digest, a grade per rater in the campaign's order, then per member of its panels."""
    digests = {hit["digest"] for hit in hits}
    judgments = Judgment.objects.filter(
        rater_version__in=[grader.version.pk for grader in graders],
        query_digest=query.digest,
        document_digest__in=digests,
        repeat=0,
    ).defer("reply", "rationale", "detail")
    shown = judgments.annotate(
        rationale_start=Substr("rationale", 1, INLINE_CHARACTERS),
        detail_start=Substr("detail", 1, INLINE_CHARACTERS),
    )
    found: dict[tuple[int | None, str], Any] = {(j.rater_version_id, j.document_digest): j for j in shown}
    return {
        digest: [Grade(grader, found.get((grader.version.pk, digest))) for grader in graders]
        for digest in digests
    }


def _gold(campaign: Campaign, query: Query, hits: list[Record]) -> dict[str, int]:
    labels = GoldLabel.objects.filter(
        alive_in(campaign.gold_version),
        collection=campaign.collection_id,
        query_id=query.query_id,
        doc_id__in={hit["doc_id"] for hit in hits},
    )
    return dict(labels.values_list("doc_id", "grade"))


def _places(systems: list[CampaignSystem], hits: list[Record]) -> dict[int, list[Elsewhere]]:
    names = {row.run_id: row.system.name for row in systems}
    places: dict[int, list[Elsewhere]] = defaultdict(list)
    for hit in hits:
        places[hit["document_id"]].append(Elsewhere(names[hit["run_id"]], hit["run_id"], hit["rank"]))
    return places


def _values(campaign: Campaign, query: Query) -> dict[tuple[int, int | None, str], QueryScore]:
    scores = QueryScore.objects.filter(job=campaign.score_job, query=query, job__state="done")
    return {(score.system_id, score.rater_version_id, score.measure): score for score in scores}

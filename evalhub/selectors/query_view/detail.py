"""One query of a campaign: the ranked lists of all systems with their grades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from evalhub.core.terms import query_terms
from evalhub.models import (
    Campaign,
    CampaignSystem,
    GoldLabel,
    Hit,
    Judgment,
    Query,
    QueryDisagreement,
    QueryScore,
    System,
)
from evalhub.selectors.documents import alive_in
from evalhub.selectors.panel_members import Grader, raters_graders
from evalhub.selectors.query_view.choice import Choices, Scale, query_choices
from evalhub.selectors.query_view.hits import (
    Grade,
    ListedHit,
    Record,
    hit_records,
    places_elsewhere,
    shown_texts,
    with_beginnings,
)
from evalhub.selectors.query_view.ordered import Place, place_of


@dataclass(frozen=True, slots=True)
class RankedList:
    """A system's hits within the cutoff, and its values of this query by scale; A and B have a `letter`."""

    system: CampaignSystem
    letter: str
    values: Sequence[tuple[Scale, QueryScore | None]]
    hits: Sequence[ListedHit]

    @property
    def score_word(self) -> str:
        """What the scores of hits are: an index compares vectors, a run has scores of its own."""
        return "similarity" if self.system.system.kind == System.Kind.INDEX else "retrieval score"


@dataclass(frozen=True, slots=True)
class QueryDetail:
    """A query, its lists (A and B first), and its place in the order it was reached by."""

    query: Query
    choices: Choices
    lists: Sequence[RankedList]
    place: Place | None
    difference: float | None
    disagreement: float | None

    @property
    def searchable(self) -> list[System]:
        """Those of the two compared systems that can search for other words too."""
        chosen = self.choices.chosen
        both = [chosen.first, chosen.second] if chosen.is_compared else [chosen.first]
        return [system for system in both if system.kind == System.Kind.INDEX]


def query_detail(campaign: Campaign, query_id: int, given: Mapping[str, str]) -> QueryDetail:
    """The lists of a query; its neighbours are those in the order that the address parameters ask for.

    Raises:
        Query.DoesNotExist: the campaign's queries hold none of this key.
    """
    disagreement = QueryDisagreement.objects.filter(job=campaign.score_job, query=OuterRef("pk"))
    told = campaign_queries(campaign).annotate(disagreement=Subquery(disagreement.values("value")))
    query = told.get(pk=query_id)
    choices = query_choices(campaign, given)
    values = _values(campaign, query)
    return QueryDetail(
        query=query,
        choices=choices,
        lists=_lists(query, choices, values),
        place=place_of(choices, query.pk),
        difference=_difference(choices, values),
        disagreement=query.disagreement,
    )


def campaign_queries(campaign: Campaign) -> QuerySet[Query]:
    """The queries of a campaign, in no order."""
    return Query.objects.filter(alive_in(campaign.collection_version), collection=campaign.collection_id)


Values = dict[tuple[int, int | None, str], QueryScore]


def _values(campaign: Campaign, query: Query) -> Values:
    scores = QueryScore.objects.filter(job=campaign.score_job, query=query, job__state="done")
    return {(score.system_id, score.rater_version_id, score.measure): score for score in scores}


def _difference(choices: Choices, values: Values) -> float | None:
    chosen = choices.chosen
    first, second = (
        values.get((system.pk, chosen.scale.rater_version_id, chosen.scale.measure))
        for system in (chosen.first, chosen.second)
    )
    if first is None or second is None or first.value is None or second.value is None:
        return None
    return first.value - second.value


def _lists(query: Query, choices: Choices, values: Values) -> list[RankedList]:
    campaign = choices.campaign
    systems = _compared_first(choices)
    run_ids = [row.run_id for row in systems]
    found = Hit.objects.filter(run__in=run_ids, query=query, rank__lte=campaign.cutoff)
    hits = hit_records(found, "run", gold=_gold(campaign, query))
    texts = shown_texts(hits, query_terms(query.text))
    grades = _grades(raters_graders(choices.raters), query, hits)
    places = places_elsewhere({row.run_id: row.system.name for row in systems}, hits)
    letters = _letters(choices)
    return [
        RankedList(
            row,
            letters.get(row.system_id, ""),
            [
                (scale, values.get((row.system_id, scale.rater_version_id, scale.measure)))
                for scale in choices.scales
            ],
            [
                ListedHit(
                    hit,
                    texts[hit["document_id"]],
                    grades[hit["digest"]],
                    hit["gold"],
                    places[row.run_id, hit["document_id"]],
                )
                for hit in hits
                if hit["list_id"] == row.run_id
            ],
        )
        for row in systems
    ]


def _compared_first(choices: Choices) -> list[CampaignSystem]:
    order = [choices.chosen.first.pk, choices.chosen.second.pk]
    return sorted(
        choices.entries, key=lambda row: order.index(row.system_id) if row.system_id in order else len(order)
    )


def _letters(choices: Choices) -> dict[int, str]:
    chosen = choices.chosen
    return {chosen.second.pk: "B", chosen.first.pk: "A"} if chosen.is_compared else {}


def _grades(graders: Sequence[Grader], query: Query, hits: list[Record]) -> dict[str, list[Grade]]:
    """By document digest, a grade per rater in the campaign's order, then per member of its panels."""
    digests = {hit["digest"] for hit in hits}
    judgments = Judgment.objects.filter(
        rater_version__in=[grader.version.pk for grader in graders],
        query_digest=query.digest,
        document_digest__in=digests,
        repeat=0,
    )
    found = {(j.rater_version_id, j.document_digest): j for j in with_beginnings(judgments)}
    return {
        digest: [Grade(grader, found.get((grader.version.pk, digest))) for grader in graders]
        for digest in digests
    }


def _gold(campaign: Campaign, query: Query) -> Subquery:
    labels = GoldLabel.objects.filter(
        alive_in(campaign.gold_version),
        collection=campaign.collection_id,
        query_id=query.query_id,
        doc_id=OuterRef("document__doc_id"),
    )
    return Subquery(labels.values("grade")[:1])

"""A ranked list with what raters and people said of each hit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Length, Substr

from evalhub.models import Campaign, CampaignSystem, GoldLabel, Hit, Judgment, Query
from evalhub.selectors.documents import alive_in
from evalhub.selectors.panel_members import Grader, campaign_graders

# A page of hits must not become as large as its documents.
TEXT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rater said; `state` is pending as long as it said nothing, unrated comes with its reason."""

    rater: str
    member_of: tuple[str, ...]
    state: str
    grade: int | None = None
    gain: float | None = None
    reason: str = ""
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class GradedHit:
    """A hit, the verdicts of raters and then of panels' members, and the gold grade or None."""

    hit: Hit
    verdicts: Sequence[Verdict]
    gold_grade: int | None


def ranked_hits(row: CampaignSystem, query: Query) -> QuerySet[Hit]:
    """The hits of a system for a query with their documents, of whose texts only `text`, the beginning."""
    hits = Hit.objects.filter(run=row.run_id, query=query).select_related("document")
    return hits.defer("document__text", "document__metadata").annotate(
        text=Substr("document__text", 1, TEXT_CHARACTERS), n_characters=Length("document__text")
    )


def graded_hits(campaign: Campaign, query: Query, hits: Sequence[Hit]) -> list[GradedHit]:
    """The hits in the order given."""
    verdicts = _verdicts(campaign, query, {hit.document.digest for hit in hits})
    gold = GoldLabel.objects.filter(
        alive_in(campaign.gold_version),
        collection=campaign.collection_id,
        query_id=query.query_id,
        doc_id__in={hit.document.doc_id for hit in hits},
    )
    grades = dict(gold.values_list("doc_id", "grade"))
    return [GradedHit(hit, verdicts[hit.document.digest], grades.get(hit.document.doc_id)) for hit in hits]


def _verdicts(campaign: Campaign, query: Query, digests: set[str]) -> dict[str, list[Verdict]]:
    """By document digest."""
    graders = campaign_graders(campaign)
    judgments = Judgment.objects.filter(
        rater_version__in=[grader.version.pk for grader in graders],
        query_digest=query.digest,
        document_digest__in=digests,
        repeat=0,
    ).defer("reply", "detail", "probabilities")
    found = {(judgment.rater_version_id, judgment.document_digest): judgment for judgment in judgments}
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    for digest in digests:
        for grader in graders:
            verdicts[digest].append(_verdict(grader, found.get((grader.version.pk, digest))))
    return verdicts


def _verdict(grader: Grader, judgment: Judgment | None) -> Verdict:
    if judgment is None:
        return Verdict(grader.name, grader.member_of, Judgment.State.PENDING)
    said = (judgment.state, judgment.grade, judgment.gain, judgment.reason, judgment.rationale)
    return Verdict(grader.name, grader.member_of, *said)

"""What `export` writes: runs, qrels, judgments, results."""

from collections.abc import Iterator

from evalhub.formats.grades import GradeRow
from evalhub.formats.runs import RunRow
from evalhub.formats.writers import JudgmentRow
from evalhub.models import Campaign, CampaignSystem, GoldLabel, Hit, Judgment
from evalhub.selectors.documents import alive_in
from evalhub.selectors.panel_members import Grader, campaign_graders


def run_rows(row: CampaignSystem) -> Iterator[RunRow]:
    """The hits of a system in a campaign, by query, in rank order."""
    hits = Hit.objects.filter(run_id=row.run_id).order_by("query__query_id", "rank")
    values = hits.values_list("query__query_id", "document__doc_id", "rank", "score")
    for query_id, doc_id, rank, score in values.iterator():
        yield RunRow(line=0, query_id=query_id, doc_id=doc_id, rank=rank, score=score)


def qrels_rows(campaign: Campaign) -> Iterator[GradeRow]:
    """The gold labels a campaign used."""
    labels = GoldLabel.objects.filter(alive_in(campaign.gold_version), collection=campaign.collection)
    values = labels.order_by("query_id", "doc_id").values_list("query_id", "doc_id", "grade")
    for query_id, doc_id, grade in values.iterator():
        yield GradeRow(line=0, query_id=query_id, doc_id=doc_id, grade=grade)


def judgment_rows(campaign: Campaign) -> Iterator[JudgmentRow]:
    """Every rater's word on every pair of a campaign's pool; one without has the reason pending.

    The members of panels have their say after the campaign's own raters.
    """
    pool = Hit.objects.filter(
        run_id__in=campaign.campaign_systems.values("run_id"), rank__lte=campaign.cutoff
    ).order_by("query__query_id", "document__doc_id")
    pairs = list(
        pool.values_list(
            "query__query_id", "query__digest", "document__doc_id", "document__digest"
        ).distinct()
    )
    for grader in campaign_graders(campaign):
        judgments = {
            (j.query_digest, j.document_digest): j
            for j in Judgment.objects.filter(
                rater_version=grader.version, repeat=0, query_digest__in={pair[1] for pair in pairs}
            ).iterator()
        }
        for query_id, query_digest, doc_id, digest in pairs:
            judgment = judgments.get((query_digest, digest))
            yield _judgment_row(query_id, doc_id, grader, judgment)


def _judgment_row(query_id: str, doc_id: str, grader: Grader, judgment: Judgment | None) -> JudgmentRow:
    panels = ", ".join(grader.member_of)
    if judgment is None or judgment.state == Judgment.State.PENDING:
        return JudgmentRow(query_id, doc_id, grader.name, None, None, "pending", "", panels)
    expected = None if judgment.gain is None else judgment.gain * grader.version.max_grade
    said = (judgment.grade, expected, judgment.reason, judgment.rationale)
    return JudgmentRow(query_id, doc_id, grader.name, *said, panels)

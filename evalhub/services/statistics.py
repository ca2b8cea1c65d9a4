"""Decide by which statistics the pairs of a snapshot are graded."""

from django.db.models import F, Sum

from evalhub.core.digest import content_digest
from evalhub.models import CorpusStatistics, Job, Snapshot
from evalhub.services.jobs import JobRequest

# Raised when a change of the code changes what is collected from the same documents.
STATISTICS_REVISION = 1
# Grades of earlier snapshots stay valid as long as no more than this share of the documents came or went:
# how rare a word is hardly changes by then, and nothing has to be graded again.
MAX_DRIFT = 0.1


def statistics_ensure(snapshot: Snapshot, encoder_revision: str) -> CorpusStatistics:
    """The newest statistics of the corpus that still fit the snapshot, or new ones of the snapshot itself."""
    if fitting := statistics_fitting(snapshot, encoder_revision):
        return fitting
    digest = content_digest(["corpus statistics", STATISTICS_REVISION, snapshot.digest, encoder_revision])
    made, _ = CorpusStatistics.objects.get_or_create(
        snapshot=snapshot, encoder_revision=encoder_revision, defaults={"digest": digest}
    )
    return made


def statistics_fitting(snapshot: Snapshot, encoder_revision: str) -> CorpusStatistics | None:
    """The newest statistics of the corpus that still fit the snapshot, None without such."""
    known = CorpusStatistics.objects.filter(
        snapshot__corpus=snapshot.corpus_id, encoder_revision=encoder_revision
    ).select_related("snapshot")
    for statistics in known.order_by("-snapshot__number"):
        if _drift(statistics.snapshot, snapshot) <= MAX_DRIFT:
            return statistics
    return None


def statistics_request(statistics: CorpusStatistics, *, model: str, rater: str) -> JobRequest:
    """The job that collects them.

    Args:
        model: the embedding model whose revision the statistics name; "" without vectors.
        rater: who needs them, for people.
    """
    return JobRequest(
        kind=Job.Kind.STATISTICS,
        key={"statistics": statistics.digest},
        params={"statistics": statistics.pk, "model": model},
        label=f"{statistics.snapshot.corpus} for {rater}",
        queue="rate-local",
        item_word="documents",
    )


def _drift(one: Snapshot, other: Snapshot) -> float:
    """The share of documents that came or went between two snapshots of a corpus; a changed one did both."""
    first, last = sorted([one, other], key=lambda snapshot: snapshot.number)
    between = Snapshot.objects.filter(corpus=one.corpus_id, number__gt=first.number, number__lte=last.number)
    n_moved = between.aggregate(total=Sum(F("n_added") + F("n_removed")))["total"] or 0
    return n_moved / max(1, min(one.n_documents, other.n_documents))

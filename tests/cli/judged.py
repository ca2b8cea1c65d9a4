"""Judgments for rater reports, as a campaign would have left them."""

from collections.abc import Mapping, Sequence
from typing import Any

from evalhub.models import Document, Judgment, Query, Rater, RaterVersion
from evalhub.services.workspaces import workspace_default

Pair = tuple[str, str]


def rater_version(name: str, max_grade: int = 2, number: int = 1, **spec: Any) -> RaterVersion:
    """A version of a rater; its spec holds what a report reads of it."""
    workspace = workspace_default()
    rater, _ = Rater.objects.get_or_create(workspace=workspace, name=name)
    return RaterVersion.objects.create(
        workspace=workspace,
        rater=rater,
        number=number,
        kind="hosted",
        model="m",
        max_grade=max_grade,
        spec=spec,
        digest=f"sha256:{name}{number}",
    )


def judged(
    version: RaterVersion,
    grades: Mapping[Pair, int],
    *,
    probabilities: Mapping[Pair, Sequence[float]] | None = None,
    **fields: Any,
) -> None:
    """Grades by (query_id, doc_id); the gain is the expected grade over G where there are probabilities."""
    known = probabilities or {}
    for pair, grade in grades.items():
        said = known.get(pair)
        expected = grade if said is None else sum(place * share for place, share in enumerate(said))
        found = {"state": "graded", "grade": grade, "gain": expected / version.max_grade}
        Judgment.objects.create(**_key(version, pair), probabilities=said, **found, **fields)


def unrated(version: RaterVersion, pair: Pair, reason: str = "", **fields: Any) -> None:
    """A pair without a grade: with a reason, or pending."""
    state = "unrated" if reason else "pending"
    Judgment.objects.create(**_key(version, pair), state=state, reason=reason, **fields)


def _key(version: RaterVersion, pair: Pair) -> dict[str, Any]:
    query = Query.objects.get(query_id=pair[0], removed_in=None)
    document = Document.objects.get(doc_id=pair[1], removed_in=None)
    return {
        "rater_version": version,
        "query_digest": query.digest,
        "document_digest": document.digest,
    }

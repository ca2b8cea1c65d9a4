"""Profiles as the pipeline would leave them, without reading a document."""

from typing import Any

from evalhub.models import CorpusProfile, Job, ProfilePart, QueryCollection, Snapshot, WorkUnit
from evalhub.services.profiles import PROFILE_REVISION
from tests.dashboard.inputs import START

MINILM = {"provider": "sentence-transformers", "model": "minilm", "revision": "r"}


def spread(
    *bins: tuple[int, int, int], median: int = 8, p95: int = 300, largest: int = 402
) -> dict[str, Any]:
    n = sum(count for _, _, count in bins)
    return {
        "n": n,
        "mean": 9.5,
        "smallest": 0,
        "median": median,
        "p95": p95,
        "largest": largest,
        "bins": [list(one) for one in bins],
    }


def make_profile(
    snapshot: Snapshot,
    collection: QueryCollection | None = None,
    *,
    state: str = "done",
    name: str = "minilm",
) -> CorpusProfile:
    """A profile with parts of every kind; one that runs has its texts only."""
    job = Job.objects.create(
        workspace=snapshot.corpus.workspace,
        kind="profile",
        key=f"profile {snapshot.pk} {CorpusProfile.objects.count()}",
        queue="embed",
        label=str(snapshot),
        item_word="documents",
        params={"models": [{"name": name, "digest": "sha256:m", "spec": MINILM}]},
        state=state,
        is_planned=True,
        started_at=START,
        error="out of memory" if state == "failed" else "",
    )
    WorkUnit.objects.create(job=job, number=0, n_items=48, n_items_done=24, available_at=START)
    profile = CorpusProfile.objects.create(snapshot=snapshot, collection=collection, digest=job.key, job=job)
    parts = {"texts": _texts(), "tokens": _tokens(name), "similar": _similar(snapshot, name)}
    if collection:
        parts["overlap"] = _overlap(collection)
    for part, figures in parts.items():
        if state == "done" or part == "texts":
            ProfilePart.objects.create(
                profile=profile,
                name=part,
                subject="sha256:m" if part == "tokens" else "",
                figures={**figures, "revision": PROFILE_REVISION},
            )
    return profile


def _texts() -> dict[str, Any]:
    return {
        "n_documents": 24,
        "characters": spread((0, 50, 20), (50, 100, 4), largest=63_000),
        "words": spread((0, 10, 20), (10, 20, 4)),
        "n_empty": 1,
        "duplicates": {"n_texts": 1, "n_documents": 4, "n_extra": 3, "groups": [[4, ["d01", "d02"]]]},
        "languages": [["en", 18], ["de", 4], ["zxx", 2]],
        "n_languages_of": 24,
        "seed": 7,
    }


def _tokens(name: str) -> dict[str, Any]:
    bins = spread((0, 200, 20), (200, 400, 4))
    return {"name": name, "n_of": 24, "seed": 7, "tokens": bins, "limit": 256, "n_truncated": 6}


def _similar(snapshot: Snapshot, name: str) -> dict[str, Any]:
    bins = [0] * 101
    bins[100], bins[96], bins[85], bins[30] = 4, 2, 2, 16
    first, second, third = snapshot.corpus.documents.order_by("pk")[:3]
    pairs = [
        [0.9612, first.doc_id, first.pk, second.doc_id, second.pk],
        [0.8501, first.doc_id, first.pk, third.doc_id, third.pk],
    ]
    return {
        "name": name,
        "n_documents": 24,
        "n_of": 24,
        "seed": 7,
        "floor": 0.8,
        "bins": bins,
        "pairs": pairs,
    }


def _overlap(collection: QueryCollection) -> dict[str, Any]:
    shares = {"n": 6, "mean": 0.9, "bins": [0, 0, 0, 0, 0, 0, 0, 0, 1, 5]}
    return {
        "name": collection.name,
        "version": 1,
        "n_queries": 6,
        "n_queries_in_all": 6,
        "n_of": 24,
        "seed": 7,
        "anywhere": shares,
        "best": shares,
        "relevant": {"n": 0, "mean": None, "bins": [0] * 10},
    }

"""Query words that documents use."""

import random
from collections.abc import Mapping, Sequence

from evalhub.core.profile.overlap import OverlapCounter
from evalhub.models import CorpusProfile
from evalhub.pipeline.embed import document_text
from evalhub.pipeline.kind import Progress
from evalhub.pipeline.profile_parts.sampling import SEED, Json, documents, sample_keys
from evalhub.selectors.documents import collection_queries, gold_of, snapshot_keys

OVERLAP_DOCUMENTS = 200_000
OVERLAP_QUERIES = 2_000


def overlap_part(profile: CorpusProfile, params: Json, subject: str, progress: Progress) -> Json:
    """Shares of query words that documents use; see `evalhub.core.profile.overlap.QueryOverlap`."""
    collection = profile.collection
    if collection is None:
        raise ValueError("a profile without queries has no overlap")
    rows = list(collection_queries(collection, profile.collection_version).values_list("query_id", "text"))
    rows = sorted(random.Random(SEED).sample(rows, min(len(rows), OVERLAP_QUERIES)))  # noqa: S311
    counter = OverlapCounter([text for _, text in rows])
    sample = sample_keys(snapshot_keys(profile.snapshot), OVERLAP_DOCUMENTS)
    numbers: dict[str, int] = {}
    for document in documents(profile.snapshot, sample, progress):
        numbers[document.doc_id] = len(numbers)
        counter.add(document_text(document))
    gold = gold_of(collection, profile.gold_version)
    found = counter.result(_relevant([query_id for query_id, _ in rows], gold, numbers))
    return {
        "name": collection.name,
        "version": profile.collection_version,
        "n_queries": len(rows),
        "n_queries_in_all": collection.n_queries,
        "n_of": len(numbers),
        "seed": SEED,
        **{name: _shares([getattr(one, name) for one in found]) for name in ("anywhere", "best", "relevant")},
    }


def overlap_subject(profile: CorpusProfile) -> str:
    """What tells one version of a collection from another."""
    return f"{profile.collection_id}.{profile.collection_version}.{profile.gold_version}"


def _relevant(
    query_ids: Sequence[str], gold: Mapping[str, Mapping[str, int]], numbers: Mapping[str, int]
) -> dict[int, list[int]]:
    found = {}
    for at, query_id in enumerate(query_ids):
        labels = gold.get(query_id, {})
        found[at] = [numbers[doc_id] for doc_id, grade in labels.items() if grade > 0 and doc_id in numbers]
    return found


def _shares(values: Sequence[float | None]) -> Json:
    """Mean and a histogram in tenths (the last holds 1) of the queries that have a value."""
    known = [value for value in values if value is not None]
    tenths = [min(9, int(value * 10 + 1e-9)) for value in known]
    return {
        "n": len(known),
        "mean": sum(known) / len(known) if known else None,
        "bins": [tenths.count(at) for at in range(10)],
    }

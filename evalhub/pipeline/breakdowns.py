"""What a score job finds within its scores: by rank, by query tag, by how far queries are apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from statistics import fmean

from evalhub.core.summary import Summary, summarise_lists, summarise_values
from evalhub.models import Job, Query, RankGain, SegmentScore
from evalhub.pipeline.measured import Measured

MOST_TAGS = 30


def rank_gains(job: Job, measured: Measured) -> Iterator[RankGain]:
    """The mean gain at each rank by a rater; ranks without a rated pair are left out."""
    if measured.rater_version_id is None:
        return
    by_rank: dict[int, list[float]] = defaultdict(list)
    for listed in measured.gains.values():
        for rank, gain in enumerate(listed, 1):
            if gain is not None:
                by_rank[rank].append(gain)
    for rank, gains in sorted(by_rank.items()):
        yield RankGain(
            job=job,
            system_id=measured.system_id,
            rater_version_id=measured.rater_version_id,
            rank=rank,
            gain=fmean(gains),
            n_rated=len(gains),
        )


def largest_tags(queries: Iterable[Query]) -> dict[str, list[int]]:
    """The query keys of each tag; the tags with most queries, and of equal ones the first by name."""
    found: dict[str, list[int]] = defaultdict(list)
    for query in queries:
        for tag in query.tags:
            found[tag].append(query.pk)
    largest = sorted(found, key=lambda tag: (-len(found[tag]), tag))[:MOST_TAGS]
    return {tag: found[tag] for tag in largest}


def segment_scores(
    job: Job, measured: Measured, tagged: Mapping[str, list[int]], *, seed: int
) -> Iterator[SegmentScore]:
    """Mean and 95% interval over the queries of each tag that have a value."""
    for tag, keys in tagged.items():
        summary = _summary(measured, keys, seed=seed)
        if summary.value is not None:
            yield SegmentScore(
                job=job,
                system_id=measured.system_id,
                rater_version_id=measured.rater_version_id,
                measure=measured.measure,
                tag=tag,
                value=summary.value,
                low=summary.low,
                high=summary.high,
                n_queries=summary.n_queries,
            )


def _summary(measured: Measured, keys: list[int], *, seed: int) -> Summary:
    """As over all queries: by a rater, a value is kept within its bounds."""
    if measured.lists:
        return summarise_lists([measured.lists[key] for key in keys], seed=seed)
    return summarise_values([measured.values.get(key) for key in keys], seed=seed)

"""How far the raters of a score job disagree on each query: what the pages of queries sort by."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from django.db.models import QuerySet

from evalhub.core.disagreement import mean_difference, mean_entropy
from evalhub.models import Job, Judgment, Query, RaterVersion
from evalhub.pipeline.measured import ScoreInputs
from evalhub.selectors.panel_members import independent_versions

QUERY_BATCH = 200
DIGITS = 9  # the same gains summed in another order are a tie

PairDigests = tuple[str, str]
Pool = dict[str, str]
"""Document digest by doc_id."""


def query_disagreements(job: Job, inputs: ScoreInputs) -> Iterator[tuple[int, float]]:
    """(query key, disagreement in [0, 1]) of every query that has one.

    With two graders or more, gold labels being one, it is the mean absolute difference of their gains over
    the pairs of the query's pool; with one grader that offers probabilities, their mean entropy.
    """
    versions = RaterVersion.objects.filter(pk__in=job.params["rater_versions"]).select_related("rater")
    graders = independent_versions(list(versions))
    if inputs.gold:
        graders = [version for version in graders if version.kind != "gold"]
    is_alone = len(graders) + bool(inputs.gold) < 2
    highest = max((grade for labels in inputs.gold.values() for grade in labels.values()), default=0)
    keys = iter(inputs.queries)
    while batch := [inputs.queries[key] for key in islice(keys, QUERY_BATCH)]:
        found = (
            _entropies(batch, graders, inputs) if is_alone else _differences(batch, graders, inputs, highest)
        )
        yield from ((key, round(value, DIGITS)) for key, value in found if value is not None)


def _differences(
    queries: Sequence[Query], graders: Sequence[RaterVersion], inputs: ScoreInputs, highest: int
) -> Iterator[tuple[int, float | None]]:
    gains: dict[PairDigests, dict[int, float]] = defaultdict(dict)
    for version_id, asked, document, gain in _judged(queries, graders).values_list(
        "rater_version", "query_digest", "document_digest", "gain"
    ):
        if gain is not None:
            gains[asked, document][version_id] = gain
    for query in queries:
        labels = inputs.gold.get(query.query_id, {})
        yield (
            query.pk,
            mean_difference(
                [*gains.get((query.digest, digest), {}).values(), _gold_gain(labels, doc_id, highest)]
                for doc_id, digest in _pool(inputs, query).items()
            ),
        )


def _entropies(
    queries: Sequence[Query], graders: Sequence[RaterVersion], inputs: ScoreInputs
) -> Iterator[tuple[int, float | None]]:
    rows = _judged(queries, graders).exclude(probabilities=None)
    found: dict[PairDigests, list[float]] = {
        (asked, document): probabilities or []
        for asked, document, probabilities in rows.values_list(
            "query_digest", "document_digest", "probabilities"
        )
    }
    for query in queries:
        pairs = [(query.digest, digest) for digest in _pool(inputs, query).values()]
        yield query.pk, mean_entropy(found[pair] for pair in pairs if pair in found)


def _judged(queries: Sequence[Query], graders: Sequence[RaterVersion]) -> QuerySet[Judgment]:
    return Judgment.objects.filter(
        rater_version__in=graders,
        query_digest__in={query.digest for query in queries},
        state=Judgment.State.GRADED,
        repeat=0,
    )


def _pool(inputs: ScoreInputs, query: Query) -> Pool:
    """The documents that any system has within the cutoff."""
    return {
        doc_id: digest
        for ranked in inputs.runs.values()
        for doc_id, digest in ranked.get(query.pk, [])[: inputs.cutoff]
    }


def _gold_gain(labels: Mapping[str, int], doc_id: str, highest: int) -> float | None:
    grade = labels.get(doc_id)
    return None if grade is None or highest < 1 else max(grade, 0) / highest

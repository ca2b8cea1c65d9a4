"""Have a rater grade the pool: every pair once, paid for once, stored as the replies arrive."""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from django.utils import timezone

from evalhub import wiring
from evalhub.models import Document, Hit, Job, Judgment, Query, RaterVersion, WorkUnit
from evalhub.pipeline import budget
from evalhub.pipeline.gold_rater import gold_outcomes
from evalhub.pipeline.judgments import (
    PairDigests,
    judgments_claim,
    judgments_of,
    judgments_request,
    judgments_store,
)
from evalhub.pipeline.kind import Later, Progress, UnableToProceed, UnitPlan
from evalhub.pipeline.panel_rater import panel_outcomes
from raters.cost import worst_cost_usd
from raters.protocol import Outcome, RateRequest, RaterMisconfigured, TransientFailure
from raters.spec import RaterSpec

UNIT_PAIRS = 200
INSERT_BATCH = 3000
# Free replies are stored when this many wait or the oldest is this old; paid ones at once.
FLUSH_PAIRS = 16
FLUSH_S = 1.0
WAIT_FOR_OTHERS_S = 3.0
TRANSIENT_DELAY_S = 15.0
# A provider may ask for a day; look again sooner than the broker redelivers.
MAX_DELAY_S = 600.0
# A local model's probabilities depend in their last bits on what shares a batch, and it batches per query.
# A unit that is taken up again asks for whole queries, so that it ends with the numbers of an undisturbed
# run; what was stored before stays. Hosted raters are asked for exactly what is missing: each pair costs.
WHOLE_QUERIES = {"local-llm"}

PairKeys = tuple[int, int]


def plan(job: Job) -> Iterable[UnitPlan]:
    """Insert the pool's missing judgments as pending; plan units, query by query, over what is open."""
    version = _version(job)
    open_pairs: list[PairKeys] = []
    pool = _pool(job)
    while batch := list(islice(pool, INSERT_BATCH)):
        judgments_request(version, (digests for _, digests in batch))
        settled = _settled(version, [digests for _, digests in batch])
        open_pairs.extend(keys for keys, digests in batch if digests not in settled)
    for start in range(0, len(open_pairs), UNIT_PAIRS):
        part = open_pairs[start : start + UNIT_PAIRS]
        yield UnitPlan({"pairs": part}, n_items=len(part))


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Rate the unit's pairs that no one else is rating; come back for those that are."""
    version = _version(job)
    requests = _requests(unit)
    open_now = [j for j in judgments_of(version, list(requests)) if j.state == Judgment.State.PENDING]
    ours = judgments_claim(open_now, unit)
    n_done = unit.n_items - len(open_now)
    try:
        for some in _affordable(version, ours, requests, unit):
            _rate(version, some, requests, unit, n_done, progress)
            n_done += len(some)
    except TransientFailure as failure:
        delay_s = min(failure.retry_after_s or TRANSIENT_DELAY_S, MAX_DELAY_S)
        raise Later(str(failure), delay_s=delay_s) from failure
    except RaterMisconfigured as error:
        raise UnableToProceed(str(error)) from error
    if len(ours) < len(open_now):
        raise Later(
            f"{len(open_now) - len(ours)} pairs are being rated by another campaign", WAIT_FOR_OTHERS_S
        )


def complete(job: Job) -> None:
    """Nothing: judgments count as soon as they are stored."""


def _affordable(
    version: RaterVersion, ours: Sequence[Judgment], requests: dict[PairDigests, RateRequest], unit: WorkUnit
) -> Iterator[Sequence[Judgment]]:
    """Parts of what is to be rated, each paid for before it is asked for."""
    spec = RaterSpec.from_dict(version.spec)
    pairs = [(judgment.query_digest, judgment.document_digest) for judgment in ours]
    worst_usd = [worst_cost_usd(spec, requests[pair]) for pair in pairs]
    start = 0
    while start < len(ours):
        n_paid = budget.reserve(unit, worst_usd[start:])
        try:
            yield ours[start : start + n_paid]
        finally:
            budget.release(unit)
        start += n_paid


def _rate(
    version: RaterVersion,
    ours: Sequence[Judgment],
    requests: dict[PairDigests, RateRequest],
    unit: WorkUnit,
    n_before: int,
    progress: Progress,
) -> None:
    spec = RaterSpec.from_dict(version.spec)
    wanted = {(judgment.query_digest, judgment.document_digest): judgment for judgment in ours}
    waiting: list[tuple[Judgment, Outcome]] = []
    n_stored, oldest = 0, time.monotonic()
    try:
        for pair, outcome in _outcomes(version, unit, wanted, requests):
            if pair not in wanted:
                continue
            waiting.append((wanted[pair], outcome))
            if version.kind == "hosted" or len(waiting) >= FLUSH_PAIRS or time.monotonic() - oldest > FLUSH_S:
                judgments_store(waiting, unit, spec, now=timezone.now())
                n_stored, oldest = n_stored + len(waiting), time.monotonic()
                waiting = []
                progress(n_before + n_stored)
    finally:
        judgments_store(waiting, unit, spec, now=timezone.now())  # paid for, however this ends


def _outcomes(
    version: RaterVersion,
    unit: WorkUnit,
    wanted: Collection[PairDigests],
    requests: dict[PairDigests, RateRequest],
) -> Iterator[tuple[PairDigests, Outcome]]:
    asked = [pair for pair in requests if pair in wanted]
    if not asked:
        return
    if version.kind == "gold":
        outcomes = gold_outcomes(version, unit, asked)
    elif version.kind == "panel":
        outcomes = panel_outcomes(version, asked)
    else:
        if version.kind in WHOLE_QUERIES:
            queries = {query for query, _ in wanted}
            asked = [pair for pair in requests if pair[0] in queries]
        outcomes = wiring.rater(version.pk).rate([requests[pair] for pair in asked])
    for position, outcome in outcomes:
        yield asked[position], outcome


def _version(job: Job) -> RaterVersion:
    return RaterVersion.objects.get(pk=job.params["rater_version"])


def _pool(job: Job) -> Iterator[tuple[PairKeys, PairDigests]]:
    hits = Hit.objects.filter(run_id__in=job.params["runs"], rank__lte=job.params["cutoff"])
    rows = hits.values_list("query_id", "document_id", "query__digest", "document__digest")
    for query, document, query_digest, document_digest in rows.distinct().order_by("query_id", "document_id"):
        yield (query, document), (query_digest, document_digest)


def _settled(version: RaterVersion, pairs: Sequence[PairDigests]) -> set[PairDigests]:
    return {
        (judgment.query_digest, judgment.document_digest)
        for judgment in judgments_of(version, pairs)
        if judgment.state != Judgment.State.PENDING
    }


def _requests(unit: WorkUnit) -> dict[PairDigests, RateRequest]:
    """The unit's pairs as the rater sees them; equal texts under two ids are one request."""
    pairs = unit.payload["pairs"]
    queries = Query.objects.in_bulk({query for query, _ in pairs})
    documents = Document.objects.in_bulk({document for _, document in pairs})
    return {
        (queries[q].digest, documents[d].digest): RateRequest(
            query=queries[q].text, need=queries[q].need, title=documents[d].title, text=documents[d].text
        )
        for q, d in pairs
    }

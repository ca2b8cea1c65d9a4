"""Have a rater grade the pool: every pair once, paid for once, stored as the replies arrive."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from evalhub import wiring
from evalhub.models import Document, Hit, Job, Judgment, Query, RaterVersion, WorkUnit
from evalhub.pipeline.budget import affordable
from evalhub.pipeline.gold_rater import gold_outcomes
from evalhub.pipeline.imported_rater import imported_outcomes
from evalhub.pipeline.judgments import (
    PairDigests,
    judgments_claim,
    judgments_of,
    judgments_request,
    judgments_states,
)
from evalhub.pipeline.kind import Fruitless, Later, Progress, UnableToProceed, UnitPlan
from evalhub.pipeline.pair_store import PairStore
from evalhub.pipeline.panel_rater import panel_outcomes
from raters.protocol import Outcome, RateRequest, RaterMisconfigured, TransientFailure
from raters.spec import RaterSpec

UNIT_PAIRS = 200
# A hosted unit fills its calls in flight this many times over, as its end leaves them empty.
UNIT_ROUNDS = 16
INSERT_BATCH = 3000
WAIT_FOR_OTHERS_S = 3.0
# Waits between tries double from the first to the longest. A provider may ask for a day; look again sooner
# than the broker redelivers.
TRANSIENT_DELAY_S = 10.0
MAX_DELAY_S = 600.0
# Tries of a unit in a row in which the whole job stored nothing: some 5 minutes of an address where nobody
# answers, some 2 hours of a provider that answers, but not with a reply.
UNREACHABLE_TRIES = 6
TRANSIENT_TRIES = 18
# A local model's probabilities depend in their last bits on what shares a batch, and it batches per query.
# A unit that is taken up again asks for whole queries, so that it ends with the numbers of an undisturbed
# run; what was stored before stays. Hosted raters are asked for exactly what is missing: each pair costs.
WHOLE_QUERIES = {"local-llm"}

PairKeys = tuple[int, int]
Within = Callable[[WorkUnit, RaterSpec, Mapping[PairDigests, RateRequest]], Iterator[list[PairDigests]]]
"""Parts of what is to be rated, as a budget allows; see `evalhub.pipeline.budget.affordable`."""


def plan(job: Job) -> Iterable[UnitPlan]:
    """Insert the pool's missing judgments as pending; plan units, query by query, over what is open."""
    version, repeat = _version(job), _repeat(job)
    open_pairs: list[PairKeys] = []
    pool = _pool(job)
    while batch := list(islice(pool, INSERT_BATCH)):
        states = judgments_states(version, [digests for _, digests in batch], repeat)
        judgments_request(version, (digests for _, digests in batch if digests not in states), repeat)
        settled = {digests for digests, state in states.items() if state != Judgment.State.PENDING}
        open_pairs.extend(keys for keys, digests in batch if digests not in settled)
    n_pairs = unit_pairs(version)
    for start in range(0, len(open_pairs), n_pairs):
        part = open_pairs[start : start + n_pairs]
        yield UnitPlan({"pairs": part}, n_items=len(part))


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Rate the unit's pairs that no one else is rating; come back for those that are."""
    rate_unit(_version(job), unit, progress, affordable, _repeat(job))


def rate_unit(
    version: RaterVersion, unit: WorkUnit, progress: Progress, within: Within, repeat: int = 0
) -> None:
    """Rate the pairs of a unit's payload, part by part as the money goes.

    Raises:
        Later: pairs are left for another time.
        UnableToProceed: the rater can not be asked, or the money is used up.
    """
    requests = _requests(unit)
    open_now = [j for j in judgments_of(version, list(requests), repeat) if j.state == Judgment.State.PENDING]
    ours = judgments_claim(open_now, unit)
    spec = RaterSpec.from_dict(version.spec)
    store = PairStore(ours, unit, spec, unit.n_items - len(open_now), progress)
    try:
        for part in within(unit, spec, {pair: requests[pair] for pair in store.wanted}):
            rate_pairs(version, unit, part, requests, store)
            if store.is_held():
                break
    except TransientFailure as failure:
        raise later_after(failure, unit, spec) from failure
    except RaterMisconfigured as error:
        raise UnableToProceed(str(error)) from error
    store.tell_progress()
    if store.n_open:
        raise Later(f"the database was away; {store.n_open} pairs were not asked for", WAIT_FOR_OTHERS_S)
    if len(ours) < len(open_now):
        raise Later(
            f"{len(open_now) - len(ours)} pairs are being rated by another campaign", WAIT_FOR_OTHERS_S
        )


def complete(job: Job) -> None:
    """Nothing: judgments count as soon as they are stored."""


def rate_pairs(
    version: RaterVersion,
    unit: WorkUnit,
    asked: list[PairDigests],
    requests: dict[PairDigests, RateRequest],
    store: PairStore,
) -> None:
    """Ask a rater for some of the requests, and store what comes as it comes.

    Raises:
        TransientFailure: the rest should be asked for later.
        RaterMisconfigured: nothing can be asked for until the settings change.
    """
    try:
        if version.kind == "hosted":
            rater = wiring.hosted_rater(version.pk)
            for arrived in rater.rate_arrivals([requests[pair] for pair in asked], store.is_held):
                store.add_paid([(asked[position], outcome) for position, outcome in arrived])
        else:
            for item in _free_outcomes(version, unit, asked, requests):
                store.add([item])
    finally:
        store.flush()  # paid for, however this ends


def _free_outcomes(
    version: RaterVersion,
    unit: WorkUnit,
    asked: list[PairDigests],
    requests: dict[PairDigests, RateRequest],
) -> Iterator[tuple[PairDigests, Outcome]]:
    if version.kind == "gold":
        outcomes = gold_outcomes(version, unit, asked)
    elif version.kind == "panel":
        outcomes = panel_outcomes(version, asked)
    elif version.kind == "imported":
        outcomes = imported_outcomes(asked)
    else:
        if version.kind in WHOLE_QUERIES:
            queries = {query for query, _ in asked}
            asked = [pair for pair in requests if pair[0] in queries]
        outcomes = wiring.rater(version.pk).rate([requests[pair] for pair in asked])
    for position, outcome in outcomes:
        yield asked[position], outcome


def later_after(failure: TransientFailure, unit: WorkUnit, spec: RaterSpec) -> Later:
    """When to come back, and when to give up."""
    delay_s = failure.retry_after_s or TRANSIENT_DELAY_S * 2 ** min(unit.n_fruitless, 10)
    if failure.is_unreachable:
        remedy = f"See that {spec.base_url} is right and that the workers can reach it"
        fruitless = Fruitless(UNREACHABLE_TRIES, f"{remedy}, then retry the campaign")
    else:
        remedy = f"See what the provider at {spec.base_url} says of its state and your limits"
        fruitless = Fruitless(TRANSIENT_TRIES, f"{remedy}, then retry the campaign")
    return Later(str(failure), min(delay_s, MAX_DELAY_S), fruitless)


def unit_pairs(version: RaterVersion) -> int:
    """How many pairs a unit holds."""
    if version.kind != "hosted":
        return UNIT_PAIRS
    return max(UNIT_PAIRS, UNIT_ROUNDS * RaterSpec.from_dict(version.spec).max_in_flight)


def _version(job: Job) -> RaterVersion:
    return RaterVersion.objects.get(pk=job.params["rater_version"])


def _repeat(job: Job) -> int:
    """Which grades of the same pairs: the first, or an anchor's later ones."""
    return int(job.params.get("repeat", 0))


def _pool(job: Job) -> Iterator[tuple[PairKeys, PairDigests]]:
    hits = Hit.objects.filter(run_id__in=job.params["runs"], rank__lte=job.params["cutoff"])
    rows = hits.values_list("query_id", "document_id", "query__digest", "document__digest")
    for query, document, query_digest, document_digest in rows.distinct().order_by("query_id", "document_id"):
        yield (query, document), (query_digest, document_digest)


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

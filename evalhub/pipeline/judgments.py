"""Claim pending judgments so that no pair is bought twice, and store what came back.

A judgment's claim names the unit attempt that rates it ("unit:attempt"). The claim holds while that attempt
holds its unit, so a dead worker's pairs are free as soon as its lease is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from evalhub.models import Job, Judgment, RaterVersion, WorkUnit
from evalhub.services.ledger import ledger_add
from raters.protocol import Outcome, Rated
from raters.spec import RaterSpec

BATCH = 300
PairDigests = tuple[str, str]

OUTCOME_FIELDS = [
    "state",
    "grade",
    "gain",
    "probabilities",
    "rationale",
    "reply",
    "reason",
    "detail",
    "input_tokens",
    "output_tokens",
    "truncated_tokens",
    "cost_usd",
    "latency_s",
    "attempts",
    "rated_at",
]


def judgments_request(version: RaterVersion, pairs: Iterable[PairDigests], repeat: int = 0) -> None:
    """Insert what is missing as pending, before any call."""
    batch = [
        Judgment(rater_version=version, query_digest=query, document_digest=document, repeat=repeat)
        for query, document in pairs
    ]
    Judgment.objects.bulk_create(batch, ignore_conflicts=True, batch_size=BATCH)


def judgments_of(version: RaterVersion, pairs: Sequence[PairDigests], repeat: int = 0) -> Iterator[Judgment]:
    """The judgments of these pairs, whatever their state."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for query, document in pairs:
        wanted[query].add(document)
    for query, documents in wanted.items():
        rows = Judgment.objects.filter(rater_version=version, query_digest=query, repeat=repeat)
        yield from rows.filter(document_digest__in=documents)


def judgments_states(
    version: RaterVersion, pairs: Collection[PairDigests], repeat: int = 0
) -> dict[PairDigests, str]:
    """The states of the judgments that these pairs have."""
    queries = list({query for query, _ in pairs})
    wanted = set(pairs)
    states: dict[PairDigests, str] = {}
    for start in range(0, len(queries), BATCH):
        # All documents of some queries: that reads too much, but a query for each of them takes far longer.
        rows = Judgment.objects.filter(
            rater_version=version, query_digest__in=queries[start : start + BATCH], repeat=repeat
        )
        found = rows.values_list("query_digest", "document_digest", "state").iterator(chunk_size=2000)
        states |= {
            (query, document): state for query, document, state in found if (query, document) in wanted
        }
    return states


def judgments_claim(pending: Sequence[Judgment], unit: WorkUnit) -> list[Judgment]:
    """Take the pending judgments that no live attempt holds; returns those that are ours now."""
    claim = claim_of(unit)
    live = _live_claims({judgment.claim for judgment in pending} - {"", claim})
    by_claim: dict[str, list[int]] = defaultdict(list)
    for judgment in pending:
        if judgment.claim not in live:
            by_claim[judgment.claim].append(judgment.pk)
    for seen, keys in by_claim.items():
        rows = Judgment.objects.filter(pk__in=keys, state=Judgment.State.PENDING, claim=seen)
        rows.update(claim=claim)
    ours = Judgment.objects.filter(pk__in=[j.pk for j in pending], state=Judgment.State.PENDING, claim=claim)
    return list(ours)


def judgments_store(
    outcomes: Sequence[tuple[Judgment, Outcome]], unit: WorkUnit, spec: RaterSpec, *, now: datetime
) -> int:
    """Write outcomes where the claim is still ours; a late twin changes nothing. Returns the number."""
    by_key = {judgment.pk: (judgment, outcome) for judgment, outcome in outcomes}
    with transaction.atomic():
        ours = Judgment.objects.select_for_update().filter(
            pk__in=by_key, state=Judgment.State.PENDING, claim=claim_of(unit)
        )
        rows = [_filled(*by_key[key], spec, now) for key in ours.values_list("pk", flat=True)]
        Judgment.objects.bulk_update(rows, OUTCOME_FIELDS, batch_size=50)
        if spent := sum((row.cost_usd for row in rows), Decimal(0)):
            Job.objects.filter(pk=unit.job_id).update(spent_usd=F("spent_usd") + spent)
        ledger_add(rows, now=now)
    return len(rows)


def claim_of(unit: WorkUnit) -> str:
    """The claim of the unit's present attempt."""
    return f"{unit.pk}:{unit.attempt}"


def _live_claims(claims: set[str]) -> set[str]:
    held = WorkUnit.objects.filter(
        Q(state=WorkUnit.State.CLAIMED), pk__in=[int(claim.partition(":")[0]) for claim in claims]
    )
    return {f"{pk}:{attempt}" for pk, attempt in held.values_list("pk", "attempt")} & claims


def _filled(judgment: Judgment, outcome: Outcome, spec: RaterSpec, now: datetime) -> Judgment:
    usage = outcome.usage
    judgment.reply = storable(outcome.reply)
    judgment.input_tokens, judgment.output_tokens = usage.input_tokens, usage.output_tokens
    judgment.truncated_tokens = usage.truncated_tokens
    judgment.latency_s, judgment.attempts = usage.latency_s, usage.attempts
    judgment.cost_usd = Decimal(str(round(spec.cost_usd(usage), 8)))
    judgment.rated_at = now
    if isinstance(outcome, Rated):
        judgment.state = Judgment.State.GRADED
        judgment.grade, judgment.gain = outcome.grade, outcome.gain
        judgment.probabilities = list(outcome.probabilities) if outcome.probabilities else None
        judgment.rationale = storable(outcome.rationale)
    else:
        judgment.state = Judgment.State.UNRATED
        judgment.reason, judgment.detail = outcome.reason.value, storable(outcome.detail)
    return judgment


def storable(text: str) -> str:
    """Replace what a database refuses: NUL, and halves of surrogate pairs. A paid reply must not be lost."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")

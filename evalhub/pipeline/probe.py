"""Have a rater grade the one pair of a try-out; the judgment is one like any other."""

from collections.abc import Iterable

from evalhub.models import Job, Judgment, RaterProbe, WorkUnit
from evalhub.pipeline.judgments import judgments_claim, judgments_of, judgments_request
from evalhub.pipeline.kind import Later, Progress, UnableToProceed, UnitPlan
from evalhub.pipeline.pair_store import PairStore
from evalhub.pipeline.rate import WAIT_FOR_OTHERS_S, later_after, rate_pairs
from raters.protocol import RateRequest, RaterMisconfigured, TransientFailure
from raters.spec import RaterSpec


def plan(job: Job) -> Iterable[UnitPlan]:
    """One unit: the pair."""
    return [UnitPlan(n_items=1)]


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Grade the pair, unless it is graded; wait where a campaign is at it."""
    probe = RaterProbe.objects.select_related("rater_version").get(pk=job.params["probe"])
    version, pair = probe.rater_version, (probe.query_digest, probe.document_digest)
    judgments_request(version, [pair])
    pending = [one for one in judgments_of(version, [pair]) if one.state == Judgment.State.PENDING]
    ours, spec = judgments_claim(pending, unit), RaterSpec.from_dict(version.spec)
    if len(ours) < len(pending):
        raise Later("the pair is being rated by a campaign", WAIT_FOR_OTHERS_S)
    if not ours:
        return
    request = RateRequest(query=probe.query, need=probe.need, title=probe.title, text=probe.text)
    store = PairStore(ours, unit, spec, 0, progress)
    try:
        rate_pairs(version, unit, [pair], {pair: request}, store)
    except TransientFailure as failure:
        raise later_after(failure, unit, spec) from failure
    except RaterMisconfigured as error:
        raise UnableToProceed(str(error)) from error
    store.tell_progress()
    if store.n_open:
        raise Later("the database was away, or the try-out was held", WAIT_FOR_OTHERS_S)


def complete(job: Job) -> None:
    """Nothing: the judgment counts as soon as it is stored."""

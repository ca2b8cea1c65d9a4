"""Say what a campaign would take, without writing anything."""

from dataclasses import dataclass, replace

from django.db.models import Avg

from evalhub.core.estimate import (
    CHARS_PER_TOKEN,
    TYPICAL_OUTPUT_TOKENS,
    RaterEstimate,
    RaterRates,
    pair_range,
    rater_estimate,
)
from evalhub.models import Judgment, RaterVersion, Snapshot, Workspace
from evalhub.services.known_ids import batches
from evalhub.services.snapshots import Clock, Tell, untold
from evalhub.services.spec_inputs.load import checked_inputs
from evalhub.services.spec_inputs.raters import graders_asked
from evalhub.services.statistics import statistics_fitting
from evalhub.spec.campaign import CampaignSpec
from raters.protocol import Usage
from raters.spec import LOOKED_UP, RaterSpec

# Judgments that say how long, and how many tokens, a pair takes.
LOOKED_BACK = 1000


@dataclass(frozen=True, slots=True)
class CampaignLook:
    """What a campaign would work on, and what that takes its raters.

    Attributes:
        snapshot: of the corpus, None where it is still to be imported.
    """

    raters: list[RaterEstimate]
    n_queries: int
    snapshot: Snapshot | None


def campaign_estimate(
    workspace: Workspace, spec: CampaignSpec, *, clock: Clock, tell: Tell = untold
) -> list[RaterEstimate]:
    """What each rater of a spec, and each member of its panels, would rate, read, write, cost and take.

    Raises:
        SpecError, InputError: as starting the campaign would.
    """
    return campaign_look(workspace, spec, clock=clock, tell=tell).raters


def campaign_look(
    workspace: Workspace, spec: CampaignSpec, *, clock: Clock, tell: Tell = untold
) -> CampaignLook:
    """The same, with what it was worked out from.

    Raises:
        SpecError, InputError: as starting the campaign would.
    """
    with checked_inputs(workspace, spec, clock, tell) as (corpus, queries, _, raters):
        texts = queries.texts
        mean_document = corpus.mean_chars()
    pairs = pair_range(len(texts), len(spec.systems), spec.cutoff)
    mean_query = sum(map(len, texts.values())) / max(1, len(texts))
    estimates = []
    for asked in graders_asked(workspace, spec.raters, raters):
        version = _version(workspace, asked.spec, corpus.snapshot)
        judged = _judged(version, list(texts), pairs.high) if version else 0
        alike = version or _alike(workspace, asked.spec)
        rates = _rates(asked.spec, alike, mean_query, mean_document)
        estimate = rater_estimate(asked.name, asked.spec.kind, pairs, judged, rates)
        estimates.append(replace(estimate, member_of=asked.member_of))
    return CampaignLook(estimates, len(texts), corpus.snapshot)


def _version(workspace: Workspace, spec: RaterSpec, snapshot: Snapshot | None) -> RaterVersion | None:
    """What is registered of a rater; a calibrated one is another version for each collection it knows."""
    if spec.kind == "calibrated":
        known = statistics_fitting(snapshot, spec.revision) if snapshot else None
        if known is None:
            return None
        spec = spec.for_collection(known.digest)
    return RaterVersion.objects.filter(workspace=workspace, digest=spec.digest).first()


def _alike(workspace: Workspace, spec: RaterSpec) -> RaterVersion | None:
    """The newest version of a calibrated rater for another collection: it takes as long for a pair."""
    if spec.kind != "calibrated":
        return None
    same = RaterVersion.objects.filter(workspace=workspace, kind=spec.kind, model=spec.model)
    return same.order_by("-pk").first()


def _judged(version: RaterVersion, query_digests: list[str], most: int) -> int:
    """Judged pairs of these queries, counted up to the `most` that a campaign can ask for."""
    rows = Judgment.objects.filter(rater_version=version, repeat=0).exclude(state=Judgment.State.PENDING)
    found = 0
    for batch in batches(query_digests):
        found += rows.filter(query_digest__in=batch)[: most - found].count()
        if found >= most:
            break
    return found


def _past(version: RaterVersion) -> dict[str, float | None]:
    """What a pair took the version of late, on average; None of each where it rated nothing."""
    graded = Judgment.objects.filter(rater_version=version, state=Judgment.State.GRADED)
    return graded.order_by("-pk")[:LOOKED_BACK].aggregate(
        n_input=Avg("input_tokens"), n_output=Avg("output_tokens"), latency_s=Avg("latency_s")
    )


def _rates(
    spec: RaterSpec, version: RaterVersion | None, mean_query: float, mean_document: float
) -> RaterRates:
    """From what the version did before where there is such, else from the lengths of the texts."""
    past = _past(version) if version else dict.fromkeys(("n_input", "n_output", "latency_s"))
    if spec.kind in LOOKED_UP:
        return RaterRates(0.0, 0.0, 0.0, past["latency_s"])
    document = min(mean_document / CHARS_PER_TOKEN, float(spec.max_document_tokens))
    n_input = past["n_input"] or (len(spec.prompt) + mean_query) / CHARS_PER_TOKEN + document
    n_output = past["n_output"] if past["n_output"] is not None else TYPICAL_OUTPUT_TOKENS
    n_output = n_output if spec.kind == "hosted" else 0.0
    usd = spec.cost_usd(Usage(input_tokens=1)) * n_input + spec.cost_usd(Usage(output_tokens=1)) * n_output
    at_once = spec.max_in_flight if spec.kind == "hosted" else 1
    seconds = None if past["latency_s"] is None else past["latency_s"] / at_once
    return RaterRates(float(n_input), float(n_output), usd, seconds)

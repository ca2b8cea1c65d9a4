"""Try-outs and what came of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evalhub.models import Judgment, RaterProbe, RaterVersion
from evalhub.selectors.inputs.spend import version_sums
from evalhub.selectors.progress import JobProgress, job_progress
from raters.cost import worst_cost_usd
from raters.protocol import RateRequest
from raters.spec import RaterSpec

PRICED_QUERY_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class ProbeState:
    """A try-out, how far it is, and the judgment; None before there is one."""

    probe: RaterProbe
    job: JobProgress
    judgment: Judgment | None
    scale: dict[int, str]

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.job.is_final

    @property
    def grade_name(self) -> str:
        """What the rubric calls the grade."""
        grade = self.judgment.grade if self.judgment else None
        return "" if grade is None else self.scale.get(grade, "")

    @property
    def probabilities(self) -> list[tuple[int, str, float]]:
        """(grade, name, probability), where the rater gives them."""
        given = (self.judgment.probabilities if self.judgment else None) or []
        return [(grade, self.scale.get(grade, ""), share) for grade, share in enumerate(given)]

    def to_dict(self) -> dict[str, Any]:
        """Return what REST shows."""
        probe = self.probe
        return {
            "id": probe.pk,
            "rater": probe.rater_version.rater.name,
            "version": probe.rater_version.number,
            "query": probe.query,
            "need": probe.need,
            "title": probe.title,
            "text": probe.text,
            "job": self.job,
            "outcome": self.judgment,
        }


@dataclass(frozen=True, slots=True)
class ProbePrice:
    """What a try-out costs in US dollars: nothing, the mean of `n_before` judgments, or at most so much.

    `usd` is None for a hosted rater whose price nobody has stated.
    """

    is_hosted: bool
    usd: float | None
    n_before: int


def probe_state(probe: RaterProbe, *, now: datetime) -> ProbeState:
    """What is known of a try-out so far."""
    if probe.job_id is None:
        raise RaterProbe.DoesNotExist("it was never asked for")
    judgment = Judgment.objects.filter(
        rater_version=probe.rater_version_id,
        query_digest=probe.query_digest,
        document_digest=probe.document_digest,
        repeat=0,
    )
    rubric = RaterSpec.from_dict(probe.rater_version.spec).rubric
    return ProbeState(
        probe=probe,
        job=job_progress(probe.job_id, now=now),
        judgment=judgment.exclude(state=Judgment.State.PENDING).first(),
        scale={grade.value: grade.name for grade in rubric.grades},
    )


def probe_price(version: RaterVersion) -> ProbePrice:
    """What one more pair costs, before it is typed."""
    if version.kind != "hosted":
        return ProbePrice(is_hosted=False, usd=0.0, n_before=0)
    spec = RaterSpec.from_dict(version.spec)
    if not (spec.input_usd_per_mtok or spec.output_usd_per_mtok):
        return ProbePrice(is_hosted=True, usd=None, n_before=0)
    sums = version_sums([version.pk]).get(version.pk)
    if sums and sums.n_judgments:
        return ProbePrice(True, float(sums.cost_usd) / sums.n_judgments, sums.n_judgments)
    longest = RateRequest(
        query="x" * PRICED_QUERY_CHARACTERS, title="", text="x" * 4 * spec.max_document_tokens
    )
    return ProbePrice(is_hosted=True, usd=worst_cost_usd(spec, longest), n_before=0)

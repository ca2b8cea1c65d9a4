"""What the campaign would take and could tell, before it is started."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evalhub.core.estimate import RaterEstimate, pair_range
from evalhub.core.power import TYPICAL_SPREAD, detectable_difference, n_comparisons
from evalhub.dashboard.launch.mapping import Asked
from evalhub.formats.errors import InputError
from evalhub.models import Workspace
from evalhub.selectors.launch import past
from evalhub.selectors.launch.inputs import InputsSeen, inputs_seen
from evalhub.services.embedding_models import embedding_model_check
from evalhub.services.spec_inputs.estimate import campaign_look
from evalhub.services.spec_inputs.references import spec_from_afar
from evalhub.spec.campaign import CampaignSpec
from evalhub.spec.errors import SpecError, SpecProblem

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Detectable:
    """The difference between two systems that these queries find in 4 of 5 cases.

    Attributes:
        n_past: the comparisons that the spread was taken from; 0 for a typical one.
    """

    difference: float
    n_compared: int
    spread: float
    n_past: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known before the start; estimates are empty as long as the spec can not be run."""

    spec: Json
    n_systems: int
    n_queries: int
    n_documents: int
    cutoff: int
    pairs_high: int
    estimates: Sequence[RaterEstimate]
    embedding_s: float | None
    detectable: Detectable | None
    problems: Sequence[SpecProblem]

    @property
    def judged(self) -> int:
        """Pairs of these queries that some rater need not rate again."""
        return sum(row.judged for row in self.estimates)

    @property
    def unpriced(self) -> list[str]:
        """Hosted raters that would ask for tokens nobody knows the price of."""
        hosted = [row for row in self.estimates if row.kind == "hosted" and row.input_tokens_high]
        return [row.rater for row in hosted if not row.cost_usd_high]

    @property
    def cost_usd_low(self) -> float:
        """Of all raters."""
        return sum(row.cost_usd_low for row in self.estimates)

    @property
    def cost_usd_high(self) -> float:
        """Of all raters."""
        return sum(row.cost_usd_high for row in self.estimates)

    @property
    def seconds_low(self) -> float | None:
        """Of rating; None where a rater never rated here."""
        seconds = [row.seconds_low for row in self.estimates]
        return None if None in seconds else sum(second or 0.0 for second in seconds)

    @property
    def seconds_high(self) -> float | None:
        """Of rating; None where a rater never rated here."""
        seconds = [row.seconds_high for row in self.estimates]
        return None if None in seconds else sum(second or 0.0 for second in seconds)


def outlook(workspace: Workspace, asked: Asked, *, now: datetime) -> Outlook:
    """Look at a spec in the making; nothing is written."""
    problems: Sequence[SpecProblem] = ()
    estimates: Sequence[RaterEstimate] = ()
    embedding_s = None
    try:
        spec = spec_from_afar(workspace, asked.spec)
        look = campaign_look(workspace, spec, clock=lambda: now)
    except (SpecError, InputError) as error:
        problems = problems_of(error)
        seen = inputs_seen(workspace, _name(asked.spec, "corpus"), _name(asked.spec, "queries"))
    else:
        estimates, seen = look.raters, InputsSeen(look.snapshot, spec.queries.name, look.n_queries)
        embedding_s = _embedding_s(workspace, spec, seen)
    n_systems, cutoff = len(asked.spec["systems"]), asked.spec.get("cutoff")
    cutoff = cutoff if isinstance(cutoff, int) and cutoff > 0 else 0
    return Outlook(
        spec=asked.spec,
        n_systems=n_systems,
        n_queries=seen.n_queries,
        n_documents=seen.snapshot.n_documents if seen.snapshot else 0,
        cutoff=cutoff,
        pairs_high=pair_range(seen.n_queries, n_systems, cutoff).high,
        estimates=estimates,
        embedding_s=embedding_s,
        detectable=_detectable(workspace, seen, n_systems),
        problems=problems,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in words, and the id of the element it is about, "" for the page.

    Attributes:
        label: what the element is called, "" where the message says it.
    """

    element: str
    message: str
    label: str = ""


# What a spec calls missing, a page has to be told to do.
_TO_DO = {
    ("name", "missing"): "Give the campaign a name.",
    ("corpus", "missing"): "Choose a corpus, or upload one.",
    ("queries", "missing"): "Choose queries, or upload some.",
    ("systems", "empty"): "Tick an embedding model or a system.",
    ("raters", "empty"): "Tick a rater.",
}


def said(problem: SpecProblem, asked: Asked) -> Said:
    """A problem as the page says it."""
    element, rest = asked.element_of(problem.field)
    message = f"{problem.problem[:1].upper()}{problem.problem[1:]}. {problem.remedy}".strip()
    if rest or not element:
        message = f"{rest or problem.field or problem.file}: {problem.problem}. {problem.remedy}".strip()
    if to_do := _TO_DO.get((problem.field or "", problem.problem)):
        return Said(element, to_do)
    return Said(element, message, _label(element))


def _label(element: str) -> str:
    """What people see beside an element."""
    kind, _, rest = element.replace("_", "-", 1).partition("-")
    if kind == "rule":
        return f"Gate rule {int(rest.partition('-')[0]) + 1}"
    if kind == "kept":
        return f"Further gate rule {int(rest) + 1}"
    if kind == "hosted":
        return "Hosted rater" + (f", {rest.replace('_', ' ')}" if rest else "")
    return {"system": "System", "registered": "System"}.get(kind, element.capitalize())


def problems_of(error: SpecError | InputError) -> list[SpecProblem]:
    """What is wrong, one by one; a file that can not be read here is a system's run."""
    if isinstance(error, SpecError):
        return error.errors
    problem = f"the file {error.file}, line {error.line}: {error.problem}"
    return [SpecProblem(error.file, error.line, "systems", problem, error.remedy)]


def _detectable(workspace: Workspace, seen: InputsSeen, n_systems: int) -> Detectable | None:
    n_compared = n_comparisons(n_systems)
    if not n_compared:
        return None
    known = past.past_spread(workspace, seen.queries)
    spread = known.spread if known else TYPICAL_SPREAD
    difference = detectable_difference(seen.n_queries, spread, n_compared=n_compared)
    if difference is None:
        return None
    return Detectable(difference, n_compared, spread, known.n_comparisons if known else 0)


def _embedding_s(workspace: Workspace, spec: CampaignSpec, seen: InputsSeen) -> float | None:
    references = {str(system.embedding_model) for system in spec.systems if system.embedding_model}
    digests = [embedding_model_check(workspace, reference).digest for reference in sorted(references)]
    return past.embedding_s(seen.snapshot, digests) if digests else 0.0


def _name(spec: Json, part: str) -> str:
    return str(spec.get(part, {}).get("name", ""))

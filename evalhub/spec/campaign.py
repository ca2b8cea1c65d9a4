"""The whole spec of a campaign."""

from typing import Any, Self

from pydantic import Field, model_validator

from evalhub.core.tags import MAX_TAGS
from evalhub.spec.parts import Measure, Name, Part, Tag, Text, Weighting, rule_error
from evalhub.spec.raters import RaterSpec
from evalhub.spec.systems import SystemSpec

DEFAULT_CUTOFF = 10
MAX_CUTOFF = 1000
MAX_DEPTH = 10_000
MAX_BUDGET_USD = 10_000_000
# Comparisons grow with the square of the systems, and each is a few jobs and a run in the database.
MAX_SYSTEMS = 100
MAX_RATERS = 20
MAX_GATE_RULES = 200


class CorpusSpec(Part):
    """A corpus by name; with a path it is imported first, when it changed."""

    name: Name = Field(examples=["electronics"])
    path: Text | None = Field(None, examples=["corpus.jsonl.gz"])


class QueriesSpec(Part):
    """A query collection by name; with a path it is imported first, and its gold labels with qrels."""

    name: Name = Field(examples=["head"])
    path: Text | None = Field(None, examples=["queries.jsonl"])
    qrels: Text | None = Field(None, examples=["qrels/test.tsv"])


class BudgetSpec(Part):
    """What the campaign may cost at most."""

    cost_usd: float = Field(ge=0, le=MAX_BUDGET_USD, examples=["5.0"])


def _default_margin(validated: dict[str, Any]) -> float | None:
    return None if validated.get("baseline") is None else 0.0


class GateRuleSpec(Part):
    """A system reaches a minimum, or is no worse than a baseline by more than a margin."""

    system: Name = Field(examples=["minilm-384"])
    measure: Measure = Field(examples=["PWAS@10"])
    minimum: float | None = Field(None, ge=0, le=1, examples=["0.60"])
    baseline: Name | None = Field(None, examples=["production"])
    margin: float | None = Field(default_factory=_default_margin, ge=-1, le=1, examples=["0.01"])

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.minimum is None) == (self.baseline is None):
            problem = "neither minimum nor baseline" if self.minimum is None else "both minimum and baseline"
            raise rule_error(problem, "Give each rule one of the two, and write two rules for both.")
        if self.margin is not None and self.baseline is None:
            raise rule_error("means nothing without a baseline", "Name a baseline, or remove it.", "margin")
        if self.baseline == self.system:
            raise rule_error("the system itself", "Name another system.", "baseline")
        return self


def _default_depth(validated: dict[str, Any]) -> int:
    depth: int = validated.get("cutoff", DEFAULT_CUTOFF)
    return depth


class CampaignSpec(Part):
    """An evaluation of one or more systems; made by `load_spec` and `parse_spec`.

    Attributes:
        cutoff: hits of each list that are graded and scored.
        depth: hits that are retrieved; at least the cutoff.
    """

    name: Name = Field(examples=["nightly"])
    corpus: CorpusSpec = Field(examples=["{name: electronics, path: corpus.jsonl.gz}"])
    queries: QueriesSpec = Field(examples=["{name: head, path: queries.jsonl}"])
    systems: list[SystemSpec] = Field(
        min_length=1, max_length=MAX_SYSTEMS, examples=["[{name: minilm-384, embedding_model: minilm}]"]
    )
    raters: list[RaterSpec] = Field(
        [RaterSpec(name="default")], min_length=1, max_length=MAX_RATERS, examples=["[{name: default}]"]
    )
    cutoff: int = Field(DEFAULT_CUTOFF, ge=1, le=MAX_CUTOFF, examples=["10"])
    depth: int = Field(default_factory=_default_depth, ge=1, le=MAX_DEPTH, examples=["100"])
    weights: Weighting = Field("log2", examples=["log2"])
    budget: BudgetSpec | None = Field(None, examples=["{cost_usd: 5.0}"])
    gate: list[GateRuleSpec] = Field(
        [], max_length=MAX_GATE_RULES, examples=["[{system: a, measure: PWAS@10, minimum: 0.60}]"]
    )
    tags: list[Tag] = Field([], max_length=MAX_TAGS, examples=["[nightly]"])

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-able values with the defaults filled in; equal campaigns give equal ones."""
        return self.model_dump(mode="json", exclude_none=True)

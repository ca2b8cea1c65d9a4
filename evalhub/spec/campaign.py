"""The whole spec of a campaign."""

from typing import Any

from pydantic import Field

from evalhub.core.tags import MAX_TAGS
from evalhub.spec.gate import MAX_BUDGET_USD, GateRuleSpec
from evalhub.spec.parts import Name, Part, Tag, Text, Weighting
from evalhub.spec.raters import RaterSpec
from evalhub.spec.source import SourceSpec
from evalhub.spec.systems import SystemSpec

DEFAULT_CUTOFF = 10
MAX_CUTOFF = 1000
MAX_DEPTH = 10_000
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
    source: SourceSpec | None = Field(None, examples=["{branch: main}"])

    @property
    def is_capped(self) -> bool:
        """Whether something asks what the campaign costs, so that prices must be known."""
        return self.budget is not None or any(rule.max_cost_usd is not None for rule in self.gate)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-able values with the defaults filled in; equal campaigns give equal ones."""
        return self.model_dump(mode="json", exclude_none=True)

"""The whole spec of a campaign."""

from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, model_validator

from evalhub.core.tags import MAX_TAGS
from evalhub.spec.gate import MAX_BUDGET_USD, GateRuleSpec
from evalhub.spec.parts import Name, Part, Tag, Text, Weighting, rule_error
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
# What the databases' columns of versions hold.
MAX_NUMBER = 2**31 - 1

PartT = TypeVar("PartT", bound=Part)
Number = Annotated[int, Field(ge=1, le=MAX_NUMBER)]


class CorpusSpec(Part):
    """A corpus by name; with a path it is imported first, when it changed.

    Attributes:
        snapshot: the number of the state that is searched; None for the newest.
    """

    name: Name = Field(examples=["electronics"])
    path: Text | None = Field(None, examples=["corpus.jsonl.gz"])
    snapshot: Number | None = Field(None, examples=["3"])

    @model_validator(mode="after")
    def _one_state(self) -> Self:
        return _unpinned(self, "path", "snapshot")


class QueriesSpec(Part):
    """A query collection by name; with a path it is imported first, and its gold labels with qrels.

    Attributes:
        version: of the queries that are asked; None for the newest.
        gold_version: of the labels that count, 0 for none; None for the newest.
    """

    name: Name = Field(examples=["head"])
    path: Text | None = Field(None, examples=["queries.jsonl"])
    qrels: Text | None = Field(None, examples=["qrels/test.tsv"])
    version: Number | None = Field(None, examples=["2"])
    gold_version: Annotated[int, Field(ge=0, le=MAX_NUMBER)] | None = Field(None, examples=["4"])

    @model_validator(mode="after")
    def _one_state(self) -> Self:
        _unpinned(self, "path", "version")
        return _unpinned(self, "qrels", "gold_version")


class BudgetSpec(Part):
    """What the campaign may cost at most."""

    cost_usd: float = Field(ge=0, le=MAX_BUDGET_USD, examples=["5.0"])


def _unpinned(part: PartT, file: str, number: str) -> PartT:
    """Refuse a number beside a file: the file makes a state of its own."""
    if getattr(part, file) is not None and getattr(part, number) is not None:
        raise rule_error(f"means nothing beside {file}", f"Leave one of {file} and {number} out.", number)
    return part


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

"""The `gate` of a spec: what systems have to reach."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, model_validator
from pydantic import Tag as Form

from evalhub.spec.parts import Measure, Name, Part, Tag, rule_error
from evalhub.spec.source import Branch

MAX_BUDGET_USD = 10_000_000
_QUESTIONS = ("minimum", "baseline", "max_cost_usd")


class BaselineSpec(Part):
    """A system of another campaign: of one by id, or of the last of this name that passed on a branch.

    Attributes:
        system: its name there; without it that of the rule's system.
        if_missing: what the rule says where there is no such campaign.
    """

    campaign: int | None = Field(None, ge=1, le=2**31 - 1, examples=["12"])
    branch: Branch | None = Field(None, examples=["main"])
    system: Name | None = Field(None, examples=["production"])
    if_missing: Literal["undecided", "pass"] = Field("undecided", examples=["pass"])

    @model_validator(mode="after")
    def _one_campaign(self) -> Self:
        if (self.campaign is None) == (self.branch is None):
            problem = "neither campaign nor branch" if self.branch is None else "both campaign and branch"
            raise rule_error(problem, "Write one of the two, for example branch: main.")
        if self.campaign is not None and self.if_missing == "pass":
            remedy = "A campaign by id is there or an error; remove it."
            raise rule_error("means nothing beside a campaign", remedy, "if_missing")
        return self


def _baseline_form(value: object) -> str:
    return "name" if isinstance(value, str) else "mapping"


Baseline = Annotated[
    Annotated[Name, Form("name")] | Annotated[BaselineSpec, Form("mapping")], Discriminator(_baseline_form)
]


def _default_margin(validated: dict[str, Any]) -> float | None:
    return None if validated.get("baseline") is None else 0.0


class GateRuleSpec(Part):
    """A system reaches a minimum, or is no worse than a baseline by more than a margin; or what may be paid.

    Attributes:
        segment: a query tag; only queries with it count.
        coverage: the share of pairs that must be graded before the rule decides.
    """

    system: Name | None = Field(None, examples=["minilm-384"])
    measure: Measure | None = Field(None, examples=["PWAS@10"])
    minimum: float | None = Field(None, ge=0, le=1, examples=["0.60"])
    baseline: Baseline | None = Field(None, examples=["production"])
    margin: float | None = Field(default_factory=_default_margin, ge=-1, le=1, examples=["0.01"])
    max_cost_usd: float | None = Field(None, ge=0, le=MAX_BUDGET_USD, examples=["2.0"])
    segment: Tag | None = Field(None, examples=["long-tail"])
    coverage: float | None = Field(None, ge=0, le=1, examples=["0.95"])

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = [key for key in _QUESTIONS if getattr(self, key) is not None]
        if not asked:
            raise rule_error("neither minimum nor baseline", _WRITE_TWO)
        if len(asked) > 1:
            raise rule_error(f"both {asked[0]} and {asked[1]}", _WRITE_TWO)
        if self.margin is not None and self.baseline is None:
            raise rule_error("means nothing without a baseline", "Name a baseline, or remove it.", "margin")
        return self

    @model_validator(mode="after")
    def _of_a_system(self) -> Self:
        if self.max_cost_usd is None:
            for key, example in (("system", "minilm-384"), ("measure", "PWAS@10")):
                if getattr(self, key) is None:
                    raise rule_error("missing", f"For example {key}: {example}", key)
        else:
            for key in ("system", "measure", "segment", "coverage"):
                if getattr(self, key) is not None:
                    remedy = "What is paid is that of the whole campaign; remove it."
                    raise rule_error("means nothing beside max_cost_usd", remedy, key)
        if self.baseline is not None and self.baseline == self.system:
            raise rule_error("the system itself", "Name another system.", "baseline")
        return self

    @property
    def elsewhere(self) -> BaselineSpec | None:
        """The baseline, where it is of another campaign."""
        return self.baseline if isinstance(self.baseline, BaselineSpec) else None

    @property
    def baseline_system(self) -> str:
        """The baseline's name in its campaign; empty without one."""
        if self.elsewhere:
            return self.elsewhere.system or self.system or ""
        return str(self.baseline or "")


_WRITE_TWO = "Give each rule one of the two, and write two rules for both."

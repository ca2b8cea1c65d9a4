"""What the models of a spec share."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from evalhub.core.measures import UnknownMeasure, parse_measure
from evalhub.core.tags import MAX_CHARACTERS, UnusableTags, checked_tag
from evalhub.core.weights import UnknownWeighting, position_weights

RULE_ERROR = "spec_rule"


class Part(BaseModel):
    """A mapping of the spec: known keys only, no guessing of types, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def rule_error(problem: str, remedy: str, key: str | None = None) -> PydanticCustomError:
    """Make the error for a rule that the types cannot say; `key` is the one at fault."""
    context = {"problem": problem, "remedy": remedy, "key": key}
    return PydanticCustomError(RULE_ERROR, "{problem}", context)


def _without_blanks(name: str) -> str:
    if name != name.strip() or not name.isprintable():
        raise rule_error("blanks around the name or control characters in it", "Remove them.")
    return name


def _measure(name: str) -> str:
    try:
        return str(parse_measure(name))
    except UnknownMeasure as error:
        raise _told_by_core(error) from error


def _weighting(name: str) -> str:
    try:
        position_weights(name, 1)
    except UnknownWeighting as error:
        raise _told_by_core(error) from error
    return name


def _tag(tag: str) -> str:
    try:
        return checked_tag(tag)
    except UnusableTags as error:
        problem, _, remedy = str(error).partition(". ")
        raise rule_error(problem, remedy) from error


def _told_by_core(error: ValueError) -> PydanticCustomError:
    problem, _, remedy = str(error).removesuffix(".").partition(". ")
    return rule_error(problem, remedy)


Name = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_without_blanks)]
Text = Annotated[str, StringConstraints(min_length=1)]
Measure = Annotated[str, AfterValidator(_measure)]
Weighting = Annotated[str, AfterValidator(_weighting)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARACTERS), AfterValidator(_tag)]

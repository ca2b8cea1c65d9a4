"""pydantic's errors in the words of a spec."""

import datetime
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from evalhub.core.suggest import did_you_mean
from evalhub.formats.values import kind_of
from evalhub.spec.campaign import BudgetSpec, CampaignSpec, CorpusSpec, QueriesSpec
from evalhub.spec.finding import FieldPath, Finding
from evalhub.spec.gate import BaselineSpec, GateRuleSpec
from evalhub.spec.parts import RULE_ERROR, Part
from evalhub.spec.raters import ExamplesSpec, RaterSpec
from evalhub.spec.source import SourceSpec
from evalhub.spec.systems import EmbeddingModelSpec, IndexSpec, SystemSpec

MODELS: dict[tuple[str, ...], type[Part]] = {
    (): CampaignSpec,
    ("corpus",): CorpusSpec,
    ("queries",): QueriesSpec,
    ("systems",): SystemSpec,
    ("systems", "embedding_model"): EmbeddingModelSpec,
    ("systems", "index"): IndexSpec,
    ("raters",): RaterSpec,
    ("raters", "examples"): ExamplesSpec,
    ("budget",): BudgetSpec,
    ("gate",): GateRuleSpec,
    ("gate", "baseline"): BaselineSpec,
    ("source",): SourceSpec,
}
# A default that is worked out from another field, which is at fault itself.
_FOLLOWS_ANOTHER = "default_factory_not_called"
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}


def explain(error: ValidationError, data: object) -> Iterator[Finding]:
    """Say what each error means, once for each place."""
    seen = set()
    for details in error.errors(include_url=False):
        if details["type"] == _FOLLOWS_ANOTHER:
            continue
        finding = _finding(details, data)
        if finding.path not in seen:
            seen.add(finding.path)
            yield finding


def _finding(details: ErrorDetails, data: object) -> Finding:
    path = _path_in(data, details["loc"])
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == RULE_ERROR:
        at = (*path, context["key"]) if context["key"] else path
        return Finding(at, context["problem"], context["remedy"])
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "literal_error":
        return _none_of(path, str(value), context["expected"])
    if wanted := _WANTED.get(kind):
        remedy = "Put it in quotes." if wanted == "text" and _is_plain(value) else _example(path)
        return Finding(path, f"must be {wanted}, not {_kind(value)}", remedy)
    return Finding(path, _bound_or_missing(kind, context), _example(path))


def _path_in(data: object, loc: FieldPath) -> FieldPath:
    """Leave out what pydantic adds to a path for the forms of a union."""
    path: list[str | int] = []
    for position, part in enumerate(loc):
        if isinstance(data, list) and isinstance(part, int):
            data = dict(enumerate(data))
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif position < len(loc) - 1 or not isinstance(data, dict):
            continue
        path.append(part)
    return tuple(path)


def _unknown_key(path: FieldPath) -> Finding:
    known = list(MODELS[_keys(path[:-1])].model_fields)
    key = str(path[-1])
    return Finding(path, "unknown key", did_you_mean(key, known).strip() or f"Known: {', '.join(known)}.")


def _none_of(path: FieldPath, value: str, expected: str) -> Finding:
    offered = [word.strip("' ") for word in expected.replace(" or ", ", ").split(",")]
    problem = f'"{value}" is not one of {", ".join(offered)}'
    return Finding(
        path, problem, did_you_mean(value, offered).strip() or f"Choose one, for example {offered[0]}."
    )


def _bound_or_missing(kind: str, context: dict[str, Any]) -> str:
    match kind:
        case "missing":
            return "missing"
        case "string_too_short" | "too_short":
            n_given = context.get("actual_length", 0)
            return f"fewer than {context['min_length']} of them" if n_given else "empty"
        case "too_long":
            return f"more than {context['max_length']:,} of them"
        case "string_too_long":
            return f"longer than {context['max_length']} characters"
        case "greater_than":
            return f"must be above {context['gt']:g}"
        case "greater_than_equal":
            return f"must be at least {context['ge']:g}"
        case "less_than_equal":
            return f"must be at most {context['le']:g}"
    raise AssertionError(f"pydantic reports {kind}, which no field of a spec can cause")


def _example(path: FieldPath) -> str:
    keys = _keys(path)
    model = MODELS.get(keys[:-1]) if keys else None
    field = model.model_fields.get(keys[-1]) if model else None
    return f"For example {keys[-1]}: {field.examples[0]}" if field and field.examples else ""


def _keys(path: FieldPath) -> tuple[str, ...]:
    return tuple(part for part in path if isinstance(part, str))


def _is_plain(value: object) -> bool:
    return isinstance(value, bool | int | float | datetime.date)


def _kind(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value}"
    return "a date" if isinstance(value, datetime.date) else kind_of(value)

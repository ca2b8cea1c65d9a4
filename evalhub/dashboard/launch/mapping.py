"""From what was typed to the mapping that SPEC.yaml and `POST campaigns` take, and back to the fields."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evalhub.dashboard.launch.form import Hosted, LaunchForm, Rule
from evalhub.dashboard.launch.kept_rules import as_rule
from evalhub.dashboard.launch.sweep import Combination, combinations
from evalhub.models import System

Json = dict[str, Any]

SYSTEMS = "systems"
"""The element that errors of no single system belong to."""


@dataclass(slots=True)
class Asked:
    """A spec in the making.

    Attributes:
        spec: the mapping, without what was left empty.
        places: the path of each field in it, to the id of the element on the page.
    """

    spec: Json
    combinations: Sequence[Combination]
    places: dict[str, str] = field(default_factory=dict)

    def element_of(self, path: str | None) -> tuple[str, str]:
        """The element that a field of the spec was typed into, or one around it, and the rest of the path."""
        place = path or ""
        while place and place not in self.places:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self.places.get(place, ""), (path or "")[len(place) :].lstrip(".")


def asked_of(form: LaunchForm, registered: Mapping[int, System]) -> Asked:
    """The spec that a form describes, whatever is wrong with it."""
    asked = Asked({}, combinations(form.sweep))
    spec = asked.spec
    for key, value in (("name", form.name), ("corpus", form.corpus), ("queries", form.queries)):
        asked.places[key] = key
        if value:
            spec[key] = value if key == "name" else {"name": value}
    names = _systems(asked, form, registered)
    _raters(asked, form)
    for key, value in (("cutoff", form.cutoff), ("depth", form.depth)):
        _put(asked, key, number_of(value))
    _put(asked, "weights", f"geometric:{form.persistence}" if form.weights == "geometric" else form.weights)
    asked.places["budget"] = "budget"
    if form.budget:
        spec["budget"] = {"cost_usd": _float_of(form.budget)}
    _gate(asked, form, names)
    return asked


def number_of(text: str) -> int | float | str:
    """A number, where it is one; else the text, so that the spec's own check says what is wrong with it."""
    try:
        return int(text) if len(text) <= 18 else text
    except ValueError:
        return _float_of(text)


def _float_of(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _put(asked: Asked, key: str, value: object) -> None:
    asked.places[key] = key
    if value != "":
        asked.spec[key] = value


def _systems(asked: Asked, form: LaunchForm, registered: Mapping[int, System]) -> dict[str, str]:
    """Adds the systems; returns the name of each by the key that gate rules know it by."""
    names: dict[str, str] = {}
    entries: list[Json] = []
    asked.places["systems"] = SYSTEMS
    for at, combination in enumerate(asked.combinations):
        if combination.is_used:
            asked.places[f"systems[{len(entries)}]"] = f"system-{at}"
            entries.append(combination.entry())
            names[combination.key] = combination.name
    for key in form.system_keys:
        if row := registered.get(key):
            asked.places[f"systems[{len(entries)}]"] = f"registered-{key}"
            entries.append({"name": row.name, "id": key})
            names[f"id:{key}"] = row.name
    asked.spec["systems"] = entries
    return names


def _raters(asked: Asked, form: LaunchForm) -> None:
    asked.places["raters"] = "raters"
    entries: list[Json] = [{"name": name} for name in form.raters if name]
    asked.places |= {f"raters[{at}]": "raters" for at in range(len(entries))}
    if form.hosted.is_on:
        place = f"raters[{len(entries)}]"
        asked.places |= {f"{place}.{key}": f"hosted_{key}" for key in Hosted.__slots__ if key != "is_on"}
        asked.places[place] = "hosted"
        entries.append(_hosted(form.hosted))
    asked.spec["raters"] = entries


def _hosted(hosted: Hosted) -> Json:
    texts = ("name", "model", "base_url", "api_key", "api_key_env", "prompt")
    prices = ("input_usd_per_mtok", "output_usd_per_mtok")
    entry: Json = {"name": hosted.name, "kind": "hosted"}
    entry |= {key: value for key in texts if (value := getattr(hosted, key))}
    return entry | {key: _float_of(value) for key in prices if (value := getattr(hosted, key))}


def _gate(asked: Asked, form: LaunchForm, names: Mapping[str, str]) -> None:
    asked.places["gate"] = "gate"
    rules: list[object] = [dict(_rule(rule, form.cutoff, names)) for rule in form.rules]
    for at in range(len(rules)):
        fields = ("system", "measure", "baseline")
        asked.places |= {f"gate[{at}].{key}": f"rule-{at}-{key}" for key in fields}
        asked.places |= {f"gate[{at}].{key}": f"rule-{at}-value" for key in ("minimum", "margin")}
        asked.places[f"gate[{at}]"] = f"rule-{at}-value"
    asked.places |= {f"gate[{len(rules) + at}]": f"kept-{at}" for at in range(len(form.kept_rules))}
    if rules := rules + [as_rule(text, form.cutoff) for text in form.kept_rules]:
        asked.spec["gate"] = rules


def _rule(rule: Rule, cutoff: str, names: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    if rule.system:
        # What was chosen before and is no longer there is named as it was, so that the check says so.
        yield "system", names.get(rule.system, rule.system)
    yield "measure", f"{rule.measure}@{cutoff}"
    # An empty value is handed on too: the check then names the field that lacks it.
    if rule.kind == "baseline":
        yield "baseline", names.get(rule.baseline, rule.baseline)
        yield "margin", _float_of(rule.value or "0")
    else:
        yield "minimum", _float_of(rule.value)

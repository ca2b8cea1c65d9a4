"""Rules between the parts of a spec, looked at beside the models so that all problems show at once."""

from collections.abc import Iterator
from itertools import chain

from evalhub.core.measures import UnknownMeasure, parse_measure
from evalhub.core.suggest import did_you_mean
from evalhub.spec.campaign import DEFAULT_CUTOFF, MAX_CUTOFF, MAX_GATE_RULES
from evalhub.spec.finding import FieldPath, Finding

_NO_MEMBERS = {
    "panel": ("a panel itself", "Name its members instead."),
    "gold": ("people's labels", "Leave it out: a panel is held against them."),
}


def cross_check(data: dict[str, object]) -> Iterator[Finding]:
    """Find names that are double or unknown, and lists too short for what is asked of them.

    The data need not be valid otherwise: what has the wrong type is passed over.
    """
    return chain(
        _doubles(data, "systems"),
        _doubles(data, "raters"),
        _panel_members(data),
        _gate_names(data),
        _shallow(data),
        _measures_not_computed(data),
    )


def _parts(data: dict[str, object], key: str) -> Iterator[tuple[int, dict[str, object]]]:
    parts = data.get(key)
    if isinstance(parts, list):
        # No list may be longer, which is said elsewhere; suggestions for 10,000 names would take hours.
        for position, part in enumerate(parts[:MAX_GATE_RULES]):
            if isinstance(part, dict):
                yield position, part


def _names(data: dict[str, object], key: str) -> list[str]:
    return [name for _, part in _parts(data, key) if isinstance(name := part.get("name"), str)]


def _doubles(data: dict[str, object], key: str) -> Iterator[Finding]:
    first: dict[object, int] = {}
    for position, part in _parts(data, key):
        name = part.get("name")
        if isinstance(name, str) and first.setdefault(name, position) != position:
            problem = f'"{name}" is already the name of {key}[{first[name]}]'
            yield Finding((key, position, "name"), problem, "Give each its own name.")


def _panel_members(data: dict[str, object]) -> Iterator[Finding]:
    kinds = {name: part.get("kind") for _, part in _parts(data, "raters") if (name := _name(part))}
    for position, panel in _parts(data, "raters"):
        members = panel.get("members")
        seen = {_name(panel): ("the panel itself", "Name other raters.")}
        for place, name in enumerate(members if isinstance(members, list) else []):
            if not isinstance(name, str):
                continue
            if wrong := seen.get(name) or _NO_MEMBERS.get(str(kinds.get(name))):
                yield Finding(("raters", position, "members", place), *wrong)
            seen.setdefault(name, ("a member already", "Name each member once."))


def _name(part: dict[str, object]) -> str:
    name = part.get("name")
    return name if isinstance(name, str) else ""


def _gate_names(data: dict[str, object]) -> Iterator[Finding]:
    known = _names(data, "systems")
    for position, rule in _parts(data, "gate"):
        for key in ("system", "baseline"):
            name = rule.get(key)
            if isinstance(name, str) and name not in known:
                remedy = did_you_mean(name, known).strip() or f"Systems: {', '.join(known) or 'none'}."
                yield Finding(("gate", position, key), f'no system is named "{name}"', remedy)


def _shallow(data: dict[str, object]) -> Iterator[Finding]:
    cutoff, depth = data.get("cutoff", DEFAULT_CUTOFF), data.get("depth")
    if type(cutoff) is int and type(depth) is int and depth < cutoff:
        problem = f"{depth} is less than the cutoff {cutoff}"
        yield Finding(("depth",), problem, f"Write {cutoff} or more, or leave it out.")


def _measures_not_computed(data: dict[str, object]) -> Iterator[Finding]:
    cutoff = data.get("cutoff", DEFAULT_CUTOFF)
    depth = data.get("depth", cutoff)
    if not (type(cutoff) is int and type(depth) is int and 1 <= cutoff <= MAX_CUTOFF):
        return  # said elsewhere
    compared = [f"PWAS@{cutoff}", f"nDCG@{cutoff}"]
    alone = [*compared, f"RR@{cutoff}", f"judged@{cutoff}", f"AP@{depth}", f"recall@{depth}"]
    for position, rule in _parts(data, "gate"):
        path: FieldPath = ("gate", position, "measure")
        try:
            measure = str(parse_measure(str(rule.get("measure"))))
        except UnknownMeasure:
            continue
        # Against another campaign every measure is compared, query by query.
        is_compared = isinstance(rule.get("baseline"), str)
        offered = compared if is_compared else alone
        if measure not in offered:
            what = "compared" if is_compared else "computed"
            remedy = f"Write one of {', '.join(offered)}, or change cutoff or depth."
            yield Finding(path, f"{measure} is not {what} in this campaign", remedy)

"""A panel's description: which raters it is made of, and by which rule."""

from collections.abc import Mapping

from evalhub.core.trained_on import trained_on
from raters.fields import UnableToResolveRater, check_known, read_choice, read_text
from raters.panel import RULES
from raters.spec import RaterSpec

PANEL_FIELDS = ("name", "kind", "members", "combine")
DEFAULT_RULE = "median"
MIN_MEMBERS = 2


def resolve_panel(mapping: Mapping[str, object], members: Mapping[str, RaterSpec]) -> RaterSpec:
    """Turn a panel of SPEC.yaml into a complete spec.

    Its rubric, which names the grades for people, is that of the member with the smallest digest. What a
    member learnt from, the panel learnt from.

    Args:
        mapping: name, kind, members, combine as in SPEC.yaml.
        members: the complete spec of each name in `members`.

    Raises:
        UnableToResolveRater: a field is wrong, or the members do not make a panel.
    """
    check_known(mapping, PANEL_FIELDS)
    name = read_text(mapping, "name")
    chosen = {member: members[member] for member in member_names(mapping)}
    _check_kinds(chosen)
    _check_scale(chosen)
    _check_twins(chosen)
    learnt = frozenset().union(*(trained_on(member.to_dict()) for member in chosen.values()))
    return RaterSpec(
        name=name,
        kind="panel",
        model="",
        prompt=min(chosen.values(), key=lambda member: member.digest).prompt,
        max_document_tokens=1,
        decoding={},
        combine=read_choice(mapping, "combine", tuple(RULES), DEFAULT_RULE),
        members={member: spec.digest for member, spec in sorted(chosen.items())},
        training={"query_digests": sorted(learnt)} if learnt else {},
    )


def member_names(mapping: Mapping[str, object]) -> list[str]:
    """The names of a panel's members.

    Raises:
        UnableToResolveRater: they are no list of at least two different names.
    """
    given = mapping.get("members", [])
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) and name for name in given):
        raise UnableToResolveRater("members", f"{given!r} is not a list of names of raters")
    if len(given) < MIN_MEMBERS:
        raise UnableToResolveRater("members", f"{len(given)} named; a panel needs at least {MIN_MEMBERS}")
    for name in given:
        if given.count(name) > 1:
            raise UnableToResolveRater("members", f'"{name}" twice; name each member once')
        if name == mapping.get("name"):
            raise UnableToResolveRater("members", f'"{name}" is the panel itself; name other raters')
    return list(given)


def _check_kinds(members: Mapping[str, RaterSpec]) -> None:
    for name, member in members.items():
        if member.kind == "panel":
            raise UnableToResolveRater("members", f'"{name}" is a panel itself; name its members instead')
        if member.kind == "gold":
            raise UnableToResolveRater(
                "members", f'"{name}" is people\'s labels, which a panel is held against; leave it out'
            )


def _check_scale(members: Mapping[str, RaterSpec]) -> None:
    highest = {name: member.rubric.max_grade for name, member in members.items()}
    if len(set(highest.values())) > 1:
        scales = ", ".join(f'"{name}" grades 0..{grade}' for name, grade in highest.items())
        raise UnableToResolveRater(
            "members", f"different scales ({scales}); give them prompts with equally many grades"
        )


def _check_twins(members: Mapping[str, RaterSpec]) -> None:
    seen: dict[str, str] = {}
    for name, member in members.items():
        twin = seen.setdefault(member.digest, name)
        if twin != name:
            raise UnableToResolveRater(
                "members", f'"{name}" is the same as "{twin}", which would count twice; remove one of them'
            )

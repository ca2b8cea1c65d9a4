"""A rater version in full, and what is different between two."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, replace
from difflib import unified_diff
from typing import Any, cast

from evalhub.core.digest import JsonValue, content_digest
from evalhub.core.trained_on import trained_on
from evalhub.models import RaterVersion
from evalhub.selectors.rater_report import rater_row
from raters.spec import RaterSpec

Json = dict[str, Any]
Scalar = str | int | float | bool | None

# The prompt is shown line by line; names are labels.
_TOLD_APART = {"name", "prompt"}


def rater_details(version: RaterVersion) -> Json:
    """Everything that makes a version, and how much it has judged."""
    return {**version_content(version), "n_judgments": version.judgments.count()}


def version_content(version: RaterVersion) -> Json:
    """Everything that makes a version, its rubric and its examples read out of the prompt."""
    spec = RaterSpec.from_dict(version.spec)
    rubric = spec.rubric
    examples = [asdict(example) for example in rubric.examples]
    return {
        **rater_row(version),
        "created_at": version.created_at.isoformat(),
        "rubric": {"name": rubric.name, "grades": [asdict(grade) for grade in rubric.grades]},
        "prompt": spec.prompt,
        "examples": examples,
        "members": _members(version, spec),
        "n_training_queries": len(trained_on(version.spec)),
        "settings": {
            field: value
            for field, value in _flat(spec, {})
            if value not in ("", None) and not (spec.kind != "hosted" and _is_usual(field, value))
        },
    }


def versions_diff(old: RaterVersion, new: RaterVersion) -> Json:
    """What is different in `new`; a field makes a version where grades can depend on it.

    `prompt` is a unified diff of the prompts' lines, empty where they are the same.
    """
    before, after = RaterSpec.from_dict(old.spec), RaterSpec.from_dict(new.spec)
    ours = dict(_flat(before, _members(old, before)))
    theirs = dict(_flat(after, _members(new, after)))
    changed = [name for name in dict.fromkeys([*ours, *theirs]) if ours.get(name) != theirs.get(name)]
    return {
        "old": rater_row(old),
        "new": rater_row(new),
        "is_same_version": old.digest == new.digest,
        "changes": [
            {
                "field": name,
                "old": ours.get(name),
                "new": theirs.get(name),
                "makes_version": _makes_version(name.partition(".")[0], before, after),
            }
            for name in changed
        ],
        "prompt": "\n".join(_prompt_diff(before.prompt, after.prompt, _name(old), _name(new))),
    }


def _members(version: RaterVersion, spec: RaterSpec) -> dict[str, str]:
    """The members of a panel, by the panel's names for them, as NAME@NUMBER."""
    found = RaterVersion.objects.filter(workspace=version.workspace_id, digest__in=spec.members.values())
    called = {member.digest: _name(member) for member in found.select_related("rater")}
    return {name: called.get(digest, digest) for name, digest in spec.members.items()}


def _is_usual(field: str, value: Scalar) -> bool:
    """Whether a field says what it says unset, such as a time limit of a rater that makes no calls."""
    return any(one.name == field and one.default == value for one in fields(RaterSpec))


def _flat(spec: RaterSpec, members: Mapping[str, str]) -> Iterator[tuple[str, Scalar]]:
    """Fields as they are told to people: mappings by dotted names, what was learnt by its digest."""
    stored = spec.to_dict() | {"members": members}
    for field in fields(RaterSpec):
        value = stored[field.name]
        if field.name in _TOLD_APART:
            continue
        if field.name == "training":
            yield "training.n_queries", len(trained_on(stored))
        elif field.name == "learned":
            yield field.name, content_digest(cast(JsonValue, value)) if value else ""
        elif isinstance(value, Mapping):
            yield from ((f"{field.name}.{key}", item) for key, item in sorted(value.items()))
        elif isinstance(value, str | int | float | bool | None):
            yield field.name, value


def _makes_version(field: str, before: RaterSpec, after: RaterSpec) -> bool:
    """Whether this field alone would make `before` another version."""
    changed = replace(before, **{field: getattr(after, field)})
    return changed.digest != before.digest


def _name(version: RaterVersion) -> str:
    return f"{version.rater.name}@{version.number}"


def _prompt_diff(old: str, new: str, old_name: str, new_name: str) -> Iterator[str]:
    # Not splitlines: a last line without its end, or with another one, is another prompt.
    return unified_diff(old.split("\n"), new.split("\n"), old_name, new_name, lineterm="")

"""Files that a spec names: relative to the spec, refused where there is no spec file to be relative to."""

import copy
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from evalhub.spec.finding import FieldPath, Finding


def resolve_paths(data: dict[str, object], base_dir: Path | None) -> tuple[dict[str, object], list[Finding]]:
    """Make the paths of a spec absolute, in a copy, and say which are not there.

    Args:
        base_dir: None when the spec came over the network, whose sender may not name files of ours.
    """
    resolved = copy.deepcopy(data)
    findings = []
    for holder, key, place in _paths_in(resolved):
        if base_dir is None:
            remedy = "Import or register it first, then give its name."
            findings.append(Finding(place, "a file cannot be named here", remedy))
            continue
        path = os.path.abspath(base_dir / os.path.expanduser(str(holder[key])))
        if not os.path.exists(path):
            remedy = f"Paths count from the folder of the spec, {base_dir}."
            findings.append(Finding(place, f'no such file: "{holder[key]}"', remedy))
        holder[key] = path
    return resolved, findings


def _paths_in(data: dict[str, object]) -> Iterator[tuple[dict[str, object], str, FieldPath]]:
    """Yield every mapping and key that hold a path, and the place of the two in the spec."""
    for part in ("corpus", "queries"):
        for key in ("path", "qrels"):
            yield from _held(data.get(part), key, (part,), _is_text)
    for position, system in enumerate(_list(data.get("systems"))):
        place: FieldPath = ("systems", position)
        yield from _held(system, "run", place, _is_text)
        yield from _held(system, "embedding_model", place, _is_local)
        model = system.get("embedding_model") if isinstance(system, dict) else None
        for key in ("model", "query_model"):
            yield from _held(model, key, (*place, "embedding_model"), _is_local)
    for position, rater in enumerate(_list(data.get("raters"))):
        yield from _held(rater, "model", ("raters", position), _is_local)
        yield from _held(rater, "embedding_model", ("raters", position), _is_local)
        yield from _held(rater, "adapter", ("raters", position), _is_text)
        yield from _held(rater, "prompt", ("raters", position), _is_prompt_file)


def _held(
    holder: object, key: str, place: FieldPath, is_path: Callable[[object], bool]
) -> Iterator[tuple[dict[str, object], str, FieldPath]]:
    if isinstance(holder, dict) and is_path(holder.get(key)):
        yield holder, key, (*place, key)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_local(value: object) -> bool:
    # Without such a start a model is registered or of a hub.
    return isinstance(value, str) and value.startswith(("/", "./", "../", "~/"))


def _is_prompt_file(value: object) -> bool:
    return isinstance(value, str) and ("/" in value or value.endswith(".txt"))

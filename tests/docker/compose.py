"""Reads docker/compose.yaml as Compose does, as far as it uses it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

DOCKER = Path(__file__).parents[2] / "docker"
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def services(given: Mapping[str, str]) -> dict[str, Any]:
    """The services, with variables from `given` or their defaults in place.

    Raises:
        KeyError: one that has none is not given.
    """

    found: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    filled: dict[str, Any] = _filled(found["services"], given)
    return filled


def _filled(value: Any, given: Mapping[str, str]) -> Any:
    """A value with all variables in it replaced."""
    if isinstance(value, dict):
        return {key: _filled(one, given) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, given) for one in value]
    if not isinstance(value, str):
        return value
    return VARIABLE.sub(lambda found: _variable(*found.groups(), given), value)


def _variable(name: str, kind: str, default: str, given: Mapping[str, str]) -> str:
    return given.get(name) or default if kind == "-" else given[name]


def ours(given: Mapping[str, str]) -> dict[str, Any]:
    """Those that run EvalHub's own image."""
    return {name: service for name, service in services(given).items() if service["image"] == "evalhub"}

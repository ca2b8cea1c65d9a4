"""A problem before it is known on which line it stands."""

from typing import NamedTuple

FieldPath = tuple[str | int, ...]
"""Keys and list positions from the top of the spec, as in ("systems", 0, "name")."""


class Finding(NamedTuple):
    """Something wrong at a place in the data; see `SpecProblem` for the two texts.

    `line` is None where it is that of the path.
    """

    path: FieldPath
    problem: str
    remedy: str
    line: int | None = None


def dotted(path: FieldPath) -> str | None:
    """Write a path as people do: `systems[0].name`; None for the top."""
    written = ""
    for part in path:
        written += f"[{part}]" if isinstance(part, int) else f".{part}"
    return written.removeprefix(".") or None

"""Split queries into train, validation and held-out, so that no query teaches a rater and then tests it."""

import hashlib
from collections.abc import Iterable
from typing import Literal, NamedTuple

Part = Literal["train", "validation", "held-out"]


class Shares(NamedTuple):
    """Of queries, expected; what is left over is held out."""

    train: float = 0.6
    validation: float = 0.2


def part_of(query: str, *, seed: int, shares: Shares = Shares()) -> Part:  # noqa: B008  # immutable
    """Return the part a query text belongs to, wherever it occurs and whatever else is in its collection.

    The text decides, case and spacing aside, because one question under two ids would otherwise leak.
    """
    place = _uniform(f"{seed}\t{folded(query)}")
    if place < shares.train:
        return "train"
    return "validation" if place < shares.train + shares.validation else "held-out"


def folded(query: str) -> str:
    """A query's text as the split reads it: case and spacing aside."""
    return " ".join(query.casefold().split())


def split(
    queries: Iterable[str],
    *,
    seed: int,
    shares: Shares = Shares(),  # noqa: B008  # immutable
) -> dict[Part, list[str]]:
    """Return the query texts of each part, in the order given."""
    parts: dict[Part, list[str]] = {"train": [], "validation": [], "held-out": []}
    for query in queries:
        parts[part_of(query, seed=seed, shares=shares)].append(query)
    return parts


def _uniform(text: str) -> float:
    """A number in [0, 1) that only the text decides."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / 2**56

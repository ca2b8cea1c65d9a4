"""Documents that are almost the same: how near the nearest other document is, and the nearest pairs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
# Similarities in hundredths, 0.00 to 1.00; below 0 counts as 0.
N_BINS = 101
# Float noise must not put equal vectors below 1.
DECIMALS = 4
MAX_PAIRS = 100
ROWS_PER_STEP = 4_096


@dataclass(frozen=True, slots=True)
class Similar:
    """What was found among documents.

    Attributes:
        bins: how many of the compared documents have their nearest other document at each hundredth.
        pairs: (similarity, position, position), most similar first; equal texts are no pair.
    """

    bins: tuple[int, ...]
    pairs: tuple[tuple[float, int, int], ...]


def find_similar(
    compared: tuple[Positions, Vectors],
    blocks: Iterable[tuple[Positions, Vectors]],
    texts: npt.NDArray[np.uint64],
    *,
    floor: float,
) -> Similar:
    """Hold documents against all documents by cosine similarity.

    Args:
        compared: positions (n,) and vectors (n, dimension), L2-normalised, of those that are compared.
        blocks: the same of all documents, in any order, each once.
        texts: what tells texts apart, by position: equal texts have equal numbers.
        floor: pairs below it are not listed.
    """
    positions, vectors = compared
    nearest = np.full(len(positions), -1.0, dtype=np.float32)
    pairs: dict[tuple[int, int], float] = {}
    for others, block in blocks:
        for start in range(0, len(others), ROWS_PER_STEP):
            part = others[start : start + ROWS_PER_STEP]
            found = np.round(vectors @ block[start : start + ROWS_PER_STEP].T, DECIMALS)
            found[positions[:, np.newaxis] == part] = -1.0  # itself
            if len(part):
                nearest = np.maximum(nearest, found.max(axis=1))
            found[texts[positions][:, np.newaxis] == texts[part]] = -1.0
            pairs = _best_pairs(pairs, found, positions, part, floor)
    # Where there is no other document there is nothing to be near to.
    nearest = nearest[nearest > -1.0] if len(nearest) else nearest
    hundredths = np.clip(np.floor(nearest * 100 + 1e-3), 0, N_BINS - 1).astype(np.int64)
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return Similar(
        bins=tuple(int(n) for n in np.bincount(hundredths, minlength=N_BINS)),
        pairs=tuple((similarity, one, other) for (one, other), similarity in ordered),
    )


def share_from(bins: tuple[int, ...] | list[int], hundredth: int) -> float | None:
    """The share of documents whose nearest other is at least this similar; None where none was compared."""
    total = sum(bins)
    return sum(bins[hundredth:]) / total if total else None


def _best_pairs(
    known: dict[tuple[int, int], float],
    found: npt.NDArray[np.float32],
    positions: Positions,
    others: Positions,
    floor: float,
) -> dict[tuple[int, int], float]:
    """The best pairs of those known and those of a step; each pair once, whichever side was compared."""
    flat = found.ravel()
    near = np.flatnonzero(flat >= max(floor, min(known.values()) if len(known) >= MAX_PAIRS else floor))
    # A pair can be there twice, once from each side.
    if len(near) > 2 * MAX_PAIRS:
        near = near[np.argpartition(-flat[near], 2 * MAX_PAIRS)[: 2 * MAX_PAIRS]]
    merged = dict(known)
    for place in near:
        row, column = divmod(int(place), found.shape[1])
        one, other = sorted((int(positions[row]), int(others[column])))
        merged[one, other] = round(float(flat[place]), DECIMALS)
    best = sorted(merged.items(), key=lambda item: (-item[1], item[0]))
    return dict(best[:MAX_PAIRS])

"""Near-duplicates above a threshold, from what a profile stored: moving the threshold computes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evalhub.core.profile.similar import MAX_PAIRS, share_from

START, LOWEST, HIGHEST = 95, 80, 100


@dataclass(frozen=True, slots=True)
class Near:
    """What one model's vectors say at a threshold in hundredths.

    `share` is of the compared documents, in [0, 1]; `pairs` are stored ones, the most similar first.
    """

    name: str
    threshold: int
    share: float | None
    n: int
    n_of: int
    n_documents: int
    seed: int
    pairs: Sequence[Sequence[Any]]
    is_cut: bool

    @property
    def shown_threshold(self) -> str:
        """The threshold as a similarity."""
        return f"{self.threshold / 100:.2f}"


def near_duplicates(part: dict[str, Any], threshold: int | None) -> Near:
    """Count and list what is at least as similar as the threshold."""
    at = min(max(START if threshold is None else threshold, LOWEST), HIGHEST)
    stored = part["pairs"]
    pairs = [pair for pair in stored if pair[0] * 100 + 1e-6 >= at]
    return Near(
        name=part["name"],
        threshold=at,
        share=share_from(part["bins"], at),
        n=sum(part["bins"][at:]),
        n_of=part["n_of"],
        n_documents=part["n_documents"],
        seed=part["seed"],
        pairs=pairs,
        # All that is stored is shown: there may be more.
        is_cut=len(pairs) == len(stored) == MAX_PAIRS,
    )

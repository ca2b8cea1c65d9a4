"""Whether a rater tells systems apart where people's labels do."""

from collections.abc import Iterable
from dataclasses import dataclass

CALLED = ("better", "worse")
# Stands where a rater's name would, for figures on people's labels; a rater may be called "gold".
GOLD_LABELS = "gold labels"


@dataclass(frozen=True, slots=True)
class Concordance:
    """Of the differences that gold labels find: how many the rater finds too, and how many it turns round."""

    n_gold: int
    n_found: int
    n_contradicted: int

    @property
    def sentence_start(self) -> str:
        """How many there are to find."""
        return "Of the 1 difference" if self.n_gold == 1 else f"Of the {self.n_gold} differences"

    @property
    def sentence_end(self) -> str:
        """What a reader should make of it."""
        if self.n_contradicted:
            return "it contradicts people: do not decide by it"
        if self.n_found == self.n_gold:
            return "it tells these systems apart as people do"
        return "where it finds none, people may still see one"


def concordance(verdicts: Iterable[tuple[str, str]]) -> Concordance:
    """Count (rater's verdict, gold verdict) of pairs of systems; only what gold labels call counts."""
    called = [(rater, gold) for rater, gold in verdicts if gold in CALLED]
    return Concordance(
        n_gold=len(called),
        n_found=sum(rater == gold for rater, gold in called),
        n_contradicted=sum(rater in CALLED and rater != gold for rater, gold in called),
    )

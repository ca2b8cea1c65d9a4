"""Names of measures: a family and a cutoff, as in nDCG@10."""

import re
from dataclasses import dataclass

from evalhub.core.suggest import did_you_mean

GOLD_FAMILIES = ("nDCG", "recall", "RR", "AP", "P", "judged")
FAMILIES = ("PWAS", *GOLD_FAMILIES)
_ALIASES = {"R": "recall"}


class UnknownMeasure(ValueError):
    """The name is not that of an offered measure with a cutoff."""


@dataclass(frozen=True, slots=True)
class MeasureName:
    """A measure at a cutoff; `str()` gives the name that results use, `R@10` as `recall@10`."""

    family: str
    cutoff: int

    def __str__(self) -> str:
        return f"{self.family}@{self.cutoff}"


def parse_measure(name: str) -> MeasureName:
    """Read a name such as `PWAS@10`, `nDCG@10`, `recall@100`, `RR@10`, `AP@100`, `P@5` or `judged@10`.

    Raises:
        UnknownMeasure: For another family, or a cutoff that is missing or not a whole number from 1.
    """
    written, _, cutoff = name.partition("@")
    family = _ALIASES.get(written, written)
    if family not in FAMILIES:
        message = f'unknown measure "{name}"; offered are {", ".join(f"{known}@k" for known in FAMILIES)}.'
        raise UnknownMeasure(message + did_you_mean(written, FAMILIES))
    if not re.fullmatch(r"[1-9][0-9]*", cutoff, flags=re.ASCII):
        raise UnknownMeasure(f'measure "{name}" needs a cutoff of 1 or more after the @, as in "{family}@10"')
    return MeasureName(family, int(cutoff))

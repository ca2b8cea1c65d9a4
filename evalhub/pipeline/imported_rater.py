"""The rater of kind imported: it graded elsewhere, so whatever was not imported stays unrated."""

from collections.abc import Iterator, Sequence

from evalhub.pipeline.judgments import PairDigests
from raters.protocol import Outcome, Reason, Unrated, Usage

REMEDY = "no grade of this pair was imported; import a file that has it, as the rater's next version"


def imported_outcomes(wanted: Sequence[PairDigests]) -> Iterator[tuple[int, Outcome]]:
    """(index into wanted, outcome) of each pair: an import stored all grades there are."""
    for index in range(len(wanted)):
        yield index, Unrated(Reason.NOT_IMPORTED, REMEDY, "", Usage())

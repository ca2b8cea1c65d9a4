"""The charts of a corpus profile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evalhub.selectors.charts import profile as rows_of
from evalhub.selectors.inputs.profiles import ProfileState


@dataclass(frozen=True, slots=True)
class Kind:
    """A chart: its title, how to read it, and where its rows come from."""

    title: str
    help: str
    rows: Callable[[ProfileState], list[dict[str, Any]]]


KINDS = {
    "lengths": Kind(
        "Lengths",
        "Title and text together; words are what blanks divide. The last bar holds everything longer.",
        rows_of.length_rows,
    ),
    "tokens": Kind(
        "Lengths in tokens",
        "By each model's own tokenizer. The line is where the model stops reading.",
        rows_of.token_rows,
    ),
    "languages": Kind(
        "Languages",
        "ISO 639 codes, guessed text by text: “zxx” has no words, “und” fits none well. Short texts "
        "are often guessed wrong.",
        rows_of.language_rows,
    ),
    "overlap": Kind(
        "Words that queries and documents share",
        "Of a query's distinct words, those in more than a tenth of the documents left out: the share in the "
        "one document that has most (best), in its relevant documents (relevant, by gold labels), and in any "
        "document (anywhere).",
        rows_of.overlap_rows,
    ),
    "nearest": Kind(
        "Nearest other document",
        "How similar each document is to the one nearest to it. A tall bar at 1 is repetition.",
        rows_of.nearest_rows,
    ),
}

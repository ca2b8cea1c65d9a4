"""A text as vectors; light enough for code that loads no model."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as vectors, all L2-normalised.

    Attributes:
        passages: float32 (n_passages, dim), at least one.
        tokens: float32 (n_tokens, dim) of the text's own tokens, special ones left out; may be empty.
        words: of a query, the word that each token belongs to; empty for documents.
        n_cut: tokens at the end of the text that no passage holds.
    """

    passages: Vectors
    tokens: Vectors
    words: tuple[str, ...] = ()
    n_cut: int = 0

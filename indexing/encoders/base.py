"""What an encoder is, whatever library computes its vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors of some texts, in their order, and what the model read to make them.

    `vectors` is float32 (n, dimension), L2-normalised; a text without any token has the zero vector.
    `n_tokens` counts prompts and special tokens, but neither padding nor what was cut off; `n_truncated`
    counts the texts that were longer than the model reads.
    """

    vectors: NDArray[np.float32]
    n_tokens: int
    n_truncated: int


class TextEncoder(Protocol):
    """One model: texts with one prompt before each, to vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str], *, prompt: str) -> Encoded:
        """Encode prompt + text for every text."""
        ...


class Encoder(Protocol):
    """An embedding model: documents and queries into one vector space."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> Encoded:
        """Encode as documents, with the document prompt."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Encoded:
        """Encode as queries, with the query prompt and the query model where there is one."""
        ...

"""WordLlama: a table of static token embeddings, averaged.

Its weights and tokenizer are read directly. The package's own loader looks for the tokenizer in a folder
that its wheel does not have, and its `embed` pads a batch to its longest text, so that one document of a
few MB would take tens of GB.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from indexing.catalogue import WORDLLAMA_TOKENIZER, WORDLLAMA_WEIGHTS
from indexing.encoders.base import Encoded
from indexing.encoders.batching import text_passes
from indexing.quantize import normalise

TOKENS_PER_STEP = 8192  # embeddings gathered together: 8 MB at 256 dimensions


class WordLlamaEncoder:
    """Mean of the token embeddings (https://github.com/dleemiller/WordLlama), L2-normalised."""

    def __init__(self, folder: Path, *, max_tokens: int | None) -> None:
        self._table: NDArray[np.float32] = load_file(folder / WORDLLAMA_WEIGHTS)["embedding.weight"].astype(
            np.float32
        )
        self._tokenizer = Tokenizer.from_file(str(folder / WORDLLAMA_TOKENIZER))
        self._max_tokens = max_tokens

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def encode(self, texts: Sequence[str], *, prompt: str) -> Encoded:
        """Encode prompt + text for every text."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        n_tokens = n_truncated = 0
        prompted = [prompt + text for text in texts]
        for part in text_passes(prompted):
            encodings = self._tokenizer.encode_batch(prompted[part], add_special_tokens=False)
            for place, encoding in enumerate(encodings, start=part.start):
                all_tokens: list[int] = encoding.ids
                tokens = all_tokens[: self._max_tokens]
                n_tokens += len(tokens)
                n_truncated += len(tokens) < len(all_tokens)
                vectors[place] = self._mean(tokens)
        return Encoded(normalise(vectors), n_tokens, n_truncated)

    def _mean(self, tokens: list[int]) -> NDArray[np.float32]:
        total = np.zeros(self.dimension, dtype=np.float32)
        for start in range(0, len(tokens), TOKENS_PER_STEP):
            total += self._table[tokens[start : start + TOKENS_PER_STEP]].sum(axis=0)
        return total / np.float32(max(1, len(tokens)))

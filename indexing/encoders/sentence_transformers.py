"""Models of the sentence-transformers library: its modules compute, the batching is ours.

Against `SentenceTransformer.encode`: texts are tokenised once, which also counts what is cut off; equal
texts are computed once; batches hold a number of tokens, sorted by true token length, instead of 32 texts
sorted by characters. A vector depends on its batch by float noise only: at most 1e-6 in any component.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer

from indexing.encoders.base import Encoded
from indexing.encoders.batching import text_passes, token_batches
from indexing.quantize import normalise
from indexing.spec import InvalidSpec

NO_LIMIT = 2**31 - 1  # some tokenizers state 1e30
TOKENS_PER_BATCH = 2048  # activations of such a batch stay near the cores' caches


class UnsupportedEmbeddingModel(ValueError):
    """A sentence-transformers model that does not read plain text through a transformer."""


class SentenceTransformersEncoder:
    """A local sentence-transformers model; pooling and normalisation are its own, and L2 in the end."""

    def __init__(self, folder: Path, *, max_tokens: int | None, device: str, threads: int | None) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._model = SentenceTransformer(
            str(folder),
            device=device,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        ).eval()
        self._tokenizer = _text_tokenizer(self._model, folder)
        self._max_tokens = _token_limit(self._model, self._tokenizer, max_tokens)
        self._dimension = _stated_dimension(self._model, folder)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str], *, prompt: str) -> Encoded:
        """Encode prompt + text for every text."""
        distinct = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        prompted = [prompt + text for text in distinct]
        vectors = np.empty((len(prompted), self._dimension), dtype=np.float32)
        lengths = np.empty(len(prompted), dtype=np.int64)
        is_truncated = np.empty(len(prompted), dtype=np.bool_)
        for part in text_passes(prompted):
            rows, is_truncated[part] = self._tokenise(prompted[part])
            lengths[part] = [len(row["input_ids"]) for row in rows]
            vectors[part] = self._forward(rows, self._prompt_length(prompt))
        places = np.array([distinct[text] for text in texts], dtype=np.int64)
        return Encoded(
            vectors=normalise(vectors)[places],
            n_tokens=int(lengths[places].sum()),
            n_truncated=int(is_truncated[places].sum()),
        )

    def _tokenise(self, texts: list[str]) -> tuple[list[dict[str, Any]], NDArray[np.bool_]]:
        """Return each text's model inputs, cut to the limit, and which texts lost tokens by that."""
        encoded = self._tokenizer(
            texts, truncation=True, max_length=self._max_tokens, return_overflowing_tokens=True
        )
        # A text over the limit comes as several rows; the first is what the model reads.
        sources = np.array(encoded.pop("overflow_to_sample_mapping"))
        _, firsts, counts = np.unique(sources, return_index=True, return_counts=True)
        rows = [{name: values[first] for name, values in encoded.items()} for first in firsts]
        return rows, counts > 1

    def _forward(self, rows: Sequence[dict[str, Any]], prompt_length: int) -> NDArray[np.float32]:
        vectors = np.empty((len(rows), self._dimension), dtype=np.float32)
        for batch in token_batches([len(row["input_ids"]) for row in rows], TOKENS_PER_BATCH):
            padded = self._tokenizer.pad([rows[index] for index in batch], return_tensors="pt")
            features = {name: tensor.to(self._model.device) for name, tensor in padded.items()}
            # Only models that leave the prompt out of pooling look at it.
            features["prompt_length"] = prompt_length
            with torch.inference_mode():
                vectors[batch] = self._model(features)["sentence_embedding"].float().cpu().numpy()
        return vectors

    def _prompt_length(self, prompt: str) -> int:
        """Count the tokens before the text: those of the prompt, without the closing special token."""
        if not prompt:
            return 0
        tokens = self._tokenizer(prompt)["input_ids"]
        return len(tokens) - (tokens[-1] in self._tokenizer.all_special_ids)


def _text_tokenizer(model: SentenceTransformer, folder: Path) -> Any:
    first: Any = model[0]
    is_plain_text = isinstance(first, Transformer) and set(first.modality_config) == {"text"}
    if not is_plain_text or not first.tokenizer.is_fast:
        raise UnsupportedEmbeddingModel(
            f"{folder}: its first module, {type(first).__name__}, does not read plain text through a fast "
            "tokenizer. Use a text embedding model whose first module is a Transformer."
        )
    # Padding apart from tokenising is what lets one tokenisation serve counting and sorting too.
    first.tokenizer.deprecation_warnings["Asking-to-pad-a-fast-tokenizer"] = True
    return first.tokenizer


def _stated_dimension(model: SentenceTransformer, folder: Path) -> int:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise UnsupportedEmbeddingModel(
            f"{folder}: no module states the dimension of its vectors. Use a model that ends in pooling."
        )
    return dimension


def _token_limit(model: SentenceTransformer, tokenizer: Any, max_tokens: int | None) -> int:
    if max_tokens is None:
        return min(model.max_seq_length or NO_LIMIT, NO_LIMIT)
    least = tokenizer.num_special_tokens_to_add() + 1
    most = getattr(model[0].config, "max_position_embeddings", None) or NO_LIMIT
    if not least <= max_tokens <= most:
        raise InvalidSpec("embedding_model.max_tokens", f"the model reads between {least} and {most} tokens.")
    return max_tokens

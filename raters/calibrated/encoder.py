"""Vectors of queries and documents by a local embedding model: one per passage and one per token."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from raters.batches import token_batches
from raters.calibrated.encoder_types import Encoded, Vectors
from raters.weights import weights_revision

PASSAGE_TOKENS = 192
MAX_PASSAGES = 4
TITLE_TOKENS = 48
QUERY_TOKENS = 128
# Enough for MAX_PASSAGES of any language the tokenizer knows; tokenising a megabyte takes a second.
_MAX_CHARS = 16_000
_BATCH_TOKENS = 4_096


class TextEncoder:
    """A sentence-transformers model in memory."""

    def __init__(self, folder: Path, *, n_threads: int | None = None, device: str = "cpu") -> None:
        if n_threads is not None:
            torch.set_num_threads(n_threads)
        self._model = SentenceTransformer(
            str(folder),
            device=device,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        ).eval()
        self.revision = weights_revision(folder)
        self._tokenizer: Any = self._model.tokenizer
        self._tokenizer.deprecation_warnings["Asking-to-pad-a-fast-tokenizer"] = True
        self._tokenizer.model_max_length = _MAX_CHARS  # passages are cut here, so its warning is none
        self._before, self._after = _frame(self._tokenizer)

    def encode_queries(self, queries: Sequence[str]) -> list[Encoded]:
        """Encode queries, cut after QUERY_TOKENS."""
        rows, words = [], []
        for query in queries:
            ids, spans = self._tokenise(query)
            rows.append(ids[:QUERY_TOKENS])
            words.append(tuple(_word(query, spans, place) for place in range(len(rows[-1]))))
        computed = self._forward(rows)
        return [
            Encoded(passage[None, :], tokens, names)
            for (passage, tokens), names in zip(computed, words, strict=True)
        ]

    def encode_documents(self, documents: Sequence[tuple[str, str]]) -> list[Encoded]:
        """Encode (title, text) pairs in passages, each headed by the title."""
        rows: list[list[int]] = []
        bounds, cut = [0], []
        for title, text in documents:
            passages, n_cut = self._passages(title, text)
            rows.extend(passages)
            bounds.append(len(rows))
            cut.append(n_cut)
        computed = self._forward(rows)
        return [
            Encoded(
                np.stack([passage for passage, _ in computed[start:end]]),
                np.concatenate([tokens for _, tokens in computed[start:end]]),
                n_cut=n_cut,
            )
            for (start, end), n_cut in zip(pairwise(bounds), cut, strict=True)
        ]

    def _passages(self, title: str, text: str) -> tuple[list[list[int]], int]:
        head = self._tokenise(title)[0][:TITLE_TOKENS]
        body = self._tokenise(text)[0]
        starts = range(0, max(1, len(body)), PASSAGE_TOKENS)[:MAX_PASSAGES]
        kept = PASSAGE_TOKENS * MAX_PASSAGES
        return [head + body[start : start + PASSAGE_TOKENS] for start in starts], max(0, len(body) - kept)

    def _tokenise(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoded = self._tokenizer(text[:_MAX_CHARS], add_special_tokens=False, return_offsets_mapping=True)
        return list(encoded["input_ids"]), list(encoded["offset_mapping"])

    def _forward(self, rows: Sequence[list[int]]) -> list[tuple[Vectors, Vectors]]:
        """Return each row's pooled vector and token vectors."""
        framed = [self._before + row + self._after for row in rows]
        results: list[tuple[Vectors, Vectors] | None] = [None] * len(rows)
        for batch in token_batches([len(row) for row in framed], _BATCH_TOKENS):
            for index, computed in zip(batch, self._compute([framed[i] for i in batch]), strict=True):
                results[index] = computed
        return [result for result in results if result is not None]

    @torch.inference_mode()
    def _compute(self, framed: list[list[int]]) -> Iterator[tuple[Vectors, Vectors]]:
        padded = self._tokenizer.pad({"input_ids": framed}, return_tensors="pt")
        features = {name: tensor.to(self._model.device) for name, tensor in padded.items()}
        output = self._model(features)
        pooled = torch.nn.functional.normalize(output["sentence_embedding"].float(), dim=1).cpu().numpy()
        tokens = torch.nn.functional.normalize(output["token_embeddings"].float(), dim=2).cpu().numpy()
        start, end = len(self._before), len(self._after)
        for row, ids in enumerate(framed):
            yield pooled[row], tokens[row, start : len(ids) - end]


def _frame(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The special tokens that the tokenizer puts before and after a text."""
    inner = list(tokenizer("a", add_special_tokens=False)["input_ids"])
    framed = list(tokenizer("a")["input_ids"])
    start = next(i for i in range(len(framed)) if framed[i : i + len(inner)] == inner)
    return framed[:start], framed[start + len(inner) :]


def _word(text: str, spans: list[tuple[int, int]], place: int) -> str:
    """The word that a token is a piece of: what touches it, as long as it is letters or digits."""
    start, end = spans[place]
    if not text[start:end].isalnum():
        return text[start:end]
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]

"""Query and document as the token ids of a cross-encoder; only the end of a document is ever cut."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerBase

from raters.protocol import RateRequest


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """Token ids of one request.

    Attributes:
        ids, type_ids: with the tokenizer's own special tokens; equally long.
        n_cut: tokens cut from the end of the document.
        is_too_long: the query alone leaves no room for a document.
    """

    ids: tuple[int, ...]
    type_ids: tuple[int, ...]
    n_cut: int
    is_too_long: bool = False


class PairEncoder:
    """Encodes the same for training and for rating."""

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, max_document_tokens: int, context_tokens: int
    ) -> None:
        self._tokenizer = tokenizer
        self._max_document_tokens = max_document_tokens
        self._context_tokens = context_tokens
        self._n_special = tokenizer.num_special_tokens_to_add(pair=True)
        self._pad_id = tokenizer.pad_token_id or 0

    def encode(self, request: RateRequest) -> EncodedPair:
        """Encode a request; control tokens in its texts are only letters."""
        query = "\n".join(part for part in (request.query.strip(), request.need.strip()) if part)
        document = "\n".join(part for part in (request.title.strip(), request.text.strip()) if part)
        n_query, n_document = self._count(query), self._count(document)
        room = min(self._max_document_tokens, self._context_tokens - n_query - self._n_special)
        if room < 1:
            return EncodedPair((), (), 0, is_too_long=True)
        encoded = self._tokenizer(
            query,
            document,
            truncation="only_second" if n_document > room else False,
            max_length=n_query + self._n_special + room if n_document > room else None,
            return_token_type_ids=True,
            split_special_tokens=True,
        )
        return EncodedPair(
            tuple(encoded["input_ids"]), tuple(encoded["token_type_ids"]), max(0, n_document - room)
        )

    def batch(self, pairs: Sequence[EncodedPair], device: str) -> dict[str, torch.Tensor]:
        """Pad at the end: int64 (n_pairs, longest) each."""
        longest = max(len(pair.ids) for pair in pairs)
        padding = [longest - len(pair.ids) for pair in pairs]
        rows = {
            "input_ids": [[*pair.ids, *[self._pad_id] * n] for pair, n in zip(pairs, padding, strict=True)],
            "token_type_ids": [[*pair.type_ids, *[0] * n] for pair, n in zip(pairs, padding, strict=True)],
            "attention_mask": [
                [*[1] * len(pair.ids), *[0] * n] for pair, n in zip(pairs, padding, strict=True)
            ],
        }
        known = self._tokenizer.model_input_names
        return {name: torch.tensor(ids, device=device) for name, ids in rows.items() if name in known}

    def _count(self, text: str) -> int:
        # Not verbose: a text that is longer than the model is no news, it is cut.
        encoded = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True, verbose=False)
        return len(encoded["input_ids"])

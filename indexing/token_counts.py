"""How many tokens texts have for a model, without loading its weights."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexing.catalogue import WORDLLAMA, WORDLLAMA_TOKENIZER, UnknownEmbeddingModel, weights_path
from indexing.encoders.batching import text_passes
from indexing.spec import EncoderSpec

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Some tokenizers state a limit of 1e30, which is none.
NO_LIMIT_FROM = 2**31 - 1


class UnableToCount(Exception):
    """The model's tokenizer is not on this machine; the message says what is missing."""


class TokenCounter:
    """The tokenizer of a model's document side; prompts and special tokens count as the encoder counts them.

    `limit` is what the model reads at most, None for no limit.
    """

    def __init__(self, spec: EncoderSpec) -> None:
        """Load the tokenizer.

        Raises:
            UnableToCount: it is not here.
        """
        try:
            folder = weights_path(spec.model)
        except UnknownEmbeddingModel as error:
            raise UnableToCount(str(error)) from error
        is_static = spec.provider == WORDLLAMA
        self._prompt = spec.document_prompt
        self._has_specials = not is_static
        self._tokenizer = _tokenizer(folder / (WORDLLAMA_TOKENIZER if is_static else "tokenizer.json"))
        self.limit = spec.max_tokens or (None if is_static else stated_limit(folder))

    def count(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text, whatever the model would read of it."""
        counts: list[int] = []
        prompted = [self._prompt + text for text in texts]
        for part in text_passes(prompted):
            encoded = self._tokenizer.encode_batch(prompted[part], add_special_tokens=self._has_specials)
            counts += [len(one.ids) for one in encoded]
        return counts


def stated_limit(folder: Path) -> int | None:
    """The most tokens that a sentence-transformers model reads, as its configuration says."""
    stated = _json(folder / "sentence_bert_config.json").get("max_seq_length")
    if stated is None:
        limits = (
            _json(folder / "config.json").get("max_position_embeddings"),
            _json(folder / "tokenizer_config.json").get("model_max_length"),
        )
        known = [limit for limit in limits if limit and limit < NO_LIMIT_FROM]
        stated = min(known, default=None)
    return int(stated) if stated else None


def _tokenizer(path: Path) -> "Tokenizer":
    try:
        from tokenizers import Tokenizer  # comes with the `local` extra only
    except ModuleNotFoundError as error:
        raise UnableToCount('needs the package tokenizers: pip install "evalhub[local]"') from error
    if not path.is_file():
        raise UnableToCount(f"{path.name} is not among the model's files, and its tokenizer not read without")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}

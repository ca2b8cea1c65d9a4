"""A sequence classifier on this machine: loaded safely, read pair by pair."""

from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedTokenizerBase,
)

from raters.pair_encoder import PairEncoder
from raters.protocol import RaterMisconfigured

# Never from pickles, never with code of the model's own, never from the network.
_SAFE = {"trust_remote_code": False, "local_files_only": True}


def load_classifier(path: Path, dtype: str) -> Any:
    """Load a model that was trained to classify, of whatever class its configuration names, hence untyped.

    Raises:
        RaterMisconfigured: its head was never trained.
    """
    config = AutoConfig.from_pretrained(path, **_SAFE)
    architectures = config.architectures or []
    if not any(name.endswith("ForSequenceClassification") for name in architectures):
        raise RaterMisconfigured(
            f"{path} is {', '.join(architectures) or 'a model'} without a head that grades; train one with: "
            "evalhub rater train NAME --kind cross-encoder --model MODEL --queries COLLECTION"
        )
    return AutoModelForSequenceClassification.from_pretrained(
        path, dtype=getattr(torch, dtype), use_safetensors=True, **_SAFE
    )


def new_classifier(path: Path, n_labels: int) -> Any:
    """Load an encoder's body and put a new head on it, drawn from torch's random numbers."""
    return AutoModelForSequenceClassification.from_pretrained(
        path,
        num_labels=n_labels,
        dtype=torch.float32,
        use_safetensors=True,
        ignore_mismatched_sizes=True,
        **_SAFE,
    )


def load_pair_tokenizer(path: Path) -> PreTrainedTokenizerBase:
    """Load the tokenizer of a model folder."""
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(path, **_SAFE)
    return tokenizer


def pair_encoder(model: Any, tokenizer: PreTrainedTokenizerBase, max_document_tokens: int) -> PairEncoder:
    """The encoder for what a model can read."""
    # Of some models (RoBERTa) the first positions are taken, which only the tokenizer knows.
    context_tokens = min(int(model.config.max_position_embeddings), int(tokenizer.model_max_length))
    return PairEncoder(tokenizer, max_document_tokens, context_tokens)

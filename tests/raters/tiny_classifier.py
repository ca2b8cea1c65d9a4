"""A random encoder of a few kilobytes, with or without a head that grades, saved the way real ones are."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS = ("red", "green", "blue", "shoe", "hat", "bag", "a", "the", "big", "small", "of", "for")
CONTEXT_TOKENS = 32


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Whole words; everything else is unknown."""
    vocabulary = {word: number for number, word in enumerate((*SPECIAL, *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocab=vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=CONTEXT_TOKENS,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def save_encoder(folder: Path, n_labels: int | None = None) -> Path:
    """Save an encoder's body, or with `n_labels` a whole classifier."""
    tokenizer = make_tokenizer()
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=CONTEXT_TOKENS,
        initializer_range=0.2,
        num_labels=n_labels or 2,
    )
    torch.manual_seed(0)
    model = BertForSequenceClassification(config) if n_labels else BertModel(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder

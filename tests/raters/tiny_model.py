"""A random causal language model of a few kilobytes, saved the way real ones are."""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from raters.spec import RaterSpec, resolve_rater

CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")


def make_tokenizer(
    merges: Sequence[tuple[str, str]] = (), chat_template: str | None = CHAT_TEMPLATE
) -> PreTrainedTokenizerFast:
    """Bytes as tokens, and on top what `merges` joins."""
    symbols = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {symbol: number for number, symbol in enumerate([*symbols, *(a + b for a, b in merges)])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=list(merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, bos_token=SPECIAL[0], eos_token=SPECIAL[1], unk_token=SPECIAL[2]
    )
    wrapped.chat_template = chat_template
    return wrapped


def save_model(folder: Path, context_tokens: int = 2_048) -> Path:
    """Save a model with random weights, large enough to tell positions and masks apart."""
    tokenizer = make_tokenizer()
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context_tokens,
        initializer_range=0.5,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tiny_spec(folder: Path, dtype: str = "float32", calibration: str = "none", **fields: object) -> RaterSpec:
    decoding = {"dtype": dtype, "calibration": calibration}
    described = {"name": "tiny", "kind": "local-llm", "model": str(folder), "decoding": decoding}
    return resolve_rater({**described, **fields})

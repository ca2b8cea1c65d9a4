"""A causal language model read in one forward pass: label logits after sequences that share a prefix."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerBase
from transformers.cache_utils import Cache, DynamicCache
from transformers.utils.quantization_config import GgufConfig

# Never from pickles, never with code of the model's own, never from the network.
_SAFE = {"trust_remote_code": False, "local_files_only": True}


def load_tokenizer(path: Path) -> PreTrainedTokenizerBase:
    """Load the tokenizer of a model folder or out of a .gguf file."""
    folder, gguf = _split(path)
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, **gguf, **_SAFE)
    return tokenizer


class PrefixedLm:
    """Weights in memory, and the forward passes that read label logits."""

    def __init__(
        self, path: Path, dtype: str, device: str, label_ids: Sequence[int], adapter: Path | None = None
    ) -> None:
        """Load weights, unpacked to `dtype` where a .gguf file has them quantised; merge the adapter in."""
        model = load_label_model(path, dtype, label_ids)
        if adapter is not None:
            model = merge_adapter(model, adapter)
        self._model = model.to(device).eval()
        self._config = model.config
        self._device = device
        self.context_tokens: int = model.config.max_position_embeddings

    @torch.inference_mode()
    def extend(self, prefix: Cache | None, token_ids: Sequence[int]) -> Cache:
        """Return the keys and values of a prefix followed by `token_ids`; the prefix is left as it is."""
        cache = DynamicCache(config=self._config) if prefix is None else copy.deepcopy(prefix)
        ids = torch.tensor([list(token_ids)], device=self._device)
        self._model(ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
        return cache

    @torch.inference_mode()
    def label_logits(self, prefix: Cache, sequences: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        """Compute the label logits after each sequence, all of them following one prefix.

        Sequences are padded at their end. No attention mask is needed: attention is causal, so a token
        never sees the padding behind it, and logits are read at each sequence's own last token.

        Returns:
            float32 (n_sequences, n_labels).
        """
        lengths = [len(sequence) for sequence in sequences]
        padded = np.zeros((len(sequences), max(lengths)), dtype=np.int64)
        for row, sequence in enumerate(sequences):
            padded[row, : len(sequence)] = sequence
        cache = copy.deepcopy(prefix)
        cache.batch_repeat_interleave(len(sequences))
        # Logits are computed only where some sequence ends.
        ends, row_end = torch.unique(torch.tensor(lengths) - 1, return_inverse=True)
        ids = torch.from_numpy(padded).to(self._device)
        output = self._model(ids, past_key_values=cache, use_cache=True, logits_to_keep=ends.to(self._device))
        rows = torch.arange(len(sequences), device=self._device)
        logits = output.logits[rows, row_end.to(self._device)]
        return np.asarray(logits.cpu().numpy(), dtype=np.float32)


class _LabelHead(torch.nn.Module):
    """Stands in for the model's output layer: the labels' rows only, in float32.

    bfloat16 logits near 20 are 0.125 apart, which would make ties of documents that differ.
    """

    def __init__(self, full: torch.nn.Linear, label_ids: Sequence[int]) -> None:
        super().__init__()
        rows = list(label_ids)
        bias = None if full.bias is None else full.bias.detach()[rows].float()
        self.weight = torch.nn.Parameter(full.weight.detach()[rows].float(), requires_grad=False)
        self.bias = None if bias is None else torch.nn.Parameter(bias, requires_grad=False)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.linear(hidden.float(), self.weight, self.bias)


def load_label_model(path: Path, dtype: str, label_ids: Sequence[int]) -> Any:
    """Load a causal language model whose output layer gives the label logits only."""
    model = _load_model(path, getattr(torch, dtype))
    model.set_output_embeddings(_LabelHead(model.get_output_embeddings(), label_ids))
    return model


def merge_adapter(model: Any, adapter: Path) -> Any:
    """Add a LoRA adapter to the weights it was trained on."""
    # Half a second that raters without an adapter need not wait for.
    from peft import PeftModel

    return PeftModel.from_pretrained(model, str(adapter), is_trainable=False).merge_and_unload()


def _load_model(path: Path, dtype: torch.dtype) -> Any:
    """Load a model of whatever class its configuration names, hence untyped."""
    folder, gguf = _split(path)
    if gguf:
        return AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, quantization_config=GgufConfig(dequantize=True), **gguf, **_SAFE
        )
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, use_safetensors=True, **_SAFE)


def _split(path: Path) -> tuple[str, dict[str, str]]:
    """Name a model the way transformers wants it: a folder, and the .gguf file in it."""
    return (str(path.parent), {"gguf_file": path.name}) if path.is_file() else (str(path), {})

"""A LoRA adapter for a local LLM, trained on the very tokens that `raters.local_llm` reads.

Hu et al. 2021, LoRA: Low-Rank Adaptation of Large Language Models, arXiv:2106.09685.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model

from raters.causal_lm import load_label_model, load_tokenizer
from raters.label_tokens import PromptEncoder
from raters.protocol import RateRequest
from raters.spec import RaterSpec
from raters.tuning.settings import TuneSettings
from raters.tuning.trainable import trained_weights
from raters.weights import check_revision, find_weights


class TrainableLora:
    """The base stays as it is; two thin matrices beside each of its linear layers are trained."""

    checkpoint_steps = 10

    def __init__(self, spec: RaterSpec, settings: TuneSettings, device: str) -> None:
        path = find_weights(spec.model, Path())
        check_revision(path, spec.revision, f"model {spec.model!r}")
        self._prompt = spec.rubric
        grades = [grade.value for grade in self._prompt.grades]
        self._encoder = PromptEncoder(load_tokenizer(path), grades, spec.max_document_tokens)
        base = load_label_model(path, str(spec.decoding["dtype"]), self._encoder.label_ids)
        self._context_tokens = int(base.config.max_position_embeddings)
        config = LoraConfig(
            r=settings.lora_rank,
            lora_alpha=settings.lora_alpha,
            lora_dropout=settings.lora_dropout,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        self._model = get_peft_model(base, config).to(device)
        self._device = device
        self._rubric = self._encoder.encode(self._prompt.render(RateRequest("", "", ""))).rubric
        # Every epoch reads the same pairs.
        self._tokens = lru_cache(maxsize=200_000)(self._encode)

    def lengths(self, requests: Sequence[RateRequest]) -> list[int]:
        """See `Trainable`."""
        lengths = [len(self._tokens(request)) for request in requests]
        return [length if length <= self._context_tokens else 0 for length in lengths]

    def logits(self, requests: Sequence[RateRequest]) -> torch.Tensor:
        """See `Trainable`; read at each prompt's last token, padding is at the end.

        The rubric is computed once for all requests, as when rating; gradients go through it too.
        """
        rows = [self._tokens(request)[len(self._rubric) :] for request in requests]
        longest = max(map(len, rows))
        ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], device=self._device)
        ends, row_end = torch.unique(torch.tensor([len(row) - 1 for row in rows]), return_inverse=True)
        rubric = torch.tensor([self._rubric], device=self._device)
        prefix = self._model(rubric, use_cache=True, logits_to_keep=1).past_key_values
        prefix.batch_repeat_interleave(len(rows))
        # No attention mask: attention is causal, so no token sees the padding behind it.
        output = self._model(
            ids, past_key_values=prefix, use_cache=True, logits_to_keep=ends.to(self._device)
        )
        logits: torch.Tensor = output.logits[torch.arange(len(rows), device=self._device), row_end]
        return logits

    def weights(self) -> dict[str, torch.nn.Parameter]:
        """See `Trainable`."""
        return trained_weights(self._model)

    def set_training(self, is_training: bool) -> None:
        """See `Trainable`."""
        self._model.train(is_training)

    def save(self, folder: Path) -> None:
        """See `Trainable`: safetensors and their configuration."""
        self._model.save_pretrained(str(folder), safe_serialization=True, save_embedding_layers=False)
        (folder / "README.md").unlink(missing_ok=True)  # an empty model card
        _sort_modules(folder / "adapter_config.json")

    def _encode(self, request: RateRequest) -> tuple[int, ...]:
        encoded = self._encoder.encode(self._prompt.render(request))
        return (*encoded.rubric, *encoded.query, *encoded.own)


def _sort_modules(path: Path) -> None:
    """Put peft's set of module names in order: equal weights must have equal digests in every process."""
    config = json.loads(path.read_text(encoding="utf-8"))
    config["target_modules"] = sorted(config["target_modules"])
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")

"""Full fine-tuning of a cross-encoder: an encoder's body and a new head with one output per grade."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import torch

from raters.pair_encoder import EncodedPair
from raters.protocol import RateRequest
from raters.sequence_classifier import load_pair_tokenizer, new_classifier, pair_encoder
from raters.spec import RaterSpec
from raters.tuning.trainable import trained_weights
from raters.weights import EMBEDDING_MODELS, check_revision, find_weights


class TrainableClassifier:
    """All weights are trained."""

    checkpoint_steps = 100  # some 350 MB each for 22 million weights

    def __init__(self, spec: RaterSpec, device: str) -> None:
        path = find_weights(spec.model, Path(), EMBEDDING_MODELS)
        check_revision(path, spec.revision, f"model {spec.model!r}")
        self._model = new_classifier(path, spec.rubric.max_grade + 1).to(device)
        self._tokenizer = load_pair_tokenizer(path)
        self._encoder = pair_encoder(self._model, self._tokenizer, spec.max_document_tokens)
        self._device = device
        # Every epoch reads the same pairs.
        self._encoded = lru_cache(maxsize=200_000)(self._encoder.encode)

    def lengths(self, requests: Sequence[RateRequest]) -> list[int]:
        """See `Trainable`."""
        return [len(self._encode(request).ids) for request in requests]

    def logits(self, requests: Sequence[RateRequest]) -> torch.Tensor:
        """See `Trainable`."""
        batch = self._encoder.batch([self._encode(request) for request in requests], self._device)
        logits: torch.Tensor = self._model(**batch).logits
        return logits.float()

    def weights(self) -> dict[str, torch.nn.Parameter]:
        """See `Trainable`."""
        return trained_weights(self._model)

    def set_training(self, is_training: bool) -> None:
        """See `Trainable`."""
        self._model.train(is_training)

    def save(self, folder: Path) -> None:
        """See `Trainable`."""
        self._model.save_pretrained(folder)
        self._tokenizer.save_pretrained(folder)

    def _encode(self, request: RateRequest) -> EncodedPair:
        return self._encoded(request)

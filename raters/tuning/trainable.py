"""What is trained: requests in, label logits with gradients out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import torch

from raters.protocol import RateRequest
from raters.spec import RaterSpec
from raters.tuning.settings import TuneSettings


class Trainable(Protocol):
    """A model whose trained weights can be taken out and put back.

    Attributes:
        checkpoint_steps: after how many steps a checkpoint pays: what a killed process loses at most.
    """

    checkpoint_steps: int

    def lengths(self, requests: Sequence[RateRequest]) -> list[int]:
        """Tokens of each request; 0 for one that does not fit into the model."""
        ...

    def logits(self, requests: Sequence[RateRequest]) -> torch.Tensor:
        """Label logits with gradients: float32 (n_requests, n_grades)."""
        ...

    def weights(self) -> dict[str, torch.nn.Parameter]:
        """What is trained, by name, in a fixed order."""
        ...

    def set_training(self, is_training: bool) -> None:
        """Turn dropout on or off."""
        ...

    def save(self, folder: Path) -> None:
        """Write what a rater loads."""
        ...


def make_trainable(spec: RaterSpec, settings: TuneSettings, device: str) -> Trainable:
    """The model of a rater's kind; its new weights are drawn from torch's random numbers."""
    if spec.kind == "cross-encoder":
        from raters.tuning.classifier import TrainableClassifier

        return TrainableClassifier(spec, device)
    from raters.tuning.lora import TrainableLora

    return TrainableLora(spec, settings, device)


def trained_weights(model: Any) -> dict[str, torch.nn.Parameter]:
    """The parameters of a torch module that training changes."""
    return dict(_trained(model))


def _trained(model: Any) -> Iterator[tuple[str, torch.nn.Parameter]]:
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            yield name, parameter

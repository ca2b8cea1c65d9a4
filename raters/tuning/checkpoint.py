"""Everything training needs to go on after its process died, in one safetensors file.

Tensors are the trained weights and the optimiser's moments; what else there is to know is JSON in the file's
header. The file is replaced in one step, so that there is always a whole one. Nothing is pickled.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

FILE = "checkpoint.safetensors"
_MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass(frozen=True, slots=True)
class EpochFigures:
    """What an epoch ended with.

    Attributes:
        train_loss: weighted cross-entropy, the mean of its steps.
        validation_loss: cross-entropy of the probabilities as a rater would give them.
        validation_kappa: quadratic, at the thresholds that suit the validation queries best.
    """

    epoch: int
    train_loss: float
    validation_loss: float
    validation_kappa: float


@dataclass(slots=True)
class TrainState:
    """How far training is.

    Attributes:
        key: digest of what is trained, on what and how; another key is another training.
        n_steps: of the optimiser, in all.
        n_batches, loss_sum: of the epoch that is not finished yet.
        best_epoch: whose weights the rater gets; 0 before the first.
    """

    key: str
    n_steps: int = 0
    n_batches: int = 0
    loss_sum: float = 0.0
    best_epoch: int = 0
    curve: list[EpochFigures] = field(default_factory=list)

    @property
    def n_epochs(self) -> int:
        """Finished epochs."""
        return len(self.curve)


def save_checkpoint(
    folder: Path,
    state: TrainState,
    weights: Mapping[str, torch.nn.Parameter],
    optimizer: torch.optim.Optimizer,
    best: Mapping[str, torch.Tensor],
) -> None:
    """Replace the folder's checkpoint."""
    tensors = {f"weights.{name}": tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    tensors |= {f"best.{name}": tensor.cpu().contiguous() for name, tensor in best.items()}
    for place, name in enumerate(weights):
        moments = optimizer.state_dict()["state"].get(place, {})
        tensors |= {f"{moment}.{name}": moments[moment].cpu().contiguous() for moment in _MOMENTS if moments}
    unfinished = folder / f"{FILE}.{os.getpid()}.part"
    save_file(tensors, unfinished, metadata={"state": json.dumps(asdict(state))})
    os.replace(unfinished, folder / FILE)


def load_checkpoint(
    folder: Path,
    key: str,
    weights: Mapping[str, torch.nn.Parameter],
    optimizer: torch.optim.Optimizer,
) -> tuple[TrainState, dict[str, torch.Tensor]]:
    """Put weights and moments back; returns the state and the best weights, new ones without a checkpoint."""
    path = folder / FILE
    if not path.is_file():
        return TrainState(key), {}
    with safe_open(path, framework="pt") as file:
        state = _read_state(file.metadata()["state"])
        if state.key != key:
            return TrainState(key), {}
        with torch.no_grad():
            for name, parameter in weights.items():
                parameter.copy_(file.get_tensor(f"weights.{name}"))
        moments = {
            place: {
                "step": torch.tensor(float(state.n_steps)),
                **{moment: file.get_tensor(f"{moment}.{name}") for moment in _MOMENTS},
            }
            for place, name in enumerate(weights)
        }
        optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
        if not state.best_epoch:
            return state, {}
        return state, {name: file.get_tensor(f"best.{name}") for name in weights}


def _read_state(text: str) -> TrainState:
    stored = json.loads(text)
    curve = [EpochFigures(**row) for row in stored.pop("curve")]
    return TrainState(curve=curve, **stored)

"""Epochs over training pairs, a figure on validation queries after each, a stop when it no longer grows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import log_softmax

from raters.batches import token_batches
from raters.calibrated.thresholds import best_thresholds, quadratic_kappas
from raters.tuning.batching import epoch_batches
from raters.tuning.checkpoint import EpochFigures, TrainState, load_checkpoint, save_checkpoint
from raters.tuning.parts import Labelled, Parts, UnableToTrain
from raters.tuning.settings import TuneSettings
from raters.tuning.trainable import Trainable

WARM_UP = 0.1  # of all steps
MAX_NORM = 1.0
READ_TOKENS = 4096  # of validation pairs read at once

_Floats = npt.NDArray[np.float64]


class Report(Protocol):
    """Told how far training is, at every step; what it raises ends the training."""

    def __call__(self, n_read: int, curve: Sequence[EpochFigures], *, is_saved: bool) -> None:
        """Take note.

        Args:
            n_read: pairs trained on so far.
            curve: the epochs so far.
            is_saved: a training that ended now would lose nothing.
        """


@dataclass(frozen=True, slots=True)
class Training:
    """One training: a model, what it learns from, and where its checkpoints lie."""

    model: Trainable
    parts: Parts
    settings: TuneSettings
    max_grade: int
    folder: Path
    key: str
    report: Report

    def run(self) -> tuple[TrainState, _Floats]:
        """Train from the last checkpoint to the end; the model then has its best weights.

        Each step draws from random numbers of its own, so a training that was taken up again from any
        checkpoint ends with the weights of an undisturbed one.

        Returns:
            the final state, and the offsets that undo the class weights, float64 (n_grades,).
        """
        weights = self.model.weights()
        settings = self.settings
        optimizer = torch.optim.AdamW(
            weights.values(), lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        state, best = load_checkpoint(self.folder, self.key, weights, optimizer)
        class_weights = self._class_weights()
        offsets = -np.log(class_weights)

        def save() -> None:
            save_checkpoint(self.folder, state, weights, optimizer, best)

        while state.n_epochs < settings.epochs and not _is_settled(state, settings.patience):
            loss = self._epoch(state, optimizer, torch.tensor(class_weights, dtype=torch.float32), save)
            figures = self._validate(state.curve, loss, offsets)
            state.curve.append(figures)
            state.n_batches, state.loss_sum = 0, 0.0
            if is_best(state.curve):
                state.best_epoch = figures.epoch
                best = {name: tensor.detach().clone() for name, tensor in weights.items()}
            save()
            self.report(self._n_read(state.n_epochs), state.curve, is_saved=True)
        with torch.no_grad():
            for name, tensor in weights.items():
                tensor.copy_(best[name])
        return state, offsets

    def _epoch(
        self,
        state: TrainState,
        optimizer: torch.optim.Optimizer,
        class_weights: torch.Tensor,
        save: Callable[[], None],
    ) -> float:
        """One pass over the training pairs, or what is left of it; returns the mean loss of its steps."""
        settings, pairs = self.settings, self.parts["train"]
        batches = self._batches(state.n_epochs + 1)
        n_read = self._n_read(state.n_epochs) + sum(map(len, batches[: state.n_batches]))
        self.model.set_training(True)
        with torch.random.fork_rng():
            for batch in batches[state.n_batches :]:
                torch.manual_seed(settings.seed * 1_000_003 + state.n_steps)
                rate = settings.learning_rate * _slope(state.n_steps, len(batches) * settings.epochs)
                state.loss_sum += self._step([pairs[i] for i in batch], optimizer, rate, class_weights)
                state.n_steps += 1
                state.n_batches += 1
                n_read += len(batch)
                if is_saved := state.n_batches % self.model.checkpoint_steps == 0:
                    save()
                self.report(n_read, state.curve, is_saved=is_saved)
        return state.loss_sum / max(1, len(batches))

    def _batches(self, epoch: int) -> list[list[int]]:
        settings = self.settings
        lengths = self.model.lengths([pair.request for pair in self.parts["train"]])
        return epoch_batches(
            lengths,
            settings.batch_pairs,
            seed=settings.seed,
            epoch=epoch,
            epoch_pairs=settings.epoch_pairs,
        )

    def _step(
        self,
        batch: Sequence[Labelled],
        optimizer: torch.optim.Optimizer,
        rate: float,
        class_weights: torch.Tensor,
    ) -> float:
        for group in optimizer.param_groups:
            group["lr"] = rate
        logits = self.model.logits([pair.request for pair in batch])
        grades = torch.tensor([pair.grade for pair in batch], device=logits.device)
        losses = torch.nn.functional.cross_entropy(logits, grades, reduction="none")
        loss = (losses * class_weights.to(logits.device)[grades]).mean()
        if not torch.isfinite(loss):
            raise UnableToTrain(f"the loss is {loss.item()}; lower the learning_rate")
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(list(self.model.weights().values()), MAX_NORM)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    @torch.inference_mode()
    def _validate(self, curve: Sequence[EpochFigures], train_loss: float, offsets: _Floats) -> EpochFigures:
        epoch = len(curve) + 1
        self.model.set_training(False)
        pairs = self.parts["validation"]
        lengths = self.model.lengths([pair.request for pair in pairs])
        logs, grades = [], []
        for batch in token_batches(lengths, READ_TOKENS):
            fitting = [pairs[index] for index in batch if lengths[index]]
            if not fitting:
                continue
            logits = self.model.logits([pair.request for pair in fitting]).cpu().numpy()
            logs.append(log_softmax(logits.astype(np.float64) + offsets, axis=1))
            grades += [pair.grade for pair in fitting]
            self.report(self._n_read(epoch), curve, is_saved=False)
        table, gold = np.vstack(logs), np.array(grades)
        gains = np.exp(table) @ np.arange(self.max_grade + 1) / self.max_grade
        return EpochFigures(
            epoch,
            round(train_loss, 6),
            round(float(-table[np.arange(len(gold)), gold].mean()), 6),
            round(fitted_kappa(gains, gold, self.max_grade)[0], 6),
        )

    def _class_weights(self) -> _Floats:
        """Weights of the grades: rarer ones count for more, with a mean of 1 over the training pairs."""
        grades = np.array([pair.grade for pair in self.parts["train"]])
        share = np.bincount(grades, minlength=self.max_grade + 1) / len(grades)
        weights = np.where(share > 0, np.maximum(share, 1e-9) ** -self.settings.balance, 1.0)
        return np.asarray(weights / (weights * share).sum())

    def _n_read(self, n_epochs: int) -> int:
        n_train = len(self.parts["train"])
        return n_epochs * min(n_train, self.settings.epoch_pairs or n_train)


def fitted_kappa(gains: _Floats, gold: npt.NDArray[np.int64], max_grade: int) -> tuple[float, _Floats]:
    """The thresholds at which gains agree best with gold by quadratic kappa, and that kappa."""
    one_collection = np.zeros(len(gold), dtype=np.int64)
    start = (np.arange(1, max_grade + 1) - 0.5) / max_grade
    thresholds = np.asarray(best_thresholds(gains, gold, one_collection, start, pull=0.01))
    rated = np.searchsorted(thresholds, gains, side="right")
    return float(quadratic_kappas(rated, gold, one_collection, max_grade + 1)[0]), thresholds


def is_best(curve: Sequence[EpochFigures]) -> bool:
    """Whether the last epoch is the best: by kappa, and of equal ones by loss."""
    return max(curve, key=lambda one: (one.validation_kappa, -one.validation_loss)) is curve[-1]


def _is_settled(state: TrainState, patience: int) -> bool:
    return state.n_epochs - state.best_epoch >= patience


def _slope(step: int, n_steps: int) -> float:
    """The share of the learning rate: up in a line for WARM_UP of the steps, then down to 0."""
    warm_up = max(1.0, WARM_UP * n_steps)
    return min((step + 1) / warm_up, max(0.0, (n_steps - step) / max(1.0, n_steps - warm_up)))

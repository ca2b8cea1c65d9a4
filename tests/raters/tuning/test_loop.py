"""When training stops, which epoch it keeps, and how rare grades count, with a model that is one number."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from raters.protocol import RateRequest
from raters.tuning.checkpoint import EpochFigures
from raters.tuning.loop import Training, fitted_kappa, is_best
from raters.tuning.parts import Labelled, Parts
from raters.tuning.settings import TuneSettings


class OneNumber:
    """Log-odds of grade 1 against grade 0, the same for every pair."""

    checkpoint_steps = 1

    def __init__(self, start: float = 0.0) -> None:
        self.number = torch.nn.Parameter(torch.tensor([start]))

    def lengths(self, requests: Sequence[RateRequest]) -> list[int]:
        return [1] * len(requests)

    def logits(self, requests: Sequence[RateRequest]) -> torch.Tensor:
        zeros = torch.zeros(len(requests), 1)
        return torch.cat([zeros, zeros + self.number], dim=1)

    def weights(self) -> dict[str, torch.nn.Parameter]:
        return {"number": self.number}

    def set_training(self, is_training: bool) -> None:
        """No dropout."""

    def save(self, folder: Path) -> None:
        raise NotImplementedError


def parts(n_zeros: int, n_ones: int) -> Parts:
    train = [Labelled(RateRequest("q", "", str(n)), int(n >= n_zeros)) for n in range(n_zeros + n_ones)]
    validation = [Labelled(RateRequest("v", "", str(n)), n % 2) for n in range(4)]
    return {"train": train, "validation": validation, "held-out": [Labelled(RateRequest("h", "", ""), 0)]}


def training(
    model: OneNumber, folder: Path, settings: TuneSettings, n_zeros: int = 12, n_ones: int = 4
) -> Training:
    return Training(
        model, parts(n_zeros, n_ones), settings, 1, folder, "key", lambda n_read, curve, is_saved: None
    )


def test_training_stops_when_validation_gets_worse(tmp_path: Path) -> None:
    # Half of validation is 1, a quarter of training: each step away from 0 makes validation worse.
    settings = TuneSettings(epochs=50, patience=3, learning_rate=0.1, weight_decay=0.0, balance=0.0)
    model = OneNumber()

    state, _ = training(model, tmp_path, settings).run()

    assert (state.best_epoch, state.n_epochs) == (1, 4)
    first = state.curve[0].validation_loss
    assert all(row.validation_loss > first for row in state.curve[1:])


def test_the_best_epochs_weights_are_kept(tmp_path: Path) -> None:
    settings = TuneSettings(epochs=50, patience=3, learning_rate=0.1, weight_decay=0.0, balance=0.0)
    after_each: list[float] = []
    model = OneNumber()
    made = Training(
        model,
        parts(12, 4),
        settings,
        1,
        tmp_path,
        "key",
        lambda n_read, curve, is_saved: after_each.append(model.number.item()),
    )

    state, _ = made.run()

    assert state.best_epoch == 1
    # An epoch is one step here, told of after the step, while validating, and at its end.
    assert model.number.item() == after_each[0] != after_each[-1]


# Weights w of grades with shares 3/4 and 1/4 are share^-balance over their mean: 2/3 and 2 at balance 1,
# so the offsets -log w are log 1.5 and -log 2.
@pytest.mark.parametrize(("balance", "offsets"), [(0.0, [0.0, 0.0]), (1.0, [np.log(1.5), -np.log(2.0)])])
def test_rare_grades_count_for_more_and_the_offsets_undo_it(
    balance: float, offsets: list[float], tmp_path: Path
) -> None:
    settings = TuneSettings(epochs=1, weight_decay=0.0, balance=balance)

    _, found = training(OneNumber(), tmp_path, settings).run()

    assert found == pytest.approx(offsets)


def test_the_odds_that_training_goes_for_follow_the_balance(tmp_path: Path) -> None:
    # Twelve zeros and four ones: log-odds of -log 3 as they come, and 0 when each grade counts alike.
    start = -0.5
    for balance in (0.0, 1.0):
        model, folder = OneNumber(start), tmp_path / str(balance)
        folder.mkdir()
        settings = TuneSettings(epochs=1, weight_decay=0.0, balance=balance)

        training(model, folder, settings).run()

        assert (model.number.item() > start) == (balance == 1.0)


def test_a_checkpoint_that_is_finished_is_not_trained_again(tmp_path: Path) -> None:
    settings = TuneSettings(epochs=3, patience=3, learning_rate=0.1)
    once, _ = training(OneNumber(), tmp_path, settings).run()

    again, _ = training(OneNumber(9.0), tmp_path, settings).run()

    assert again == once


def test_of_equal_kappas_the_smaller_loss_is_best() -> None:
    def row(epoch: int, loss: float, kappa: float) -> EpochFigures:
        return EpochFigures(epoch, 0.0, loss, kappa)

    assert is_best([row(1, 0.5, 0.2), row(2, 0.4, 0.2)])
    assert not is_best([row(1, 0.5, 0.2), row(2, 0.5, 0.2)])
    assert is_best([row(1, 0.4, 0.2), row(2, 0.9, 0.3)])


def test_thresholds_suit_the_pairs_they_were_fitted_to() -> None:
    gains = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
    gold = np.array([0, 0, 0, 3, 3, 3])

    kappa, thresholds = fitted_kappa(gains, gold, 3)

    assert kappa == pytest.approx(1.0)
    assert np.searchsorted(thresholds, gains, side="right").tolist() == gold.tolist()

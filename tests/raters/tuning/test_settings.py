"""Hyper-parameters are checked before anything is trained."""

import pytest

from raters.fields import UnableToResolveRater
from raters.tuning.settings import DEFAULTS, TuneSettings, resolve_settings


def test_what_is_not_given_has_the_kinds_default() -> None:
    settings = resolve_settings("local-llm", {"epochs": 3, "learning_rate": 1})

    assert settings.epochs == 3
    assert settings.learning_rate == 1.0
    assert isinstance(settings.learning_rate, float)
    assert settings.patience == DEFAULTS["local-llm"].patience


def test_settings_survive_storing() -> None:
    settings = TuneSettings(seed=5, balance=1.0)

    assert resolve_settings("cross-encoder", settings.to_dict()) == settings


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"epoch": 3}, "epoch: unknown field; .*epochs"),
        ({"epochs": 0}, "epochs: 0 is not an integer from 1 to 100"),
        ({"epochs": 2.0}, "epochs: 2.0 is not an integer"),
        ({"epochs": True}, "epochs: True is not an integer"),
        ({"learning_rate": "high"}, "learning_rate: 'high' is not a number"),
        ({"learning_rate": float("nan")}, "learning_rate: nan is not a number"),
        ({"train_share": 0.8, "validation_share": 0.2}, "validation_share: .*less than 1%"),
    ],
)
def test_what_can_not_be_is_named(given: dict[str, object], problem: str) -> None:
    with pytest.raises(UnableToResolveRater, match=problem):
        resolve_settings("cross-encoder", given)


def test_only_local_kinds_are_trained() -> None:
    with pytest.raises(UnableToResolveRater, match="'hosted' can not be trained"):
        resolve_settings("hosted", {})

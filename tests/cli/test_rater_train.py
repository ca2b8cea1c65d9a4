"""`evalhub rater train` and `evalhub rater probe`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub.models import FineTuning, Judgment, RaterVersion
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.services.fine_tuning import fine_tuning_start
from evalhub.services.workspaces import workspace_default
from tests.api.workers import work
from tests.cli.conftest import Ended
from tests.pipeline.labelled_collection import asked, import_labelled
from tests.raters.tiny_classifier import save_encoder

Evalhub = Callable[..., Ended]


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    settings.EVALHUB_THREADS = 1


@pytest.fixture
def source(db: None, tmp_path: Path) -> GoldSource:
    return import_labelled(workspace_default(), tmp_path)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_encoder(tmp_path / "encoder")


def train(evalhub: Evalhub, model: Path, *more: str) -> Ended:
    kind = ("--kind", "cross-encoder", "--model", model)
    settings = ("--set", "epochs=2", "--set", "learning_rate=0.005")
    return evalhub("rater", "train", "ours", "--queries", "asked", *kind, *settings, *more)


def trained(source: GoldSource, model: Path) -> RaterVersion:
    """What a worker makes of the same request."""
    tuning = fine_tuning_start(workspace_default(), asked(source, model), now=timezone.now())
    work()
    tuning.refresh_from_db()
    assert tuning.version is not None
    return tuning.version


def test_a_training_ends_with_the_version_its_kappa_and_what_to_do_next(
    evalhub: Evalhub, source: GoldSource, model: Path
) -> None:
    version = trained(source, model)

    ended = train(evalhub, model)

    best = max(row["validation_kappa"] for row in version.spec["training"]["curve"])
    assert ended.code == 0
    assert f"ours@1: validation kappa {best:.3f}" in ended.out
    assert "evalhub rater evaluate ours@1 --queries asked" in ended.out
    parts = FineTuning.objects.get().counts["train"]
    assert f"ours: train {parts['queries']} queries with {parts['pairs']} pairs" in ended.err
    assert "epoch 1: loss" in ended.err
    assert FineTuning.objects.count() == 1


def test_the_command_it_names_reports_on_held_out_queries(
    evalhub: Evalhub, source: GoldSource, model: Path
) -> None:
    trained(source, model)
    command = train(evalhub, model).out.splitlines()[-1].partition("evalhub ")[2].split()

    ended = evalhub(*command, "--json", "-")

    report = json.loads(ended.out)
    assert report["n_queries"] + report["excluded"]["queries"] == 18
    assert report["coverage"]["never_asked"] == 0


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (["--set", "epochs"], "--set epochs: no value"),
        (["--set", "epochs=many"], 'write KEY=NUMBER, such as "epochs=3"'),
        (["--set", "epoch=3"], "settings.epoch: unknown field"),
        (["--grade", "4"], "write GOLD:GRADE"),
        (["--prompt", "binary-relevance"], "--grade 3:1"),
        (["--prompt", "gradedrelevance"], "graded-relevance"),
        (["--queries", "nobody"], 'no query collection "nobody"'),
    ],
)
def test_bad_input_is_named_and_nothing_is_asked_for(
    evalhub: Evalhub, model: Path, more: list[str], problem: str
) -> None:
    ended = train(evalhub, model, *more)

    assert ended.code == 2
    assert problem in ended.err
    assert not FineTuning.objects.exists()


def test_a_probe_shows_what_a_rater_says_and_stores_nothing(
    evalhub: Evalhub, source: GoldSource, model: Path
) -> None:
    trained(source, model)
    n_judgments = Judgment.objects.count()

    ended = evalhub("rater", "probe", "ours@1", "--query", "big red", "--document", "red shoe", "--json")

    shown = json.loads(ended.out)
    assert shown["grade"] in range(4)
    assert sum(shown["probabilities"]) == pytest.approx(1.0)
    assert shown["prompt"] is None  # it reads query and document
    assert Judgment.objects.count() == n_judgments


def test_a_probe_in_words(evalhub: Evalhub, source: GoldSource, model: Path) -> None:
    trained(source, model)

    ended = evalhub("rater", "probe", "ours", "--query", "big red", "--document", "red shoe")

    assert "(a rater of kind cross-encoder reads query and document, no prompt)" in ended.out
    assert "of 0..3" in ended.out
    assert "probabilities: 0: 0." in ended.out


def test_a_probe_of_nobody_says_who_there_is(evalhub: Evalhub, db: None) -> None:
    ended = evalhub("rater", "probe", "ghost", "--query", "a", "--document", "b")

    assert ended.code == 2
    assert 'no rater "ghost"' in ended.err

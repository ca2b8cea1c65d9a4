"""A training as a job: it ends in a version that is measured on held-out queries only."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub import conf
from evalhub.core.split import part_of
from evalhub.core.trained_on import trained_on
from evalhub.models import FineTuning, Job, Judgment, RaterVersion, Workspace, WorkUnit
from evalhub.pipeline import fine_tune
from evalhub.selectors.fine_tunings import fine_tuning_state
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.selectors.rater_report import Asked, rater_report
from evalhub.services.fine_tuning import FineTuneAsked, UnableToFineTune, fine_tuning_start
from evalhub.services.gold import gold_store
from raters.fields import UnableToResolveRater
from tests.pipeline.conftest import Broker
from tests.pipeline.labelled_collection import asked, collection_of, import_labelled
from tests.raters.tiny_classifier import save_encoder


@pytest.fixture
def source(workspace: Workspace, tmp_path: Path, settings: Any) -> GoldSource:
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    settings.EVALHUB_THREADS = 1
    return import_labelled(workspace, tmp_path)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_encoder(tmp_path / "encoder")


def start(source: GoldSource, model: Path, **changes: object) -> FineTuning:
    workspace = source.collection.workspace
    return fine_tuning_start(workspace, asked(source, model, **changes), now=timezone.now())


def trained(source: GoldSource, model: Path, broker: Broker) -> tuple[FineTuning, RaterVersion]:
    tuning = start(source, model)
    broker.drain()
    tuning.refresh_from_db()
    assert Job.objects.get(fine_tuning=tuning).error == ""
    assert tuning.version is not None
    return tuning, tuning.version


def test_a_training_ends_in_a_new_version_with_its_manifest(
    source: GoldSource, model: Path, broker: Broker
) -> None:
    tuning, version = trained(source, model, broker)

    assert (str(version), version.kind, version.max_grade) == ("ours v1", "cross-encoder", 3)
    manifest = version.spec["training"]
    assert manifest["sources"] == [
        {"queries": "asked", "queries_version": 1, "gold_version": 1, "corpus": "shop", "snapshot": 1}
    ]
    assert len(trained_on(version.spec)) == (
        tuning.counts["train"]["queries"] + tuning.counts["validation"]["queries"]
    )
    assert Path(version.spec["model"]).parent == conf.raters_folder()


def test_the_curve_and_the_progress_are_read_through_the_job(
    source: GoldSource, model: Path, broker: Broker
) -> None:
    tuning, version = trained(source, model, broker)

    state = fine_tuning_state(tuning.pk, now=timezone.now())

    assert [row["epoch"] for row in state.epochs] == [1, 2]
    assert state.epochs == [
        {key: row[key] for key in state.epochs[0]} for row in version.spec["training"]["curve"]
    ]
    assert (state.job.kind, state.job.state, state.job.item_word) == ("fine-tune", "done", "pairs")
    assert (
        state.job.n_items
        == state.job.n_done
        == (2 * tuning.counts["train"]["pairs"] + tuning.counts["held-out"]["pairs"])
    )
    assert state.best == max(state.epochs, key=lambda row: row["validation_kappa"])


def test_held_out_queries_alone_are_graded_and_reported(
    source: GoldSource, model: Path, broker: Broker
) -> None:
    tuning, version = trained(source, model, broker)
    collection, snapshot = collection_of(source)

    report = rater_report(Asked(version, collection, snapshot))

    held_out = tuning.counts["held-out"]
    assert (report["n_queries"], report["n_pairs"]) == (held_out["queries"], held_out["pairs"])
    assert report["excluded"] == {
        "queries": tuning.counts["train"]["queries"] + tuning.counts["validation"]["queries"],
        "pairs": tuning.counts["train"]["pairs"] + tuning.counts["validation"]["pairs"],
    }
    graded = set(Judgment.objects.filter(rater_version=version).values_list("query_digest", flat=True))
    queries = collection.queries.filter(removed_in=None)
    assert graded == {query.digest for query in queries if part_of(query.text, seed=0) == "held-out"}


def test_asking_again_trains_nothing_whatever_the_name(
    source: GoldSource, model: Path, broker: Broker
) -> None:
    first, _ = trained(source, model, broker)

    again = start(source, model, name="another")

    assert again == first
    assert Job.objects.filter(kind=Job.Kind.FINE_TUNE).count() == 1
    assert not broker.messages


def test_other_labels_are_another_training(source: GoldSource, model: Path, broker: Broker) -> None:
    first = start(source, model)
    collection, snapshot = collection_of(source)
    labels = collection.gold_labels.filter(removed_in=None)
    grades = {(label.query_id, label.doc_id): 3 - label.grade for label in labels}

    turned = GoldSource.current(gold_store(collection, grades), snapshot)

    assert start(turned, model) != first


def test_a_training_gives_its_worker_back_and_goes_on(
    source: GoldSource, model: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fine_tune, "TURN_S", -1.0)

    tuning, _ = trained(source, model, broker)

    # Given back after each of the two epochs; the third attempt had only to finish.
    unit = WorkUnit.objects.get(job__fine_tuning=tuning, number=1)
    assert (unit.state, unit.attempt, tuning.epochs.count()) == ("done", 3, 2)


def test_a_version_that_was_registered_before_the_worker_died_is_graded_and_not_trained_again(
    source: GoldSource, model: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_arguments: object) -> None:
        raise RuntimeError("dead")

    grade = fine_tune._grade_held_out
    monkeypatch.setattr(fine_tune, "_grade_held_out", dies)
    tuning = start(source, model)
    broker.drain()
    monkeypatch.setattr(fine_tune, "_grade_held_out", grade)
    monkeypatch.setattr(fine_tune, "_train", dies)

    start(source, model)
    broker.drain()

    assert Job.objects.get(fine_tuning=tuning).state == "done"
    assert Judgment.objects.filter(state="graded").count() == tuning.counts["held-out"]["pairs"]


def test_a_base_that_changed_is_named(source: GoldSource, model: Path, broker: Broker) -> None:
    tuning = start(source, model)
    config = model / "config.json"
    config.write_text(config.read_text() + "\n")

    broker.drain()

    job = Job.objects.get(fine_tuning=tuning)
    assert job.state == "failed"
    assert "make a new version of the rater, or put the old weights back" in job.error


def test_grades_that_stop_below_the_rubric_are_not_taken_as_they_are(source: GoldSource, model: Path) -> None:
    with pytest.raises(UnableToFineTune, match=r"gold of \"asked\" goes up to 3 and the rubric to 4"):
        start(source, model, prompt=str(five_grades(model.parent)))


def test_what_a_gold_grade_counts_as_can_be_said(source: GoldSource, model: Path) -> None:
    given = asked(source, model, prompt=str(five_grades(model.parent)))

    tuning = fine_tuning_start(source.collection.workspace, replace(given, grades={3: 4}), now=timezone.now())

    assert set(tuning.counts["train"]["grades"]) == {"0", "4"}


def test_a_wrong_setting_is_named(source: GoldSource, model: Path) -> None:
    with pytest.raises(UnableToResolveRater, match="unknown field"):
        start(source, model, models="x")


def five_grades(folder: Path) -> Path:
    """A prompt of a longer scale."""
    grades = "".join(f"grade {n}: g{n} | meaning {n}\n" for n in range(5))
    body = "Grade.\n{grades}\n\n<query>{query}</query>\n<document>\n{title}\n{text}\n</document>\n"
    (folder / "five.txt").write_text(f"name: five\n{grades}---\n{body}")
    return folder / "five.txt"


def test_a_calibrated_rater_is_recalibrated_once_its_statistics_are_there(
    source: GoldSource, broker: Broker
) -> None:
    described = {"name": "ours", "kind": "calibrated", "evidence": "lexical"}
    tuning = fine_tuning_start(
        source.collection.workspace, FineTuneAsked(described, [source], {}), now=timezone.now()
    )
    broker.drain()
    tuning.refresh_from_db()

    assert list(Job.objects.order_by("pk").values_list("kind", "state", "error")) == [
        ("statistics", "done", ""),
        ("fine-tune", "done", ""),
    ]
    version = tuning.version
    assert version is not None
    assert (str(version), version.kind) == ("ours v1", "calibrated")
    report = rater_report(Asked(version, *collection_of(source)))
    assert report["n_queries"] == tuning.counts["held-out"]["queries"]
    assert len(fine_tuning_state(tuning.pk, now=timezone.now()).epochs) == 1


def test_a_calibrated_rater_has_no_epochs_to_set(source: GoldSource) -> None:
    described = {"name": "ours", "kind": "calibrated", "evidence": "lexical"}
    with pytest.raises(UnableToResolveRater, match=r"settings\.epochs"):
        fine_tuning_start(
            source.collection.workspace, FineTuneAsked(described, [source], {"epochs": 2}), now=timezone.now()
        )


def test_a_calibrated_rater_learns_from_one_collection(source: GoldSource) -> None:
    described = {"name": "ours", "kind": "calibrated", "evidence": "lexical"}
    with pytest.raises(UnableToFineTune, match="one at a time"):
        fine_tuning_start(
            source.collection.workspace, FineTuneAsked(described, [source, source], {}), now=timezone.now()
        )

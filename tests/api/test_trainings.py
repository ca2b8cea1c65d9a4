"""Trainings over REST."""

from pathlib import Path
from typing import Any

import pytest

from evalhub.models import FineTuning, Job, TrainingEpoch, Workspace
from tests.api.conftest import API, Count, Json
from tests.api.schema_check import CheckedClient
from tests.pipeline.labelled_collection import import_labelled

ASKED: Json = {"name": "ours", "kind": "cross-encoder", "model": "minilm", "queries": ["asked"]}


@pytest.fixture
def labelled(workspace: Workspace, tmp_path: Path) -> None:
    import_labelled(workspace, tmp_path)


def train(api: CheckedClient, **changes: Any) -> Any:
    return api.post(f"{API}/trainings", ASKED | changes, format="json")


@pytest.mark.usefixtures("labelled")
def test_a_training_is_a_job_of_the_local_queue(api: CheckedClient) -> None:
    response = train(api, settings={"epochs": 3, "learning_rate": 1e-4})

    assert response.status_code == 201
    body = response.json()
    assert response["Location"].endswith(f"{API}/trainings/{body['id']}")
    assert (body["job"]["kind"], body["job"]["state"], body["job"]["label"]) == (
        "fine-tune",
        "waiting",
        "ours",
    )
    assert (body["settings"]["epochs"], body["settings"]["learning_rate"]) == (3, 1e-4)
    assert sum(part["queries"] for part in body["parts"].values()) == 18
    assert body["sources"] == [{"queries": "asked", "gold_version": 1, "corpus": "shop", "snapshot": 1}]
    assert (body["epochs"], body["version"]) == ([], None)
    assert Job.objects.get(pk=body["job"]["id"]).queue == "rate-local"


@pytest.mark.usefixtures("labelled")
def test_a_calibrated_rater_waits_for_its_statistics(api: CheckedClient) -> None:
    asked = {"name": "ours", "kind": "calibrated", "evidence": "lexical", "queries": ["asked"]}

    response = api.post(f"{API}/trainings", asked, format="json")

    assert response.status_code == 201
    job = Job.objects.get(pk=response.json()["job"]["id"])
    assert [one.kind for one in job.requires.all()] == ["statistics"]


@pytest.mark.usefixtures("labelled")
def test_the_curve_is_shown_as_it_grows(api: CheckedClient) -> None:
    training = train(api).json()
    TrainingEpoch.objects.create(
        fine_tuning_id=training["id"],
        number=1,
        train_loss=0.9,
        validation_loss=0.8,
        validation_kappa=0.25,
    )

    shown = api.get(f"{API}/trainings/{training['id']}").json()

    row = {"epoch": 1, "train_loss": 0.9, "validation_loss": 0.8, "validation_kappa": 0.25}
    assert shown["epochs"] == [row]
    assert api.get(f"{API}/trainings").json()["results"] == [shown]


@pytest.mark.usefixtures("labelled")
def test_the_same_training_is_asked_for_once(api: CheckedClient) -> None:
    first = train(api)

    again = train(api)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert FineTuning.objects.count() == 1


@pytest.mark.usefixtures("labelled")
@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"kind": "hosted"}, "kind", "is not a valid choice"),
        ({"model": "/etc"}, "model", "a file cannot be named here"),
        ({"prompt": "/etc/passwd"}, "prompt", "ships with EvalHub"),
        ({"queries": ["aksed"]}, "collection", 'no query collection "aksed"'),
        ({"queries": []}, "queries", "at least 1"),
        ({"settings": {"epoch": 3}}, "settings.epoch", "unknown field"),
        ({"settings": {"epochs": 2.5}}, "settings.epochs", "not an integer from 1 to 100"),
        ({"settings": {"learning_rate": 2}}, "settings.learning_rate", "not a number from"),
        ({"grades": {"--4": 3}}, "grades", "is not a grade"),
        ({"adapter": "x"}, "adapter", "unknown field"),
    ],
)
def test_what_can_not_be_trained_is_named(
    api: CheckedClient, count_rows: Count, changes: Json, field: str, problem: str
) -> None:
    before = count_rows()

    response = train(api, **changes)

    assert response.status_code == 400
    fault = response.json()["errors"][0]
    assert fault["field"].startswith(field)
    assert problem in fault["problem"]
    assert count_rows() == before


def test_too_few_labels_teach_nothing(api: CheckedClient, collection: object, corpus: object) -> None:
    response = train(api, queries=["head"], prompt="graded-relevance")

    assert response.status_code == 400
    assert "gold of" in response.json()["detail"]

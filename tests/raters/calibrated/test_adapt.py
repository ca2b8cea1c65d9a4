"""A rater that learns a domain: better there, a new version, and it says from which queries."""

from pathlib import Path

import pytest

from evalhub.core.trained_on import digests_of_query, trained_on
from raters.calibrated.adapt import adapt
from raters.calibrated.recalibrate import UnableToRecalibrate
from raters.calibrated.statistics import CorpusStatistics
from raters.factory import load_rater
from raters.protocol import Rated, RateRequest
from raters.spec import RaterSpec, resolve_rater
from raters.tuning.parts import Labelled, Parts
from tests.raters.calibrated.fakes import small_statistics

APPLE, SKY = ("Red apple", "A red apple grows on a tree."), ("", "The sky is blue over the sea.")
BATTERY = ("Batteries", "An AA battery powers the remote control.")


def labels(*queries: tuple[str, tuple[str, str]]) -> list[Labelled]:
    """In this domain what is meant has the best grade, and the shipped rater is stricter."""
    return [
        Labelled(RateRequest(query, title, text), 3 if (title, text) == meant else 0)
        for query, meant in queries
        for title, text in (APPLE, SKY, BATTERY)
    ]


TRAIN = labels(("red apple", APPLE), ("blue sky", SKY), ("apple tree", APPLE), ("aa battery", BATTERY))
PARTS: Parts = {
    "train": TRAIN,
    "validation": labels(("sea sky", SKY), ("remote battery", BATTERY)),
    "held-out": labels(("tree grows", APPLE), ("sky over", SKY)),
}


@pytest.fixture
def statistics(tmp_path: Path) -> Path:
    small_statistics().save(tmp_path / "statistics.safetensors")
    return tmp_path / "statistics.safetensors"


@pytest.fixture
def shipped(statistics: Path) -> RaterSpec:
    spec = resolve_rater({"name": "plain", "kind": "calibrated", "evidence": "lexical"})
    return spec.for_collection(CorpusStatistics.load(statistics).identity)


def squared_error(spec: RaterSpec, statistics: Path) -> int:
    held_out = PARTS["held-out"]
    outcomes = dict(load_rater(spec, statistics=statistics).rate([one.request for one in held_out]))
    grades = [outcome.grade for outcome in outcomes.values() if isinstance(outcome, Rated)]
    return sum((ours - one.grade) ** 2 for ours, one in zip(grades, held_out, strict=True))


def test_it_grades_unseen_queries_of_the_domain_better_and_is_another_version(
    shipped: RaterSpec, statistics: Path
) -> None:
    done = adapt(shipped, {**PARTS, "train": TRAIN * 5}, statistics, {})

    assert squared_error(done.spec, statistics) < squared_error(shipped, statistics)
    assert done.spec.digest != shipped.digest
    assert done.spec.statistics == shipped.statistics
    assert done.validation_kappa == pytest.approx(1.0)
    assert 0 < done.train_loss < 1
    assert 0 < done.validation_loss < 1


def test_its_manifest_names_old_and_new_queries_and_no_held_out_one(
    shipped: RaterSpec, statistics: Path
) -> None:
    ours = adapt(shipped, PARTS, statistics, {"collection": "fruit"}).spec

    learnt = trained_on(ours.to_dict())
    assert trained_on(shipped.to_dict()) < learnt
    assert digests_of_query("Red  Apple") & learnt
    assert digests_of_query("sea sky") & learnt
    assert not digests_of_query("tree grows") & learnt
    assert (ours.training["collection"], ours.training["n_labels"]) == ("fruit", 18)


def test_too_few_labels_are_refused(shipped: RaterSpec, statistics: Path) -> None:
    with pytest.raises(UnableToRecalibrate, match="better 50"):
        adapt(shipped, {**PARTS, "train": TRAIN[:3]}, statistics, {})

"""A rater that learns a domain: better there, a new version, and it says from which queries."""

from pathlib import Path

import pytest

from evalhub.core.trained_on import digests_of_query, trained_on
from raters.calibrated.adapt import adapt
from raters.calibrated.recalibrate import UnableToRecalibrate
from raters.factory import load_rater
from raters.protocol import Rated, RateRequest
from raters.spec import RaterSpec, resolve_rater
from tests.raters.calibrated.fakes import small_statistics

SPEC = resolve_rater({"name": "plain", "kind": "calibrated", "evidence": "lexical"})
APPLE, SKY = ("Red apple", "A red apple grows on a tree."), ("", "The sky is blue over the sea.")
# In this domain what names the thing is worth the best grade, and the shipped rater is stricter.
LABELLED = [
    (RateRequest(query, title, text), 3 if hit else 0)
    for query, own in (("red apple", APPLE), ("blue sky", SKY), ("apple tree", APPLE), ("sea sky", SKY))
    for title, text in (APPLE, SKY, ("Batteries", "An AA battery powers the remote control."))
    for hit in [(title, text) == own]
]


def grades(spec: RaterSpec, statistics: Path) -> list[int]:
    from raters.calibrated.statistics import CorpusStatistics

    known = spec.for_collection(CorpusStatistics.load(statistics).identity)
    outcomes = dict(load_rater(known, statistics=statistics).rate([request for request, _ in LABELLED]))
    rated = [outcomes[place] for place in range(len(LABELLED))]
    return [one.grade for one in rated if isinstance(one, Rated)]


@pytest.fixture
def statistics(tmp_path: Path) -> Path:
    small_statistics().save(tmp_path / "statistics.safetensors")
    return tmp_path / "statistics.safetensors"


def test_it_grades_the_domain_better_and_is_another_version(statistics: Path) -> None:
    gold = [grade for _, grade in LABELLED]
    ours = adapt(SPEC, LABELLED * 5, statistics, {})

    def error(spec: RaterSpec) -> int:
        return sum((one - other) ** 2 for one, other in zip(grades(spec, statistics), gold, strict=True))

    assert error(ours) < error(SPEC)
    assert ours.digest != SPEC.digest
    assert ours.statistics == ""


def test_its_manifest_names_old_and_new_queries(statistics: Path) -> None:
    ours = adapt(SPEC, LABELLED, statistics, {"collection": "fruit"}).to_dict()

    assert trained_on(SPEC.to_dict()) < trained_on(ours)
    assert digests_of_query("Red  Apple") & trained_on(ours)
    assert ours["training"]["collection"] == "fruit"  # type: ignore[index]
    assert ours["training"]["n_labels"] == len(LABELLED)  # type: ignore[index]


def test_too_few_labels_are_refused(statistics: Path) -> None:
    with pytest.raises(UnableToRecalibrate, match="better 50"):
        adapt(SPEC, LABELLED[:3], statistics, {})

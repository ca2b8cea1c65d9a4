"""A calibrated rater in SPEC.yaml: what its version depends on, and what it refuses."""

import json
from pathlib import Path

import pytest

from raters.calibrated.loading import load_calibrated
from raters.calibrated.statistics import CorpusStatistics
from raters.calibrated.stored import shipped_model
from raters.factory import load_rater
from raters.fields import UnableToResolveRater
from raters.protocol import Rated, RateRequest, RaterMisconfigured
from raters.spec import RaterSpec, resolve_rater
from tests.raters.calibrated.fakes import DOCUMENTS, small_statistics

LEXICAL: dict[str, object] = {"name": "plain", "kind": "calibrated", "evidence": "lexical"}


def lexical(**fields: object) -> RaterSpec:
    return resolve_rater({**LEXICAL, **fields})


def saved(tmp_path: Path, statistics: CorpusStatistics) -> Path:
    path = tmp_path / "statistics.safetensors"
    statistics.save(path)
    return path


def test_the_embedding_model_is_minilm_unless_left_out() -> None:
    spec = resolve_rater({"name": "default", "kind": "calibrated"})

    assert spec.model == "minilm"
    assert spec.revision.startswith("sha256:")
    assert (lexical().model, lexical().revision) == ("", "")


def test_a_spec_holds_what_it_learned_and_survives_storage() -> None:
    spec = lexical().for_collection("sha256:1")
    again = RaterSpec.from_dict(json.loads(json.dumps(spec.to_dict())))

    assert again.digest == spec.digest
    assert again.learned == shipped_model("lexical").to_dict()


def test_the_digest_holds_what_changes_a_grade() -> None:
    base = lexical().for_collection("sha256:1")
    others = [
        lexical(),
        lexical().for_collection("sha256:2"),
        lexical(prompt="binary-relevance").for_collection("sha256:1"),
        resolve_rater({"name": "plain", "kind": "calibrated"}).for_collection("sha256:1"),
    ]

    assert len({spec.digest for spec in [base, *others]}) == 5
    assert lexical(name="other").for_collection("sha256:1").digest == base.digest


def test_other_kinds_know_no_collection() -> None:
    spec = resolve_rater({"name": "people", "kind": "gold"})

    assert spec.for_collection("sha256:1") == spec


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"evidence": "lexicall"}, "evidence", "lexical"),
        ({"model": "minilm"}, "model", "unknown field"),
        ({"embedding_model": "minlm", "evidence": "all"}, "embedding_model", "minilm"),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, object], field: str, said: str) -> None:
    with pytest.raises(UnableToResolveRater, match=said) as raised:
        resolve_rater({**LEXICAL, **fields})

    assert raised.value.field == field


def test_it_rates_with_the_statistics_of_its_collection(tmp_path: Path) -> None:
    statistics = small_statistics()
    rater = load_rater(lexical().for_collection(statistics.digest), statistics=saved(tmp_path, statistics))

    outcomes = dict(rater.rate([RateRequest("green apple pie", *document) for document in DOCUMENTS]))

    gains = [outcome.gain for _, outcome in sorted(outcomes.items()) if isinstance(outcome, Rated)]
    assert max(gains) == gains[1]
    rater.close()


def test_without_statistics_nothing_is_rated(tmp_path: Path) -> None:
    path = saved(tmp_path, small_statistics())

    with pytest.raises(RaterMisconfigured, match="needs the statistics of the collection"):
        load_rater(lexical().for_collection("sha256:1"))
    with pytest.raises(RaterMisconfigured, match="needs the statistics of the collection"):
        load_rater(lexical(), statistics=path)
    with pytest.raises(RaterMisconfigured, match="recorded was sha256:1"):
        load_rater(lexical().for_collection("sha256:1"), statistics=path)
    with pytest.raises(RaterMisconfigured, match="collect the collection's statistics again"):
        load_calibrated(lexical().for_collection("sha256:1"), tmp_path / "none")

"""From labels to the next version of a rater: trained, compared, and not adopted by itself."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub.core.split import part_of
from evalhub.models import Document, FineTuning, HumanGrade, Rater, RaterDecision, RaterVersion, Workspace
from evalhub.pipeline.judgments import judgments_request
from evalhub.selectors.labelled_pairs import GoldSource, labelled_pairs
from evalhub.selectors.loop.held_out import held_out
from evalhub.selectors.loop.readiness import own_scale, readiness
from evalhub.selectors.rater_current import current_version
from evalhub.selectors.rater_report import Asked, rater_report
from evalhub.services.fine_tuning import UnableToFineTune
from evalhub.services.gold_labels import PairLabel, gold_set
from evalhub.services.next_version import UnableToTrainNext, beside_start, next_version_start
from evalhub.services.rater_add import rater_add
from evalhub.services.raters import rater_version_ensure
from raters.spec import resolve_rater
from tests.pipeline.hosted_campaign import work
from tests.pipeline.labelled_collection import import_labelled

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LEXICAL = {"name": "words", "kind": "calibrated", "evidence": "lexical"}


@pytest.fixture
def source(workspace: Workspace, tmp_path: Path, settings: Any) -> GoldSource:
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    return import_labelled(workspace, tmp_path)


@pytest.fixture
def words(source: GoldSource, workspace: Workspace) -> RaterVersion:
    """A calibrated rater of the corpus, with a judgment of every labelled pair."""
    version = rater_add(workspace, LEXICAL, snapshot=source.snapshot, user=None, now=NOW).version
    for pair in labelled_pairs(source):
        judgments_request(version, [(pair.query_digest, pair.document_digest)])
    # It likes the first half of the documents, whatever their colour.
    for place, judgment in enumerate(version.judgments.order_by("document_digest")):
        grade = 3 if place % 2 else 0
        version.judgments.filter(pk=judgment.pk).update(state="graded", grade=grade, gain=grade / 3)
    return version


def test_trained_beside_the_old_one_and_not_adopted(words: RaterVersion, source: GoldSource) -> None:
    found = readiness(words, source)
    assert (found.is_ready, found.missing, found.n_labels) == (True, [], 162)
    tuning = next_version_start(words, source, user=None, now=NOW)
    words.rater.refresh_from_db()
    assert words.rater.promoted == words
    assert RaterDecision.objects.get().kind == "pinned"
    work()
    tuning.refresh_from_db()
    new = tuning.version
    assert new is not None
    assert (new.rater, new.number, new.kind) == (words.rater, 2, "calibrated")
    assert current_version(words.rater) == words

    told = held_out(words, new, source.collection, source.snapshot)
    queries = {pair.query for pair in labelled_pairs(source)}
    n_held = sum(part_of(text, seed=0) == "held-out" for text in queries)
    assert (told.n_queries, told.n_pairs, told.n_left_out) == (n_held, 9 * n_held, 18 - n_held)
    # The numbers are those of `rater evaluate --compare`.
    report = rater_report(Asked(new, source.collection, source.snapshot, compared=words))
    for name in ("kappa_quadratic", "alpha_ordinal", "accuracy", "bias_gains"):
        figure = told.figures[name]
        assert figure["new"] == report["figures"][name]
        assert figure["old"] == report["compared"]["figures"][name]
        assert figure["difference"] == report["compared"]["differences"][name]


def test_the_one_after_starts_where_the_first_did_on_the_same_split(
    words: RaterVersion, source: GoldSource, workspace: Workspace
) -> None:
    first = next_version_start(words, source, user=None, now=NOW)
    work()
    first.refresh_from_db()
    assert first.version is not None
    taught = next(labelled_pairs(source))
    label = source.collection.gold_labels.filter(removed_in=None).first()
    assert label is not None
    gold_set(source.collection, PairLabel(label.query_id, label.doc_id, 3 - label.grade), user=None, now=NOW)
    source.collection.refresh_from_db()
    again = GoldSource.current(source.collection, source.snapshot)
    second = next_version_start(first.version, again, user=None, now=NOW)
    assert taught.grade in (0, 3)
    assert (second.spec, second.settings) == (first.spec, first.settings)
    assert second != first
    work()
    second.refresh_from_db()
    assert second.version is not None
    assert second.version.number == 3
    assert held_out(first.version, second.version, again.collection, again.snapshot).n_left_out == (
        held_out(words, first.version, again.collection, again.snapshot).n_left_out
    )


def test_too_few_labels_say_what_to_label(
    words: RaterVersion, source: GoldSource, workspace: Workspace
) -> None:
    source.collection.gold_labels.update(removed_in=2)
    held = [q for q in source.collection.queries.order_by("pk") if part_of(q.text, seed=0) == "held-out"]
    taught = [q for q in source.collection.queries.order_by("pk") if part_of(q.text, seed=0) == "train"]
    docs = list(Document.objects.order_by("pk").values_list("doc_id", flat=True))
    gold_set(source.collection, PairLabel(held[0].query_id, docs[0], 3), user=None, now=NOW)
    for doc in docs[:4]:
        gold_set(source.collection, PairLabel(taught[0].query_id, doc, 2), user=None, now=NOW)
    source.collection.refresh_from_db()
    few = GoldSource.current(source.collection, source.snapshot)
    missing = {one.part: one for one in readiness(words, few).missing}
    n_there = {row.part: row.lacks for row in missing.values()}
    assert n_there == {
        "training": "6 more labels",
        "validation": "label pairs of 1 more query",
        "held-out": "label pairs of 1 more query",
    }
    assert set(missing["held-out"].queries) <= {query.text for query in held[1:]}
    assert len(missing["held-out"].queries) == min(3, len(held) - 1)
    with pytest.raises(UnableToTrainNext, match=r"5 labels do not teach .* Missing: training: 6 more labels"):
        next_version_start(words, few, user=None, now=NOW)
    # Nothing was begun, so nothing is pinned.
    assert Rater.objects.get(pk=words.rater_id).promoted is None
    assert not FineTuning.objects.exists()


def test_labels_that_stop_below_the_rubric_count_as_such_only_where_people_could_have_gone_on(
    words: RaterVersion, source: GoldSource
) -> None:
    source.collection.gold_labels.filter(grade=3).update(grade=2)
    assert own_scale(source.collection, 3) == {}
    with pytest.raises(UnableToFineTune, match="goes up to 2 and the rubric to 3"):
        next_version_start(words, source, user=None, now=NOW)
    HumanGrade.objects.create(
        collection=source.collection,
        query_id="q0",
        doc_id="d0",
        reviewer_name="ann",
        grade=2,
        max_grade=3,
        screen="review",
        selection="hand-picked",
        graded_at=NOW,
    )
    assert own_scale(source.collection, 3) == {2: 2}
    assert next_version_start(words, source, user=None, now=NOW).counts["train"]["grades"].keys() == {
        "0",
        "2",
    }


def test_a_hosted_rater_gets_a_local_one_beside_it(source: GoldSource, workspace: Workspace) -> None:
    hosted = {"name": "judge", "kind": "hosted", "model": "m", "base_url": "http://127.0.0.1:9/v1"}
    judge = rater_version_ensure(workspace, resolve_rater(hosted), 3)
    found = readiness(judge, source)
    assert (found.is_ready, found.is_trainable, found.n_labels) == (False, False, 162)
    with pytest.raises(
        UnableToTrainNext, match=r"kind hosted, which is not trained here; .*\{queries: asked\}"
    ):
        next_version_start(judge, source, user=None, now=timezone.now())
    tuning = beside_start(judge, source, now=NOW)
    assert (tuning.name, tuning.spec["kind"]) == ("judge-local", "calibrated")
    assert tuning.spec["prompt"] == judge.spec["prompt"]

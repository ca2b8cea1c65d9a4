"""Labels are split by query, and nothing leaks."""

import pytest

from evalhub.core.digest import text_digest
from evalhub.core.split import part_of
from evalhub.core.trained_on import digests_of_query
from raters.protocol import RateRequest
from raters.tuning.parts import (
    Labelled,
    LeakedQuery,
    UnableToTrain,
    check_no_leak,
    counts,
    data_digest,
    query_digests,
    split_pairs,
)
from raters.tuning.settings import TuneSettings
from tests.raters.tuning.labels import labelled_pairs

SETTINGS = TuneSettings()


def pair(query: str, text: str = "text", grade: int = 1) -> Labelled:
    return Labelled(RateRequest(query, "", text), grade)


def test_a_query_is_in_one_part_with_all_its_pairs() -> None:
    pairs = labelled_pairs()

    parts = split_pairs(pairs, SETTINGS, 3)

    assert sum(map(len, parts.values())) == len(pairs)
    for part, members in parts.items():
        assert all(part_of(one.request.query, seed=0) == part for one in members)
        assert len(members) == 9 * len({one.request.query for one in members})


def test_the_order_of_labels_changes_nothing() -> None:
    assert split_pairs(labelled_pairs(), SETTINGS, 3) == split_pairs(labelled_pairs()[::-1], SETTINGS, 3)


def test_of_two_grades_of_equal_texts_the_higher_counts() -> None:
    pairs = [*labelled_pairs(), Labelled(RateRequest("big red", "", "blue hat"), 2)]

    parts = split_pairs(pairs, SETTINGS, 3)

    found = [one for members in parts.values() for one in members if one.request == pairs[-1].request]
    assert found == [pairs[-1]]


def test_a_query_in_two_parts_is_refused() -> None:
    parts = {"train": [pair("red shoe")], "validation": [pair("Red  shoe")], "held-out": [pair("hat")]}

    with pytest.raises(LeakedQuery, match="'Red  shoe' is in train and in validation"):
        check_no_leak(parts)


def test_the_manifest_names_training_and_validation_queries_only() -> None:
    parts = {"train": [pair("Red shoe")], "validation": [pair("hat")], "held-out": [pair("bag")]}

    digests = query_digests(parts)

    assert set(digests) == {text_digest("Red shoe"), text_digest("red shoe"), text_digest("hat")}
    # What `rater evaluate` leaves out by.
    assert digests_of_query("RED  shoe") & set(digests)
    assert not digests_of_query("bag") & set(digests)


def test_the_data_digest_knows_grades_and_parts_but_not_what_is_held_out() -> None:
    parts = {"train": [pair("a")], "validation": [pair("b")], "held-out": [pair("c")]}

    assert data_digest(parts) == data_digest({**parts, "held-out": [pair("d")]})
    assert data_digest(parts) != data_digest({**parts, "train": [pair("a", grade=2)]})
    assert data_digest(parts) != data_digest({**parts, "train": parts["validation"], "validation": []})


def test_parts_are_counted() -> None:
    parts = {"train": [pair("a"), pair("A", grade=3)], "validation": [], "held-out": []}

    assert counts(parts)["train"] == {"queries": 1, "pairs": 2, "grades": {"1": 1, "3": 1}}


def test_a_grade_off_the_scale_is_named_with_the_remedy() -> None:
    with pytest.raises(UnableToTrain, match=r"gold holds the grade 4 \(query 'big red'.*--grade 4:3"):
        split_pairs([*labelled_pairs(), pair("big red", grade=4)], SETTINGS, 3)


def test_a_part_without_queries_is_refused() -> None:
    with pytest.raises(UnableToTrain, match="every part needs labelled queries"):
        split_pairs([pair("only one", text=str(n), grade=n % 2) for n in range(20)], SETTINGS, 3)


def test_one_grade_teaches_nothing() -> None:
    flat = [Labelled(one.request, 0) for one in labelled_pairs()]

    with pytest.raises(UnableToTrain, match="at least 8 pairs and two grades"):
        split_pairs(flat, SETTINGS, 3)

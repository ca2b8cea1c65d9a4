from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.gold import RepeatedDocument, gold_values
from evalhub.core.measures import UnknownMeasure

QRELS = {"q": {"a": 2, "b": 1, "c": 0}}
RANKING = {"q": ["x", "a", "b"]}


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        # gains 0 2 1 at ranks 1 2 3 against the ideal 2 1
        ("nDCG@10", (2 / log2(3) + 1 / log2(4)) / (2 / log2(2) + 1 / log2(3))),
        ("nDCG@2", (2 / log2(3)) / (2 / log2(2) + 1 / log2(3))),
        ("recall@2", 1 / 2),
        ("R@3", 2 / 2),
        ("RR@10", 1 / 2),
        ("RR@1", 0.0),
        ("AP@10", (1 / 2 + 2 / 3) / 2),
        ("AP@2", (1 / 2) / 2),
        ("P@10", 2 / 10),
        ("judged@1", 0.0),
        ("judged@3", 2 / 3),
        ("judged@10", 2 / 3),
    ],
)
def test_values_by_hand(measure: str, expected: float) -> None:
    assert gold_values([measure], QRELS, RANKING) == {measure: {"q": pytest.approx(expected)}}


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("recall@10", 1.0),
        ("P@2", 1 / 2),
        ("AP@10", 1 / 2),
        ("RR@10", 1 / 2),
        ("nDCG@10", (2 / log2(3) + 1 / log2(4)) / (2 + 1 / log2(3))),
    ],
)
def test_relevant_from_two_counts_a_only(measure: str, expected: float) -> None:
    assert gold_values([measure], QRELS, RANKING, relevant_from=2)[measure]["q"] == pytest.approx(expected)


def test_query_without_a_relevant_document_is_left_out() -> None:
    qrels = QRELS | {"none": {"a": 0, "b": -1}, "weak": {"a": 1}}
    ranking = RANKING | {"none": ["a"], "weak": ["a"]}

    assert set(gold_values(["nDCG@10"], qrels, ranking)["nDCG@10"]) == {"q", "weak"}
    assert set(gold_values(["nDCG@10"], qrels, ranking, relevant_from=2)["nDCG@10"]) == {"q"}


@pytest.mark.parametrize("ranking", [{}, {"q": []}])
def test_query_the_ranking_misses_counts_zero(ranking: dict[str, list[str]]) -> None:
    values = gold_values(["nDCG@10", "recall@10", "RR@10", "AP@10", "P@10", "judged@10"], QRELS, ranking)

    assert values.pop("judged@10") == {}
    assert all(by_query == {"q": 0.0} for by_query in values.values())


def test_query_without_gold_labels_is_left_out() -> None:
    assert list(gold_values(["RR@10", "judged@10"], QRELS, RANKING | {"other": ["a"]})["RR@10"]) == ["q"]


def test_queries_come_in_the_order_of_the_qrels() -> None:
    qrels = {f"q{i}": {"a": 1} for i in (3, 1, 2)}

    values = gold_values(["nDCG@10", "RR@10"], qrels, {"q1": ["a"], "q2": ["b", "a"]})

    assert values["RR@10"] == {"q3": 0.0, "q1": 1.0, "q2": 0.5}
    assert list(values["nDCG@10"]) == ["q3", "q1", "q2"]


def test_nothing_to_measure() -> None:
    assert gold_values([], QRELS, RANKING) == {}
    assert gold_values(["RR@10"], {}, RANKING) == {"RR@10": {}}


def test_ids_outside_ascii_are_kept() -> None:
    assert gold_values(["RR@10"], {"qué": {"döc 1": 1}}, {"qué": ["x", "döc 1"]}) == {"RR@10": {"qué": 0.5}}


@settings(max_examples=40)
@given(n_documents=st.integers(2, 3000), data=st.data())
def test_order_of_the_list_is_final(n_documents: int, data: st.DataObject) -> None:
    # Ids that fall with the rank: any sorting by id, as trec_eval breaks ties, would turn the list over.
    doc_ids = [f"d{n_documents - i:05}" for i in range(n_documents)]
    rank = data.draw(st.integers(1, n_documents))

    values = gold_values([f"RR@{n_documents}"], {"q": {doc_ids[rank - 1]: 1}}, {"q": doc_ids})

    assert values[f"RR@{n_documents}"]["q"] == pytest.approx(1 / rank)


def test_document_twice_in_a_list_is_refused() -> None:
    with pytest.raises(RepeatedDocument, match='query "q" holds document "b" twice'):
        gold_values(["RR@10"], QRELS, {"q": ["a", "b", "c", "b"]})


def test_measure_without_gold_labels_is_refused() -> None:
    with pytest.raises(UnknownMeasure, match="PWAS@10 does not use gold labels"):
        gold_values(["PWAS@10"], QRELS, RANKING)


def test_relevant_from_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="relevant_from is 0"):
        gold_values(["RR@10"], QRELS, RANKING, relevant_from=0)

"""BM25 and its relatives, worked by hand over three documents."""

import math

import pytest

from raters.calibrated.lexical import Bm25, DocumentTerms, best_window, idf, neighbours, title_focus
from raters.calibrated.statistics import CorpusStatistics

# Words a document: 2, 3, 2, so the average is 7/3. apple is in 2 documents of 3, the others in 1.
STATISTICS = CorpusStatistics.collect([("", "red apple"), ("", "green apple pie"), ("", "blue sky")])
APPLE, PIE = math.log(1 + 1.5 / 2.5), math.log(1 + 2.5 / 1.5)


def bm25(query: str) -> Bm25:
    return Bm25.of(query, STATISTICS)


def document(text: str, title: str = "") -> DocumentTerms:
    return DocumentTerms.of(title, text)


def test_idf_by_hand() -> None:
    assert idf("apple", STATISTICS) == pytest.approx(APPLE)
    assert idf("pie", STATISTICS) == pytest.approx(PIE)
    assert idf("unheard", STATISTICS) == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_bm25_by_hand() -> None:
    # k1 * (1 - b + b * 3 / (7/3)) = 0.9 * (0.6 + 0.4 * 9/7) = 1.00286; each term occurs once
    expected = (APPLE + PIE) * 1 / (1 + 1.0028571428571429)
    assert bm25("apple pie").score(document("green apple pie").all) == pytest.approx(expected)


def test_a_term_that_occurs_twice_counts_less_than_double() -> None:
    # 4 words: 0.9 * (0.6 + 0.4 * 12/7) = 1.157143; tf 2
    expected = PIE * 2 / (2 + 1.1571428571428571)
    assert bm25("pie").score(document("pie pie red sky").all) == pytest.approx(expected)


def test_a_query_term_counts_once() -> None:
    assert bm25("pie pie").mass == pytest.approx(PIE)


def test_coverage_is_the_share_of_idf() -> None:
    assert bm25("apple pie").coverage(document("apple").all) == pytest.approx(APPLE / (APPLE + PIE))
    assert bm25("apple pie").coverage(document("sky").all) == 0


def test_a_window_forgets_what_is_far() -> None:
    far = document("apple " + "x " * 60 + "pie")
    near = document("x " * 60 + "apple pie")
    assert best_window(bm25("apple pie"), near.all) == pytest.approx(1)
    assert best_window(bm25("apple pie"), far.all) == pytest.approx(PIE / (APPLE + PIE))


def test_neighbours_must_stand_in_order() -> None:
    assert neighbours(bm25("apple pie"), document("an apple pie").all) == pytest.approx(1)
    assert neighbours(bm25("apple pie"), document("pie apple").all) == 0
    assert neighbours(bm25("apple"), document("apple").all) == 0


def test_title_focus_is_what_of_the_title_was_asked_for() -> None:
    head = document("", title="apple pie").title
    assert title_focus(bm25("pie"), head, STATISTICS) == pytest.approx(PIE / (APPLE + PIE))
    assert title_focus(bm25("pie"), (), STATISTICS) == 0


@pytest.mark.parametrize("query", ["", "?!", "\x00\x01"])
def test_a_query_without_words_finds_nothing(query: str) -> None:
    nothing = bm25(query)
    words = document("apple pie").all
    assert (nothing.score(words), nothing.coverage(words), best_window(nothing, words)) == (0, 0, 0)

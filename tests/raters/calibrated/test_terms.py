"""Words of a text, folded the way queries and documents are compared."""

import pytest

from raters.calibrated.terms import MAX_CHARS, content_terms, fold, words


@pytest.mark.parametrize(
    ("word", "folded"),
    # Harman's three rules and their exceptions; short words stay.
    [
        ("queries", "query"),
        ("batteries", "battery"),
        ("laptops", "laptop"),
        ("noises", "noise"),
        ("heroes", "heroes"),
        ("virus", "virus"),
        ("glass", "glass"),
        ("gas", "gas"),
        ("trees", "trees"),
        ("apple", "apple"),
    ],
)
def test_plurals_are_folded(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_words_are_lower_case_and_split_at_signs() -> None:
    assert words("The USB-C cables, ﬁne_tuned") == ["the", "usb", "c", "cable", "fine", "tuned"]


def test_a_query_loses_its_function_words_but_never_all_words() -> None:
    assert content_terms("What is the capital of France?") == ["capital", "france"]
    assert content_terms("What is it") == ["what", "is", "it"]
    assert content_terms("?!") == []


def test_a_huge_text_is_read_up_to_a_limit() -> None:
    assert len(words("a " * 1_000_000)) == MAX_CHARS // 2

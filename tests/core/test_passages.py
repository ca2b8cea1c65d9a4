"""Long texts folded around the terms."""

from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.passages import (
    IN_LISTS,
    Folding,
    Passage,
    folded,
    marked,
)
from evalhub.core.terms import query_terms

FILLER = "lorem ipsum dolor sit amet " * 40  # 1,080 characters


def text_of(passage: Passage) -> str:
    return "".join(piece.text for piece in passage.pieces)


def test_a_short_text_is_shown_whole() -> None:
    (passage,) = folded("A USB charger.", query_terms("charger"))
    assert text_of(passage) == "A USB charger."
    assert [piece.text for piece in passage.pieces if piece.is_marked] == ["charger"]
    assert not passage.is_cut_before
    assert not passage.is_cut_after


def test_a_long_text_is_folded_around_its_terms() -> None:
    text = f"{FILLER}the wireless headphone {FILLER}a spare battery {FILLER}"
    first, second = folded(text, query_terms("wireless headphone with battery"))
    assert "wireless headphone" in text_of(first)
    assert "battery" in text_of(second)
    assert all(passage.is_cut_before and passage.is_cut_after for passage in (first, second))


def test_the_passage_with_most_terms_is_chosen() -> None:
    text = f"battery {FILLER}battery {FILLER}battery {FILLER}wireless headphone battery {FILLER}battery"
    shown = [text_of(passage) for passage in folded(text, query_terms("wireless headphone battery"))]
    assert len(shown) == IN_LISTS.most_passages
    assert any("wireless headphone battery" in passage for passage in shown)
    assert shown[0].startswith("battery")


def test_without_a_term_the_beginning_is_shown() -> None:
    (passage,) = folded(FILLER, query_terms("headphone"))
    assert FILLER.startswith(text_of(passage))
    assert len(text_of(passage)) <= IN_LISTS.beginning
    assert passage.is_cut_after


def test_a_page_may_show_more() -> None:
    text = f"{FILLER}the wireless headphone {FILLER}"
    (whole,) = folded(text, query_terms("headphone"), folding=Folding(whole=len(text)))
    assert text_of(whole) == text
    (wider,) = folded(text, query_terms("headphone"), folding=Folding(passage=600))
    (narrow,) = folded(text, query_terms("headphone"))
    assert 500 < len(text_of(wider)) <= 600
    assert len(text_of(narrow)) <= 180


def test_a_beginning_of_a_longer_document_is_cut_even_where_all_of_it_is_shown() -> None:
    (passage,) = folded("a charger", query_terms("charger"), n_characters=5_000_000)
    assert passage.is_cut_after


@given(st.text(max_size=1_500), st.text(max_size=60))
def test_nothing_is_invented_and_no_passage_is_long(text: str, query: str) -> None:
    terms = query_terms(query)
    assert "".join(piece.text for piece in marked(text, terms)) == text
    passages = folded(text, terms)
    assert all(text_of(passage) in text for passage in passages)
    shown = sum(len(text_of(passage)) for passage in passages)
    longest_word = max((len(span.term) for span in terms.spans(text)), default=0)
    assert shown <= max(IN_LISTS.whole, IN_LISTS.most_passages * (IN_LISTS.passage + 2 * longest_word + 40))


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=30))
def test_every_term_of_a_dense_text_is_marked_once(n_before: int, n_terms: int) -> None:
    text = "x " * n_before + "charger " * n_terms
    assert sum(piece.is_marked for piece in marked(text, query_terms("charger"))) == n_terms

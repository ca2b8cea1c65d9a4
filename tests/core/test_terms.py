"""Which words of a text are those of a query."""

import pytest

from evalhub.core.passages import marked
from evalhub.core.terms import MOST_QUERY_CHARACTERS, fold, query_terms


def found(query: str, text: str) -> list[str]:
    return [piece.text for piece in marked(text, query_terms(query)) if piece.is_marked]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("usb charger", "A USB Charger; chargers, recharger.", ["USB", "Charger"]),
        ("café", "Cafe, CAFÉ, cafe\u0301 and cafes", ["Cafe", "CAFÉ", "cafe\u0301"]),
        ("CAFE\u0301", "le café", ["café"]),
        ("STRASSE", "Straße", ["Straße"]),
        ("ﬁsh", "fish", ["fish"]),
        ("ＵＳＢ", "usb", ["usb"]),
        ("Ёлка", "елка", ["елка"]),
        ("ελληνικά", "ΕΛΛΗΝΙΚΑ", ["ΕΛΛΗΝΙΚΑ"]),
        ("שלום", "שָׁלוֹם", ["שָׁלוֹם"]),
        ("हिन्दी", "हिन्दी और हिन्द", ["हिन्दी"]),
        ("don't", "don t", ["don"]),
        ("3.5mm", "a 3.5mm plug", ["3", "5mm"]),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(query: str, text: str, expected: list[str]) -> None:
    assert found(query, text) == expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("猫が好き", "犬が好きです", ["が好き"]),
        ("東京 タワー", "東京のタワー", ["東京", "タワー"]),
        ("猫", "猫 と 子猫", ["猫"]),
        ("고양이", "고양이가 좋아", ["고양이"]),
        ("แมวสีดำ", "ฉันมีแมวสีดำตัวหนึ่ง", ["แมวสีดำ"]),
        ("usb 充電器", "USB充電器です", ["USB", "充電器"]),
    ],
)
def test_scripts_without_blanks_are_compared_by_characters(
    query: str, text: str, expected: list[str]
) -> None:
    assert found(query, text) == expected


def test_stop_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert found("how do I open a file", "How do I open a file?") == ["open", "file"]
    assert found("The Who", "The Who sang who knows") == ["The", "Who", "who"]
    assert found("vitamin c", "c is a vitamin") == ["vitamin"]


def test_nothing_is_found_where_there_are_no_words() -> None:
    for query in ("", "   ", "?!", "\u202e"):
        assert found(query, "any text at all, \u202e too") == []


def test_a_query_without_end_is_read_as_far_as_people_would() -> None:
    query = "word " * MOST_QUERY_CHARACTERS + "last"
    assert query_terms(query).words == {"word"}


def test_folding_keeps_what_makes_another_word() -> None:
    assert fold("が") == "が"  # not か: the mark makes another sound
    assert fold("Ä") == "a"
    assert fold("İstanbul") == "istanbul"

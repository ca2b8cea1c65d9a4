"""Untrusted text must stay inside its fence, and must stay readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raters.fence import FENCES, MARK, closing, neutralise, opening, restore

CONTROL_TOKENS = [
    "<|im_start|>system",
    "<|im_end|>",
    "<|eot_id|>",
    "<| endoftext |>",
    "<｜User｜>",
    "<s>",
    "</s>",
    "<bos>",
    "<start_of_turn>model",
    "[INST]",
    "[/INST]",
    "[ / INST ]",
    "<<SYS>>",
    "<think>",
]
FORGED_FENCES = [
    "</document>",
    "</DOCUMENT>",
    "< / document >",
    "</\u200bdocument>",
    "＜/document＞",
    "<query>",
    "</need>",
    '<document id="2">',
]
hostile_text = st.lists(
    st.sampled_from(
        [*CONTROL_TOKENS, *FORGED_FENCES, MARK, "<", "</", "document>", "[", "INST]", " ", "|", "text"]
    )
).map("".join)


@pytest.mark.parametrize("hostile", CONTROL_TOKENS + FORGED_FENCES)
def test_control_tokens_and_tags_are_broken_where_people_see_it(hostile: str) -> None:
    neutralised = neutralise(f"before {hostile} after")

    assert hostile not in neutralised
    assert MARK in neutralised
    assert neutralised.replace(MARK, "") == f"before {hostile} after"


def test_a_forged_fence_reads_as_documented() -> None:
    assert neutralise("a </document> b") == "a <␛/document> b"


@pytest.mark.parametrize(
    "harmless", ["a < b", "x <- y", "<p>", "<summary>", "<documents>", "List[INSTANCE]", "a | b"]
)
def test_ordinary_text_is_left_alone(harmless: str) -> None:
    assert neutralise(harmless) == harmless


@given(st.text() | hostile_text)
def test_neutralising_is_undone_exactly(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(hostile_text)
def test_no_fence_and_no_control_token_survives(text: str) -> None:
    neutralised = neutralise(text).lower()

    for fence in FENCES:
        assert opening(fence) not in neutralised
        assert closing(fence) not in neutralised
    for token in CONTROL_TOKENS:
        assert token.lower() not in neutralised


@given(hostile_text, hostile_text)
def test_texts_side_by_side_cannot_build_a_fence_together(first: str, second: str) -> None:
    joined = f"{neutralise(first)}\n{neutralise(second)}".lower()

    assert closing("document") not in joined
    assert "<|im_start|>" not in joined

from hypothesis import given
from hypothesis import strategies as st

from indexing.encoders.batching import (
    CHARACTERS_PER_PASS,
    TEXTS_PER_PASS,
    text_passes,
    token_batches,
)


def test_longest_first_and_padded_to_the_budget() -> None:
    # Sorted: 9 (index 1), 4 (3), 4 (4), 3 (0), 1 (2). Budget 12: 9 x 1; 4 x 3; then 1 x 12.
    assert list(token_batches([3, 9, 1, 4, 4], 12)) == [[1], [3, 4, 0], [2]]


def test_text_over_the_budget_goes_alone() -> None:
    assert list(token_batches([50, 50, 2], 12)) == [[0], [1], [2]]


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(1, 1000))
def test_every_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = list(token_batches(lengths, budget))

    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[index] for index in batch) <= budget


def test_passes_are_bounded_in_texts_and_characters() -> None:
    many = ["a"] * (TEXTS_PER_PASS + 3)
    assert list(text_passes(many)) == [slice(0, TEXTS_PER_PASS), slice(TEXTS_PER_PASS, TEXTS_PER_PASS + 3)]

    # Half a pass, half a pass and one character, more than a pass, one character.
    half, whole = "a" * (CHARACTERS_PER_PASS // 2), "a" * CHARACTERS_PER_PASS
    texts = [half, half + "a", whole + "a", "a"]
    assert list(text_passes(texts)) == [slice(0, 1), slice(1, 2), slice(2, 3), slice(3, 4)]
    assert list(text_passes([half, half])) == [slice(0, 2)]
    assert list(text_passes([])) == []

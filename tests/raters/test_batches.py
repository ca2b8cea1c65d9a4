from hypothesis import given
from hypothesis import strategies as st

from raters.batches import token_batches


def test_longest_first_within_the_budget() -> None:
    # Sorted: 9, 5, 4, 4, 1. 9 alone (2 * 9 = 18 > 15); 5, 4, 4 cost 3 * 5 = 15; then 1.
    assert list(token_batches([4, 9, 1, 5, 4], batch_tokens=15)) == [[1], [3, 0, 4], [2]]


def test_a_sequence_over_the_budget_goes_alone() -> None:
    assert list(token_batches([3, 100, 3], batch_tokens=10)) == [[1], [0, 2]]


def test_nothing_makes_no_batch() -> None:
    assert list(token_batches([], batch_tokens=10)) == []


@given(st.lists(st.integers(1, 300)), st.integers(1, 1_000))
def test_every_sequence_is_in_one_batch_and_batches_fit(lengths: list[int], batch_tokens: int) -> None:
    batches = list(token_batches(lengths, batch_tokens))

    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[index] for index in batch) <= batch_tokens

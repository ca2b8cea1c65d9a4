"""Queries are split once and for all."""

from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.split import Shares, part_of, split

QUERIES = [f"how to do thing {n}" for n in range(2000)]


def test_shares_are_kept_about() -> None:
    parts = split(QUERIES, seed=1)
    assert 1140 < len(parts["train"]) < 1260  # 1,200 and some three standard deviations of 22
    assert 340 < len(parts["validation"]) < 460
    assert sum(map(len, parts.values())) == 2000


def test_spelling_of_the_same_question_does_not_leak() -> None:
    assert all(part_of(q, seed=3) == part_of(f"  {q.upper()} ", seed=3) for q in QUERIES)


def test_another_seed_is_another_split() -> None:
    assert split(QUERIES, seed=1) != split(QUERIES, seed=2)


@given(st.lists(st.text(), max_size=20), st.text(), st.integers())
def test_new_queries_move_no_old_one(queries: list[str], new: str, seed: int) -> None:
    before = split(queries, seed=seed)
    after = split([*queries, new], seed=seed)
    assert all(set(before[part]) <= set(after[part]) for part in before)


def test_all_for_training() -> None:
    assert split(QUERIES, seed=1, shares=Shares(1.0, 0.0))["train"] == QUERIES

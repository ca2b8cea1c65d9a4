"""Queries of two campaigns, paired by id and text."""

import pytest

from evalhub.core.pwas import ListScore
from evalhub.selectors.gate.figures import Figures, compared, unpaired, worst_coverage


def figures(**values: float) -> Figures:
    return Figures({(query, f"text of {query}"): value for query, value in values.items()}, {})


def test_only_queries_of_both_are_compared() -> None:
    ours, theirs = figures(a=0.5, b=0.7, c=0.1), figures(b=0.5, c=0.1, d=1.0, e=1.0)
    found = compared(ours, theirs)
    # b gains 0.2, c nothing.
    assert (found.difference, found.n_queries) == (pytest.approx(0.1), 2)
    assert unpaired(ours, theirs) == (
        "compared on the 2 queries of both; left out: 1 that only this campaign asked, "
        "2 that only the baseline asked"
    )
    assert unpaired(ours, ours) == ""


def test_a_query_of_another_text_is_another_query() -> None:
    ours, theirs = Figures({("a", "old"): 1.0}, {}), Figures({("a", "new"): 0.0}, {})
    assert compared(ours, theirs).n_queries == 0


def test_the_worse_coverage_of_two_counts() -> None:
    def listed(*counts: tuple[int, int]) -> Figures:
        lists = {(str(at), ""): ListScore(0.5, 0.0, 1.0, *pair) for at, pair in enumerate(counts)}
        return Figures({}, lists)

    share, pairs = worst_coverage(listed((10, 10)), listed((10, 5), (10, 9)))
    assert share == pytest.approx(0.7)
    assert pairs is not None
    assert (pairs.n, pairs.n_rated) == (20, 14)
    assert worst_coverage(Figures({}, {})) == (None, None)

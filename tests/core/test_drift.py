"""Drift worked out by hand: two queries with two pairs each."""

from evalhub.core.drift import drift, is_beyond

THEN = {("a", "1"): (2, 1.0), ("a", "2"): (0, 0.0), ("b", "1"): (1, 0.5), ("b", "2"): (1, 0.5)}
LOWER = {("a", "1"): (1, 0.5), ("a", "2"): (0, 0.0), ("b", "1"): (0, 0.0), ("b", "2"): (1, 0.5)}


def test_the_same_grades_drift_nowhere() -> None:
    found = drift(THEN, THEN, {})
    assert (found.agreement, found.shift.difference, found.n_pairs, found.n_queries) == (1.0, 0.0, 4, 2)
    assert not is_beyond(found.shift)
    assert found.gold_shift.difference is None


def test_means_are_over_queries_and_paired() -> None:
    found = drift(THEN, LOWER, {("a", "1"): 1.0, ("b", "1"): 0.0})
    # a: (1+0)/2 -> (0.5+0)/2; b: (0.5+0.5)/2 -> (0+0.5)/2: each query falls by 0.25
    assert (found.mean_then, found.mean_now, found.shift.difference) == (0.5, 0.25, -0.25)
    assert (found.shift.low, found.shift.high) == (-0.25, -0.25)
    assert is_beyond(found.shift)
    assert not is_beyond(found.shift, margin=0.3)
    assert found.agreement == 0.5
    # a1: |1-1| -> |0.5-1| = +0.5; b1: |0.5-0| -> |0-0| = -0.5
    assert found.gold_shift.difference == 0.0
    assert not is_beyond(found.gold_shift)


def test_pairs_of_one_time_only_do_not_count() -> None:
    found = drift(THEN, {("a", "1"): (2, 1.0)}, {})
    assert (found.n_pairs, found.n_queries, found.shift.low) == (1, 1, None)
    assert not is_beyond(found.shift)


def test_nothing_shared_is_undefined() -> None:
    found = drift(THEN, {}, {})
    assert (found.agreement, found.mean_then, found.shift.difference) == (None, None, None)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.pwas import ListScore, score_list
from evalhub.core.summary import Summary, summarise_lists, summarise_values
from evalhub.core.weights import position_weights

gain_lists = st.lists(st.lists(st.none() | st.floats(0.0, 1.0), max_size=5), min_size=1, max_size=12)


def test_mean_bounds_and_coverage_by_hand() -> None:
    scores = [ListScore(0.5, 0.25, 0.75, n_hits=4, n_rated=2), ListScore(1.0, 1.0, 1.0, n_hits=4, n_rated=4)]

    summary = summarise_lists(scores, seed=0)

    # Resamples of two values reach both of them; (0.25 + 1) / 2, (0.75 + 1) / 2, 6 of 8 pairs
    assert summary == Summary(0.75, 0.5, 1.0, 2, lower_bound=0.625, upper_bound=0.875, coverage=0.75)


def test_undefined_query_counts_in_bounds_and_coverage_but_not_in_the_mean() -> None:
    scores = [
        ListScore(0.2, 0.2, 0.2, n_hits=1, n_rated=1),
        ListScore(0.6, 0.6, 0.6, n_hits=1, n_rated=1),
        ListScore(None, 0.0, 1.0, n_hits=2, n_rated=0),
    ]

    summary = summarise_lists(scores, seed=0)

    assert summary.value == pytest.approx(0.4)
    assert summary.n_queries == 2
    assert summary.lower_bound == pytest.approx(0.8 / 3)
    assert summary.upper_bound == pytest.approx(1.8 / 3)
    assert summary.coverage == pytest.approx(2 / 4)


def test_query_without_hits_stays_in_the_mean() -> None:
    summary = summarise_lists([ListScore(0.8, 0.8, 0.8, 2, 2), ListScore(0.0, 0.0, 0.0, 0, 0)], seed=0)

    assert summary.value == pytest.approx(0.4)
    assert summary.n_queries == 2
    assert summary.coverage == 1.0


def test_value_is_held_within_what_short_unrated_lists_allow() -> None:
    # The second list can reach 0.1 at best, so the mean over both cannot exceed (1 + 0.1) / 2.
    scores = [ListScore(1.0, 1.0, 1.0, 10, 10)] * 2 + [ListScore(None, 0.0, 0.1, 1, 0)] * 2

    summary = summarise_lists(scores, seed=0)

    assert summary.value == pytest.approx(0.55)
    assert summary.low == pytest.approx(0.55)
    assert summary.high == pytest.approx(1.0)


def test_nothing_is_known_without_queries() -> None:
    assert summarise_lists([], seed=0) == Summary(None, None, None, 0, None, None, None)
    assert summarise_values([], seed=0) == Summary(None, None, None, 0, None, None, None)


def test_only_bounds_are_known_when_nothing_is_rated() -> None:
    assert summarise_lists([ListScore(None, 0.0, 1.0, 10, 0)] * 3, seed=0) == Summary(
        None, None, None, 0, lower_bound=0.0, upper_bound=1.0, coverage=0.0
    )


def test_coverage_is_undefined_without_pairs() -> None:
    summary = summarise_lists([ListScore(0.0, 0.0, 0.0, 0, 0)] * 2, seed=0)

    assert summary.value == 0.0
    assert summary.coverage is None


def test_one_query_has_a_value_and_no_interval() -> None:
    assert summarise_lists([ListScore(0.5, 0.4, 0.6, 2, 1)], seed=0) == Summary(
        0.5, None, None, 1, lower_bound=0.4, upper_bound=0.6, coverage=0.5
    )


def test_values_leave_undefined_queries_out() -> None:
    assert summarise_values([0.0, None, 1.0], seed=0) == Summary(0.5, 0.0, 1.0, 2)


@settings(max_examples=60)
@given(lists=gain_lists, weighting=st.sampled_from(["log2", "linear", "uniform"]), cutoff=st.integers(1, 6))
def test_bounds_and_interval_always_hold_the_value(
    lists: list[list[float | None]], weighting: str, cutoff: int
) -> None:
    weights = position_weights(weighting, cutoff)

    summary = summarise_lists([score_list(gains, weights) for gains in lists], seed=0, n_resamples=50)

    assert summary.lower_bound is not None
    assert summary.upper_bound is not None
    if summary.value is not None:
        assert summary.lower_bound <= summary.value <= summary.upper_bound
    if summary.value is not None and summary.low is not None and summary.high is not None:
        assert summary.low <= summary.value <= summary.high

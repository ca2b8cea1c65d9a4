from math import isclose

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.pwas import GainOutOfRange, ListScore, score_list
from evalhub.core.weights import position_weights

Gains = list[float | None]

gain = st.floats(0.0, 1.0)
weighting = st.sampled_from(["log2", "reciprocal", "geometric:0.8", "geometric:0.001", "linear", "uniform"])
partly_rated = st.lists(st.none() | gain, max_size=12)
fully_rated = st.lists(gain, min_size=1, max_size=12)
cutoff = st.integers(1, 12)


def test_linear_weights_by_hand() -> None:
    # weights 3 2 1: (3*1 + 2*0.5 + 1*0) / 6 = 4/6
    score = score_list([1.0, 0.5, 0.0], position_weights("linear", 3))

    assert score == ListScore(value=4 / 6, lower=4 / 6, upper=4 / 6, n_hits=3, n_rated=3)


def test_log2_weights_by_hand() -> None:
    # weights 1, 0.63093, 0.5: (1*1 + 0.5*0.5) / 2.13093 = 1.25 / 2.13093
    score = score_list([1.0, 0.0, 0.5], position_weights("log2", 3))

    assert score.value == pytest.approx(0.586599, abs=1e-6)


def test_short_list_gets_zeros_for_what_it_did_not_return() -> None:
    # weights 4 3 2 1 of K = 4: (4*1 + 3*1) / 10
    score = score_list([1.0, 1.0], position_weights("linear", 4))

    assert score == ListScore(value=0.7, lower=0.7, upper=0.7, n_hits=2, n_rated=2)


def test_hits_below_the_cutoff_are_not_looked_at() -> None:
    assert score_list([1.0, 0.0, None], position_weights("uniform", 2)) == ListScore(0.5, 0.5, 0.5, 2, 2)


def test_list_without_hits_scores_zero() -> None:
    assert score_list([], position_weights("log2", 10)) == ListScore(0.0, 0.0, 0.0, 0, 0)


def test_unrated_hit_leaves_the_denominator_of_the_estimate_only() -> None:
    # weights 3 2 1, rank 2 unrated: value (3*1 + 1*0) / (6-2); bounds 3/6 and (3+2)/6
    score = score_list([1.0, None, 0.0], position_weights("linear", 3))

    assert score == ListScore(value=3 / 4, lower=3 / 6, upper=5 / 6, n_hits=3, n_rated=2)


def test_known_zeros_of_a_short_list_stay_in_the_estimate() -> None:
    # weights 4 3 2 1, two hits, rank 1 unrated: value 3*1 / (10-4), not 3/3
    score = score_list([None, 1.0], position_weights("linear", 4))

    assert score == ListScore(value=3 / 6, lower=3 / 10, upper=7 / 10, n_hits=2, n_rated=1)


@pytest.mark.parametrize(("gains", "upper"), [([None, None, None], 1.0), ([None], 0.5)])
def test_list_of_unrated_hits_has_bounds_and_no_value(gains: Gains, upper: float) -> None:
    score = score_list(gains, position_weights("linear", 3))

    assert score == ListScore(value=None, lower=0.0, upper=upper, n_hits=len(gains), n_rated=0)


def test_rated_hit_of_vanishing_weight_is_no_evidence() -> None:
    # 1e-300^2 underflows to a weight of exactly 0
    score = score_list([None, None, 1.0], position_weights("geometric:1e-300", 3))

    assert score.value is None
    assert score.n_rated == 1


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan"), float("inf")])
def test_gain_outside_the_unit_interval_is_refused(bad: float) -> None:
    with pytest.raises(GainOutOfRange, match=r"rank 2 .*divide grades by the highest grade"):
        score_list([0.5, bad], position_weights("log2", 10))


@given(gains=partly_rated, weighting=weighting, cutoff=cutoff)
def test_bounds_always_hold_the_value(gains: Gains, weighting: str, cutoff: int) -> None:
    score = score_list(gains, position_weights(weighting, cutoff))

    assert 0.0 <= score.lower <= score.upper <= 1.0
    assert score.value is None or score.lower <= score.value <= score.upper
    assert score.n_rated <= score.n_hits <= cutoff


@given(gains=partly_rated, weighting=weighting, cutoff=cutoff)
def test_bounds_are_the_scores_with_the_unrated_gains_filled_in(
    gains: Gains, weighting: str, cutoff: int
) -> None:
    weights = position_weights(weighting, cutoff)
    score = score_list(gains, weights)

    assert score.lower == score_list([0.0 if gain is None else gain for gain in gains], weights).value
    assert score.upper == score_list([1.0 if gain is None else gain for gain in gains], weights).value


@given(gains=fully_rated, weighting=weighting, cutoff=cutoff, data=st.data())
def test_a_higher_grade_never_lowers_the_score(
    gains: list[float], weighting: str, cutoff: int, data: st.DataObject
) -> None:
    rank = data.draw(st.integers(0, len(gains) - 1))
    raised = list(gains)
    raised[rank] = data.draw(st.floats(gains[rank], 1.0))
    weights = position_weights(weighting, cutoff)

    before, after = score_list(gains, weights).value, score_list(raised, weights).value

    assert before is not None
    assert after is not None
    assert after >= before


@given(pairs=st.lists(st.tuples(gain, gain), max_size=12), share=gain, weighting=weighting, cutoff=cutoff)
def test_score_is_linear_in_the_gains(
    pairs: list[tuple[float, float]], share: float, weighting: str, cutoff: int
) -> None:
    weights = position_weights(weighting, cutoff)
    first = score_list([a for a, _ in pairs], weights).lower
    second = score_list([b for _, b in pairs], weights).lower
    mixed = score_list([min(1.0, share * a + (1 - share) * b) for a, b in pairs], weights).lower

    assert isclose(mixed, share * first + (1 - share) * second, abs_tol=1e-12)


@given(gains=fully_rated, weighting=weighting)
def test_score_is_the_weighted_average_of_numpy(gains: list[float], weighting: str) -> None:
    weights = position_weights(weighting, len(gains))

    assert score_list(gains, weights).value == pytest.approx(np.average(gains, weights=weights), abs=1e-12)

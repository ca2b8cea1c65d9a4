from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evalhub.core.intervals import batch_sizes, bootstrap_interval
from evalhub.core.types import FloatArray, Interval

Draw = Callable[[np.random.Generator, int], FloatArray]


def test_interval_agrees_with_scipy_at_the_expanded_level() -> None:
    values = np.random.default_rng(1).beta(0.5, 2.0, size=40)
    tail = stats.norm.cdf(np.sqrt(40 / 39) * stats.t.ppf(0.025, df=39))
    reference = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=200_000,
        batch=10_000,
        confidence_level=1 - 2 * tail,
        method="percentile",
        rng=np.random.default_rng(2),
    ).confidence_interval

    interval = bootstrap_interval(values.tolist(), seed=3, n_resamples=200_000)

    assert interval is not None
    assert interval.low == pytest.approx(reference.low, abs=0.001)
    assert interval.high == pytest.approx(reference.high, abs=0.001)


def test_two_values_by_hand() -> None:
    # Resamples of (0, 1) have the means 0, 1/2, 1; the expanded tails reach both ends.
    assert bootstrap_interval([0.0, 1.0], seed=0) == Interval(0.0, 1.0)


@pytest.mark.parametrize("values", [[], [0.4]])
def test_fewer_than_two_values_have_no_interval(values: list[float]) -> None:
    assert bootstrap_interval(values, seed=0) is None


def test_equal_values_have_an_interval_of_width_zero() -> None:
    interval = bootstrap_interval([0.1] * 7, seed=0)

    assert interval is not None
    assert interval.low == pytest.approx(0.1, abs=1e-15)
    assert interval.high == pytest.approx(0.1, abs=1e-15)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="leave queries without a value out"):
        bootstrap_interval([0.5, bad], seed=0)


def test_same_seed_same_interval_and_another_seed_another() -> None:
    values = np.random.default_rng(5).random(30).tolist()

    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values[::-1], seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


@settings(max_examples=50)
@given(values=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=40))
def test_interval_holds_the_mean_and_stays_within_the_data(values: list[float]) -> None:
    interval = bootstrap_interval(values, seed=0, n_resamples=200)

    assert interval is not None
    assert min(values) - 1e-12 <= interval.low <= np.mean(values) + 1e-12
    assert np.mean(values) - 1e-12 <= interval.high <= max(values) + 1e-12


def test_batches_cover_all_resamples_and_bound_the_draws() -> None:
    assert list(batch_sizes(2000, 300)) == [2000]
    assert list(batch_sizes(10, 500_000)) == [4, 4, 2]
    assert list(batch_sizes(2, 5_000_000)) == [1, 1]


@pytest.mark.parametrize(
    ("draw", "mean"),
    [
        pytest.param(lambda rng, n: rng.beta(0.5, 2.0, n), 0.2, id="most scores low"),
        pytest.param(lambda rng, n: rng.beta(5.0, 1.0, n), 5 / 6, id="most scores high"),
        pytest.param(lambda rng, n: (rng.random(n) < 0.4) * rng.beta(2.0, 2.0, n), 0.2, id="many zeros"),
    ],
)
def test_interval_of_sixty_skewed_scores_covers_the_mean_near_nominally(draw: Draw, mean: float) -> None:
    rng = np.random.default_rng(60)
    n_trials = 500
    n_covered = 0
    for seed in range(n_trials):
        interval = bootstrap_interval(draw(rng, 60).tolist(), seed=seed, n_resamples=1000)
        assert interval is not None
        n_covered += interval.low <= mean <= interval.high

    # Nominal 0.95; the standard error of 500 trials is 0.01.
    assert 0.92 <= n_covered / n_trials <= 0.98

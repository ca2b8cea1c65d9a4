"""What a number of queries can tell apart: published tables, hand-worked figures, scipy.stats, simulation."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from evalhub.core.intervals import bootstrap_interval
from evalhub.core.power import (
    MOST_QUERIES,
    IntervalSeen,
    detectable_difference,
    n_comparisons,
    pooled_spread,
    queries_to_detect,
)


def test_many_queries_need_2_80_standard_errors() -> None:
    # z_0.975 + z_0.8 = 1.9600 + 0.8416 = 2.8016; 10,000 queries with a spread of 0.2: 2.8016 * 0.2 / 100.
    assert detectable_difference(10_000, 0.2) == pytest.approx(0.0056032, rel=1e-3)


@pytest.mark.parametrize(("n_pairs", "effect"), [(199, 0.2), (34, 0.5), (15, 0.8)])
def test_the_numbers_of_pairs_that_cohen_asks_for_are_just_enough(n_pairs: int, effect: float) -> None:
    # The textbook sizes for small, medium and large effects at 80% power, alpha 0.05 two-sided.
    enough, one_fewer = (detectable_difference(n, 1.0) for n in (n_pairs, n_pairs - 1))
    assert enough is not None
    assert one_fewer is not None
    assert enough <= effect < one_fewer


@pytest.mark.parametrize(("n_queries", "n_compared"), [(2, 1), (7, 3), (40, 1), (91, 6), (1000, 45)])
def test_scipys_noncentral_t_has_that_power_at_that_difference(n_queries: int, n_compared: int) -> None:
    difference = detectable_difference(n_queries, 0.3, n_compared=n_compared)
    assert difference is not None
    critical = stats.t.isf(0.05 / n_compared / 2, n_queries - 1)
    found = stats.nct(n_queries - 1, difference / 0.3 * sqrt(n_queries))
    assert found.sf(critical) + found.cdf(-critical) == pytest.approx(0.8, abs=1e-4)


def test_a_simulated_test_finds_it_in_four_of_five_cases() -> None:
    difference = detectable_difference(30, 0.15)
    assert difference is not None
    samples = np.random.default_rng(1).normal(difference, 0.15, size=(20_000, 30))
    share = np.mean(stats.ttest_1samp(samples, 0.0, axis=1).pvalue < 0.05)
    assert share == pytest.approx(0.8, abs=0.01)


def test_more_comparisons_need_a_larger_difference() -> None:
    one, three = (detectable_difference(91, 0.15, n_compared=m) for m in (1, 3))
    # 91 queries: lambda is 2.832 at alpha 0.05; * 0.15 / sqrt(91) = 0.0445.
    assert one == pytest.approx(0.0445, abs=1e-4)
    assert three is not None
    assert one is not None
    assert three > one
    assert detectable_difference(91, 0.15, n_compared=0) == one


@pytest.mark.parametrize("n_queries", [0, 1])
def test_a_single_query_tells_nothing(n_queries: int) -> None:
    assert detectable_difference(n_queries, 0.1) is None


def test_every_two_systems_are_compared() -> None:
    assert [n_comparisons(n) for n in (0, 1, 2, 3, 4)] == [0, 0, 1, 3, 6]


def test_the_spread_is_worked_back_from_an_interval() -> None:
    # n = 25: t_24 = 2.0639, so s = 0.5 reaches 2.0639 * 0.5 / 5 = 0.20639 to either side.
    assert pooled_spread([IntervalSeen(-0.10639, 0.30639, 25)]) == pytest.approx(0.5, abs=1e-4)
    # Pooled with a spread of 0.1 over 13 queries: sqrt((24 * 0.25 + 12 * 0.01) / 36) = 0.4123.
    half = float(stats.t.ppf(0.975, 12)) * 0.1 / sqrt(13)
    both = [IntervalSeen(-0.10639, 0.30639, 25), IntervalSeen(-half, half, 13)]
    assert pooled_spread(both) == pytest.approx(0.4123, abs=1e-4)


def test_intervals_that_say_nothing_are_left_out() -> None:
    assert pooled_spread([]) is None
    assert pooled_spread([IntervalSeen(0.0, 0.0, 50), IntervalSeen(0.1, 0.2, 1)]) is None


def test_the_spread_of_a_sample_comes_back_from_its_bootstrap_interval() -> None:
    differences = np.random.default_rng(3).normal(0.02, 0.12, size=91)
    interval = bootstrap_interval(differences.tolist(), seed=0, n_resamples=20_000)
    assert interval is not None
    found = pooled_spread([IntervalSeen(interval.low, interval.high, 91)])
    assert found == pytest.approx(float(np.std(differences, ddof=1)), rel=0.03)


@pytest.mark.parametrize(("n_pairs", "effect"), [(199, 0.2), (34, 0.5), (15, 0.8)])
def test_cohens_numbers_of_pairs_come_back(n_pairs: int, effect: float) -> None:
    assert queries_to_detect(effect, 1.0) == queries_to_detect(-effect, 1.0) == n_pairs


def test_nobody_is_asked_for_more_queries_than_there_can_be() -> None:
    # (2.8016 / 0.0028)^2 is just above a million.
    assert queries_to_detect(0.0, 1.0) is None
    assert queries_to_detect(0.0028, 1.0) is None
    assert (queries_to_detect(0.00281, 1.0) or 0) < MOST_QUERIES

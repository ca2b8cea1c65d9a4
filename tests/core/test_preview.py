"""Scores under another rater from a sample: worked by hand, and by simulation."""

from itertools import combinations
from statistics import fmean, variance

import numpy as np
import pytest

from evalhub.core.preview import Estimate, Sampled, allocate, draw, estimate, query_variance


def sampled(rows: list[tuple[int, int, float]], sizes: list[int]) -> Sampled:
    """Rows of (query, stratum, effect)."""
    queries, strata, effects = zip(*rows, strict=True)
    return Sampled(np.array(queries), np.array(strata), np.array(effects, dtype=float), np.array(sizes))


@pytest.mark.parametrize(
    ("sizes", "spreads", "n", "expected"),
    [
        # 100:300 of equal spread; 3 times the spread makes up for a third of the size.
        ([100, 300], [1.0, 1.0], 40, [10, 30]),
        ([100, 300], [3.0, 1.0], 40, [20, 20]),
        # At least two each, all of a stratum of one, never more than there are.
        ([1, 50, 5], [0.0, 1.0, 9.0], 20, [1, 14, 5]),
        ([10, 10], [0.0, 1.0], 8, [2, 6]),
        ([10, 10], [0.0, 1.0], 15, [5, 10]),
        ([3, 4], [1.0, 1.0], 2, [2, 2]),
        ([3, 4], [1.0, 1.0], 99, [3, 4]),
        ([], [], 10, []),
    ],
)
def test_allocation(sizes: list[int], spreads: list[float], n: int, expected: list[int]) -> None:
    assert allocate(sizes, spreads, n) == expected


def test_a_draw_holds_each_place_once_and_follows_its_seed() -> None:
    drawn = draw([50, 2], [20, 2], np.random.default_rng(7))
    assert [len(places) for places in drawn] == [20, 2]
    assert drawn[0] == sorted(set(drawn[0]))
    assert set(drawn[0]) <= set(range(50))
    assert drawn[1] == [0, 1]
    assert drawn == draw([50, 2], [20, 2], np.random.default_rng(7))


def test_by_hand() -> None:
    """Two queries, one stratum of 4 pairs, of which one of each query was looked at."""
    found = estimate(np.array([0.5, 0.1]), sampled([(0, 0, 0.2), (1, 0, -0.1)], [4]))
    # x = (0.5 + 0.2 * 4/2, 0.1 - 0.1 * 4/2) = (0.9, -0.1)
    assert found.value == pytest.approx(0.4)
    # s^2 of (0.2, -0.1) is 0.045; 4^2 (1 - 2/4) 0.045 / 2 = 0.18; / 2^2
    assert found.sampling_variance == pytest.approx(0.045)
    # v(x_0): s^2 of (0.2, 0) is 0.02 -> 0.08; v(x_1): s^2 of (0, -0.1) is 0.005 -> 0.02
    # s^2(x)/Q = 0.5/2; noise = (0.1 - 2 * 0.045) / 2
    assert found.query_variance == pytest.approx(0.25 - 0.005)
    assert found.freedom == 1


def test_all_pairs_seen_is_the_new_score_itself() -> None:
    rows = [(0, 0, 0.2), (1, 0, -0.1), (2, 1, 0.3)]
    found = estimate(np.array([0.5, 0.1, 0.2]), sampled(rows, [2, 1]))
    new = [0.7, 0.0, 0.5]
    assert found.value == pytest.approx(fmean(new))
    assert (found.sampling_variance, found.sampling_reach) == (0.0, 0.0)
    assert found.query_variance == pytest.approx(variance(new) / 3)
    assert found.query_variance == pytest.approx(query_variance(np.array(new)))


def test_nothing_sampled_is_the_old_score() -> None:
    nothing = Sampled(np.zeros(0, int), np.zeros(0, int), np.zeros(0), np.zeros(0, int))
    found = estimate(np.array([0.5, 0.1]), nothing)
    assert found == Estimate(0.3, query_variance(np.array([0.5, 0.1])), 0.0, 1)


def test_unbiased_over_all_samples() -> None:
    """Over every possible sample, the value and both variances have the right mean."""
    old = np.array([0.1, 3.0, 0.2])
    # Of stratum 0 five pairs, of stratum 1 four: (query, effect)
    strata = [[(0, 0.3), (0, -0.1), (1, 0.2), (2, 0.0), (2, 0.4)], [(0, 0.1), (1, -0.2), (1, 0.3), (2, 0.1)]]
    found = [
        estimate(old, sampled([(q, 0, e) for q, e in one] + [(q, 1, e) for q, e in two], [5, 4]))
        for one in combinations(strata[0], 3)
        for two in combinations(strata[1], 2)
    ]
    new = old + np.array([0.3 - 0.1 + 0.1, 0.2 - 0.2 + 0.3, 0.4 + 0.1])
    values = [one.value for one in found]
    assert fmean(values) == pytest.approx(float(new.mean()))
    assert fmean(one.sampling_variance for one in found) == pytest.approx(float(np.var(values)))
    # No sample of these had to be lifted to 0, so this mean is exact as well.
    assert min(one.query_variance for one in found) > 0.0
    assert fmean(one.query_variance for one in found) == pytest.approx(query_variance(new))


N_QUERIES, PER_QUERY, N_PAIRS = 60, 10, 120


def simulated(rng: np.random.Generator, n_queries: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Old grades, old gains and new gains of the ten pairs of each query; pairs of a query are alike."""
    liking = rng.normal(0.0, 0.7, size=(n_queries, 1))
    truth = liking + rng.normal(0.0, 1.0, size=(n_queries, PER_QUERY))
    old_grades = np.digitize(truth + rng.normal(0.0, 0.6, truth.shape), [-0.5, 0.5, 1.2])
    # The new rater sees more, and is stricter on the first system's half of the list.
    new = truth + rng.normal(0.0, 0.3, truth.shape) - 0.4 * (np.arange(PER_QUERY) < PER_QUERY / 2)
    return old_grades, old_grades / 3, np.digitize(new, [-0.5, 0.5, 1.2]) / 3


def test_coverage_of_the_interval_by_simulation() -> None:
    """Other queries and other samples: the interval holds the true difference 95 times of 100."""
    rng = np.random.default_rng(20_261_122)
    # Pairs of the first half are in system A's list, the others in B's.
    weights = np.array([1, 0.63, 0.5, 0.43, 0.39, -1, -0.63, -0.5, -0.43, -0.39]) / 2.95
    truth = float((simulated(rng, 400_000)[2] @ weights).mean())
    spreads = [float(np.sqrt(np.mean(weights**2)))] * 4
    n_trials, n_held, gone = 1000, 0, []
    for _ in range(n_trials):
        grades, old, new = simulated(rng, N_QUERIES)
        members = [np.argwhere(grades == grade) for grade in range(4)]
        sizes = [len(found) for found in members]
        places = draw(sizes, allocate(sizes, spreads, N_PAIRS), rng)
        rows = [
            (query, stratum, weights[at] * (new[query, at] - old[query, at]))
            for stratum, chosen in enumerate(places)
            for query, at in members[stratum][chosen]
        ]
        found = estimate(old @ weights, sampled(rows, sizes))
        reach = 1.96 * np.sqrt(found.query_variance + found.sampling_variance)
        n_held += abs(found.value - truth) <= reach
        gone.append(found.value - truth)
    assert abs(fmean(gone)) < 3 * float(np.std(gone)) / n_trials**0.5
    # Two standard errors of 1,000 trials at 0.95 are 0.014.
    assert n_held / n_trials == pytest.approx(0.95, abs=0.014)

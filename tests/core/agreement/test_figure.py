"""Intervals and paired differences: what is resampled, and what stays undefined."""

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import cohen_kappa_score

from evalhub.core.agreement.auc import auc
from evalhub.core.agreement.confusion import accuracy
from evalhub.core.agreement.figure import Estimate, UnalignedFigures, difference, estimate, mean_figure
from evalhub.core.agreement.kappa import kappa
from evalhub.core.agreement.pairs import GradedPairs
from evalhub.core.intervals import bootstrap_interval
from tests.core.agreement.made import GRADED, pairs_of, random_pairs, value_of


def test_two_queries_by_hand() -> None:
    # Two pairs of a are wrong, two of b right: resamples have the accuracies 0, 1/2, 1.
    pairs = pairs_of([0, 0, 1, 2], [1, 1, 1, 2], query_ids=["a", "a", "b", "b"])
    assert estimate(accuracy(pairs), seed=0) == Estimate(0.5, 0.0, 1.0, n_pairs=4, n_queries=2)


def test_one_query_has_a_value_and_no_interval() -> None:
    pairs = pairs_of([0, 1], [0, 0], query_ids=["a", "a"])
    assert estimate(accuracy(pairs), seed=0) == Estimate(0.5, None, None, n_pairs=2, n_queries=1)


def test_no_pairs_have_no_value() -> None:
    assert estimate(accuracy(pairs_of([], [])), seed=0) == Estimate(None, None, None, 0, 0)
    assert estimate(kappa(pairs_of([], [])), seed=0).value is None


def test_a_figure_undefined_in_many_resamples_has_a_value_and_no_interval() -> None:
    # Both sides give grade 1 in query b only: where a is drawn twice, a quarter of all, nothing varies.
    found = estimate(kappa(pairs_of([0, 1], [0, 1])), seed=0)
    assert found == Estimate(1.0, None, None, n_pairs=2, n_queries=2)


def test_the_mean_of_one_value_per_query_has_the_interval_of_scores() -> None:
    values = np.random.default_rng(1).random(50)
    ours = estimate(mean_figure([f"q{n}" for n in range(50)], values), seed=1, n_resamples=50_000)
    reference = bootstrap_interval(values.tolist(), seed=2, n_resamples=50_000)
    assert reference is not None
    assert (ours.low, ours.high) == pytest.approx((reference.low, reference.high), abs=0.002)


def test_kappa_has_the_interval_of_a_plain_bootstrap() -> None:
    pairs = random_pairs(400, 40, seed=3)
    members = [np.flatnonzero(np.array(pairs.query_ids) == f"q{n}") for n in range(40)]
    rng = np.random.default_rng(4)
    plain = []
    for _ in range(1500):
        drawn = np.concatenate([members[n] for n in rng.integers(0, 40, 40)])
        plain.append(cohen_kappa_score(pairs.rater[drawn], pairs.gold[drawn], weights="quadratic"))
    ours = estimate(kappa(pairs, "quadratic"), seed=5, n_resamples=20_000)
    # The expanded tail of 40 clusters is 0.0203 and not 0.025.
    assert (ours.low, ours.high) == pytest.approx(tuple(np.quantile(plain, [0.0203, 0.9797])), abs=0.015)


def test_queries_and_not_pairs_are_resampled() -> None:
    # Ten equal pairs of a query say no more than one: ten queries of one pair, ten times each.
    rater, gold = [0, 1] * 5, [0, 0] * 5
    once = pairs_of(rater, gold, query_ids=[str(n) for n in range(10)])
    often = pairs_of(rater * 10, gold * 10, query_ids=[str(n) for n in range(10)] * 10)
    one, ten = estimate(accuracy(once), seed=1), estimate(accuracy(often), seed=1)
    assert (one.low, one.high) == (ten.low, ten.high)


def test_the_order_of_pairs_changes_nothing_and_the_seed_does() -> None:
    pairs = random_pairs(200, 20, seed=6)
    turned = GradedPairs(pairs.query_ids[::-1], pairs.rater[::-1], pairs.gold[::-1], 3, 3)
    assert estimate(kappa(pairs), seed=1) == estimate(kappa(turned), seed=1)
    assert estimate(kappa(pairs), seed=1) != estimate(kappa(pairs), seed=2)


def test_a_rater_does_not_differ_from_itself() -> None:
    figure = kappa(random_pairs(200, 20, seed=6))
    assert difference(figure, figure, seed=1) == Estimate(0.0, 0.0, 0.0, n_pairs=200, n_queries=20)


def test_a_difference_is_paired() -> None:
    # Two raters, the second wrong on one pair of each query: the difference is the same in every resample,
    # while either accuracy varies with the queries drawn.
    ids = [f"q{n // 4}" for n in range(40)]
    gold = [1] * 40
    first = [1 if n % 4 <= (n // 4) % 3 else 0 for n in range(40)]
    second = [0 if n % 4 == 0 else grade for n, grade in enumerate(first)]
    ours, theirs = (accuracy(pairs_of(rater, gold, query_ids=ids)) for rater in (first, second))
    found = difference(ours, theirs, seed=1)
    assert (found.value, found.low, found.high) == pytest.approx((0.25, 0.25, 0.25))
    alone = estimate(ours, seed=1)
    assert alone.low is not None
    assert alone.high is not None
    assert alone.high - alone.low > 0.1


def test_a_difference_to_something_undefined_is_undefined() -> None:
    constant = kappa(pairs_of([0, 0], [0, 0]))
    assert difference(constant, kappa(pairs_of([0, 1], [0, 1])), seed=1).value is None


def test_figures_over_other_pairs_are_refused() -> None:
    with pytest.raises(UnalignedFigures, match="the pairs that both graded"):
        difference(kappa(random_pairs(9, 3, 1)), kappa(random_pairs(8, 3, 1)), seed=1)


@given(pairs=GRADED)
def test_an_interval_holds_its_value(pairs: GradedPairs) -> None:
    for figure in (accuracy(pairs), kappa(pairs, "linear"), auc(pairs, pairs.rater / 3, 1)):
        found = estimate(figure, seed=0, n_resamples=100)
        if found.low is not None:
            assert found.value is not None
            assert found.high is not None
            assert found.low <= found.value <= found.high
        assert found.value == figure.value


def test_a_confidence_of_95_percent_covers_near_nominally() -> None:
    # Kappa of a rater that is right half of the time, else guesses among 4: (5/8 - 1/4) / (3/4) = 1/2.
    n_covered = 0
    for seed in range(300):
        found = estimate(kappa(random_pairs(400, 40, seed)), seed=seed, n_resamples=500)
        assert found.low is not None
        assert found.high is not None
        n_covered += found.low <= 0.5 <= found.high
    assert 0.91 <= n_covered / 300 <= 0.985


def test_large_input_is_added_up_and_not_looped_over() -> None:
    pairs = random_pairs(5_000, 300, seed=1)
    assert value_of(kappa(pairs)) == pytest.approx(0.5, abs=0.05)
    sums = kappa(pairs).sums
    assert sums.shape == (300, 16)
    assert sums.sum() == 5_000

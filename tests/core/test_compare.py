import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evalhub.core.compare import (
    Comparison,
    UnalignedQueries,
    compare_paired,
    holm,
    sign_flip_p_value,
    verdict,
)
from evalhub.core.types import FloatArray

p_values = st.lists(st.none() | st.floats(0.0, 1.0), max_size=8)


def _mean(values: FloatArray, axis: int) -> FloatArray:
    means: FloatArray = np.mean(values, axis=axis)
    return means


def test_difference_is_taken_query_by_query() -> None:
    # 0.5-0.1, 0.9-0.7, (None), (None), 0.2-0.4
    comparison = compare_paired([0.5, 0.9, None, 0.3, 0.2], [0.1, 0.7, 0.5, None, 0.4], seed=0)

    assert comparison.difference == pytest.approx(0.4 / 3)
    assert comparison.n_queries == 3


def test_exact_p_value_by_hand() -> None:
    # |+-1 +-2 +-3|: 6 twice, 4 twice, 2 twice, 0 twice; the observed 4 is reached by 4 of 8
    assert sign_flip_p_value([-1.0, 2.0, 3.0], seed=0) == 4 / 8


def test_differences_of_zero_do_not_change_the_p_value() -> None:
    assert sign_flip_p_value([0.0, -1.0, 0.0, 2.0, 3.0] + [0.0] * 50, seed=0) == 4 / 8


def test_sums_equal_on_paper_count_as_equal() -> None:
    # 0.1 + 0.2 - 0.3 is 5.6e-17 in floating point; on paper it is 0 and every assignment reaches it.
    assert sign_flip_p_value([0.1, 0.2, -0.3], seed=0) == 1.0


def test_one_query_proves_nothing() -> None:
    # Either sign of the one difference reaches it: 2 of 2
    assert compare_paired([0.75], [0.25], seed=0) == Comparison(0.5, None, None, p_value=1.0, n_queries=1)


def test_exact_p_value_agrees_with_scipy() -> None:
    differences = np.random.default_rng(3).normal(0.1, 0.3, size=11)
    reference = stats.permutation_test((differences,), _mean, permutation_type="samples", n_resamples=np.inf)

    assert sign_flip_p_value(differences.tolist(), seed=0) == pytest.approx(reference.pvalue)


def test_sampled_p_value_agrees_with_scipy() -> None:
    differences = np.random.default_rng(4).normal(0.05, 0.3, size=80)
    reference = stats.permutation_test(
        (differences,), _mean, permutation_type="samples", n_resamples=50_000, batch=5_000, rng=5
    )

    p_value = sign_flip_p_value(differences.tolist(), seed=6, n_resamples=50_000)

    # Two Monte Carlo errors of sqrt(0.25 / 50000) = 0.0022 each at most
    assert p_value == pytest.approx(reference.pvalue, abs=0.01)


def test_sampled_p_value_is_never_zero() -> None:
    # No assignment of 40 equal signs is drawn in 99: (0 + 1) / (99 + 1)
    assert sign_flip_p_value([1.0] * 40, seed=0, n_resamples=99) == 0.01


def test_randomisation_test_keeps_its_level() -> None:
    rng = np.random.default_rng(7)
    p_values = [sign_flip_p_value(rng.normal(size=20).tolist(), seed=s, n_resamples=400) for s in range(600)]

    # The standard error of 600 trials at 0.05 is 0.009.
    assert 0.02 <= np.mean(np.array(p_values) <= 0.05) <= 0.08


def test_same_seed_same_comparison() -> None:
    rng = np.random.default_rng(8)
    system, baseline = rng.random(30).tolist(), rng.random(30).tolist()

    assert compare_paired(system, baseline, seed=1) == compare_paired(system[::-1], baseline[::-1], seed=1)
    assert compare_paired(system, baseline, seed=1) != compare_paired(system, baseline, seed=2)


def test_sides_of_different_length_are_refused() -> None:
    with pytest.raises(UnalignedQueries, match="2 values of the system, 1 of the baseline"):
        compare_paired([0.1, 0.2], [0.1], seed=0)


@pytest.mark.parametrize(("system", "baseline"), [([], []), ([0.3, None], [None, 0.3])])
def test_no_common_query_leaves_everything_undefined(
    system: list[float | None], baseline: list[float | None]
) -> None:
    assert compare_paired(system, baseline, seed=0) == Comparison(None, None, None, None, 0)


@settings(max_examples=50)
@given(values=st.lists(st.none() | st.floats(0.0, 1.0), max_size=20))
def test_a_system_ties_with_itself(values: list[float | None]) -> None:
    comparison = compare_paired(values, values, seed=0, n_resamples=50)

    if comparison.n_queries:
        assert comparison.difference == 0.0
        assert comparison.p_value == 1.0
    if comparison.n_queries > 1:
        assert (comparison.low, comparison.high) == (0.0, 0.0)
        assert verdict(comparison, comparison.p_value) == "tie"


@settings(max_examples=50)
@given(pairs=st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)), min_size=1, max_size=16))
def test_p_value_does_not_depend_on_which_side_is_called_system(pairs: list[tuple[float, float]]) -> None:
    system, baseline = [a for a, _ in pairs], [b for _, b in pairs]
    forth = compare_paired(system, baseline, seed=0, n_resamples=3000)
    back = compare_paired(baseline, system, seed=0, n_resamples=3000)

    assert forth.difference is not None
    assert back.difference == -forth.difference
    assert back.p_value == pytest.approx(forth.p_value, abs=0.06)


def test_holm_by_hand() -> None:
    # sorted 0.01 0.02 0.03 0.04 times 4 3 2 1: 0.04 0.06 0.06 0.04, then the running maximum
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])


def test_holm_caps_at_one_and_passes_over_undefined() -> None:
    # two tested: 0.3 * 2 = 0.6, then 0.9 * 1
    assert holm([0.9, None, 0.3]) == pytest.approx([0.9, None, 0.6])
    assert holm([0.7, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


@given(raw=p_values)
def test_holm_lies_between_no_correction_and_bonferroni(raw: list[float | None]) -> None:
    n_tested = sum(p is not None for p in raw)

    for before, after in zip(raw, holm(raw), strict=True):
        if before is None or after is None:
            assert before is after
        else:
            assert before <= after <= min(1.0, n_tested * before)


@pytest.mark.parametrize(
    ("low", "high", "p_holm", "expected"),
    [
        (0.01, 0.05, 0.04, "better"),
        (-0.05, -0.01, 0.04, "worse"),
        (0.01, 0.05, 0.05, "tie"),
        (0.01, 0.05, 0.30, "tie"),
        (-0.01, 0.05, 0.001, "tie"),
        (0.0, 0.05, 0.001, "tie"),
        (-0.05, 0.0, 0.001, "tie"),
        (None, None, 0.001, "undefined"),
        (0.01, 0.05, None, "undefined"),
    ],
)
def test_verdict_needs_interval_and_p_value(
    low: float | None, high: float | None, p_holm: float | None, expected: str
) -> None:
    comparison = Comparison(difference=0.02, low=low, high=high, p_value=0.001, n_queries=50)

    assert verdict(comparison, p_holm) == expected

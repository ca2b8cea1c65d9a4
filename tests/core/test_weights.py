import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.weights import UnknownWeighting, position_weights


@pytest.mark.parametrize(
    ("weighting", "expected"),
    [
        # 1/log2(2), 1/log2(3), 1/log2(4), 1/log2(5)
        ("log2", [1.0, 0.6309297535714575, 0.5, 0.43067655807339306]),
        ("reciprocal", [1.0, 0.5, 1 / 3, 0.25]),
        ("geometric:0.8", [1.0, 0.8, 0.64, 0.512]),
        ("geometric:1", [1.0, 1.0, 1.0, 1.0]),
        ("linear", [4.0, 3.0, 2.0, 1.0]),
        ("uniform", [1.0, 1.0, 1.0, 1.0]),
    ],
)
def test_weights_of_four_ranks(weighting: str, expected: list[float]) -> None:
    weights = position_weights(weighting, 4)

    assert weights.dtype == np.float64
    assert weights.shape == (4,)
    np.testing.assert_allclose(weights, expected, rtol=1e-15)


@given(
    weighting=st.sampled_from(["log2", "reciprocal", "geometric:0.8", "linear", "uniform"]),
    cutoff=st.integers(1, 500),
)
def test_weights_are_positive_and_never_rise_with_rank(weighting: str, cutoff: int) -> None:
    weights = position_weights(weighting, cutoff)

    assert (weights > 0).all()
    assert (np.diff(weights) <= 0).all()


def test_unknown_weighting_names_the_offered_ones_and_the_nearest() -> None:
    with pytest.raises(UnknownWeighting) as error:
        position_weights("reciprocol", 10)

    assert str(error.value) == (
        'unknown weighting "reciprocol"; offered are log2, reciprocal, geometric:P, linear, uniform.'
        ' Did you mean "reciprocal"?'
    )


def test_nothing_is_suggested_when_nothing_is_near() -> None:
    with pytest.raises(UnknownWeighting, match=r"uniform\.$"):
        position_weights("zzz", 10)


def test_misspelt_geometric_with_its_parameter_is_suggested() -> None:
    with pytest.raises(UnknownWeighting, match='Did you mean "geometric"'):
        position_weights("geometrik:0.8", 10)


@pytest.mark.parametrize("parameter", ["", ":", ":0", ":1.01", ":-0.5", ":nan", ":inf", ":half"])
def test_geometric_needs_a_parameter_in_range(parameter: str) -> None:
    with pytest.raises(UnknownWeighting, match="above 0 and at most 1"):
        position_weights(f"geometric{parameter}", 10)


def test_only_geometric_takes_a_parameter() -> None:
    with pytest.raises(UnknownWeighting, match='Did you mean "log2"'):
        position_weights("log2:3", 10)


def test_cutoff_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="cutoff is 0"):
        position_weights("log2", 0)

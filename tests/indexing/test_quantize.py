from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from usearch.index import Index

from indexing.quantize import (
    bytes_per_vector,
    compared_rows,
    normalise,
    quantise,
    score_scale,
    truncate,
)
from indexing.spec import Dtype, InvalidSpec
from tests.indexing.vectors import unit_vectors


def test_truncation_keeps_the_first_values_at_length_1() -> None:
    # (3, 4, 12) / 13 cut to (3, 4) / 13 has length 5 / 13, so it becomes (0.6, 0.8).
    vectors = np.array([[3 / 13, 4 / 13, 12 / 13]], dtype=np.float32)

    np.testing.assert_allclose(truncate(vectors, 2), [[0.6, 0.8]], rtol=1e-6)


@pytest.mark.parametrize("dimension", [None, 3])
def test_full_dimension_is_left_as_it_is(dimension: int | None) -> None:
    vectors = unit_vectors(2, 3, seed=0)

    assert truncate(vectors, dimension) is vectors


def test_more_dimensions_than_there_are_is_refused() -> None:
    with pytest.raises(
        InvalidSpec, match=r"index\.dimension: 4 is more than the vectors have\. Write at most 3"
    ):
        truncate(unit_vectors(2, 3, seed=0), 4)


def test_zero_vector_stays_zero() -> None:
    assert normalise(np.zeros((1, 3), dtype=np.float32)).tolist() == [[0, 0, 0]]


def test_i8_is_127_times_rounded_to_nearest() -> None:
    # 127 x 0.6 = 76.2 -> 76; 127 x -0.8 = -101.6 -> -102; 127 x 1 = 127.
    stored = quantise(np.array([[0.6, -0.8], [1, 0]], dtype=np.float32), "i8")

    assert stored.dtype == np.int8
    assert stored.tolist() == [[76, -102], [127, 0]]


def test_b1_packs_the_signs_first_bit_highest() -> None:
    # Signs + - + - - - - - | - +: 10100000 = 160, 01 and six zeros = 64. Zero counts as -.
    vectors = np.array([[1, -1, 1, 0, -1, -1, -1, -1, -1, 1]], dtype=np.float32)

    stored = quantise(vectors, "b1")

    assert stored.tolist() == [[160, 64]]
    assert compared_rows(stored, "b1", 10).tolist() == [[1, -1, 1, -1, -1, -1, -1, -1, -1, 1]]


def test_bf16_rounds_to_8_bits_ties_to_even() -> None:
    # Between 1 and 2 the step is 1/128: 1 + 1/256 lies between 1 (even) and 1 + 1/128; 1 + 3/256 between
    # 1 + 1/128 (odd) and 1 + 2/128 (even).
    values = np.array([[1 + 1 / 256, 1 + 3 / 256, 1 + 1.1 / 256, -1 - 3 / 256]], dtype=np.float32)

    assert quantise(values, "bf16").tolist() == [[1, 1 + 2 / 128, 1 + 1 / 128, -1 - 2 / 128]]


@pytest.mark.parametrize("dtype", ["f32", "f16", "bf16", "i8", "b1"])
def test_usearch_keeps_the_stored_form_as_it_is(dtype: Dtype) -> None:
    stored = quantise(unit_vectors(20, 36, seed=2), dtype)
    index: Any = Index(ndim=36, metric="hamming" if dtype == "b1" else "ip", dtype=dtype)
    index.add(np.arange(20), stored)

    np.testing.assert_array_equal(np.vstack(index.get(np.arange(20))), stored)


@pytest.mark.parametrize("dtype", ["f16", "bf16"])
def test_short_floats_are_rounded_as_usearch_rounds(dtype: Dtype) -> None:
    vectors = unit_vectors(20, 36, seed=3)
    index: Any = Index(ndim=36, metric="ip", dtype=dtype)
    index.add(np.arange(20), vectors)

    np.testing.assert_array_equal(np.vstack(index.get(np.arange(20))), quantise(vectors, dtype))


@pytest.mark.parametrize(
    ("dtype", "expected"), [("f32", 400), ("f16", 200), ("bf16", 200), ("i8", 100), ("b1", 13)]
)
def test_bytes_per_vector_of_100_dimensions(dtype: Dtype, expected: int) -> None:
    # 100 bits fill 12.5 bytes.
    assert bytes_per_vector(100, dtype) == expected


@given(st.integers(1, 70), st.integers(0, 1000))
def test_b1_score_is_one_minus_twice_the_share_of_differing_bits(dimension: int, seed: int) -> None:
    bits = quantise(unit_vectors(2, dimension, seed=seed), "b1")
    rows = compared_rows(bits, "b1", dimension)
    hamming = np.unpackbits(bits[0] ^ bits[1]).sum()

    score = rows[0] @ rows[1] / score_scale("b1", dimension)

    assert score == pytest.approx(1 - 2 * hamming / dimension, abs=1e-6)


@pytest.mark.parametrize(("dtype", "tolerance"), [("f16", 1e-3), ("bf16", 1e-2), ("i8", 3e-2)])
def test_scores_stay_near_the_cosine(dtype: Dtype, tolerance: float) -> None:
    vectors = unit_vectors(50, 64, seed=4)
    rows = compared_rows(quantise(vectors, dtype), dtype, 64)

    scores = rows @ rows.T / score_scale(dtype, 64)

    np.testing.assert_allclose(scores, vectors @ vectors.T, atol=tolerance)

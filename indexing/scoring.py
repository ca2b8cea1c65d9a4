"""The one definition of a score, shared by every kind of search."""

import numpy as np
from numpy.typing import NDArray

from indexing.quantize import Vectors, compared_rows, quantise, score_scale, truncate
from indexing.spec import Dtype, IndexSpec

PAIRS_PER_STEP = 256  # gathered together: 1 MB, which stays in a core's cache


class DimensionMismatch(ValueError):
    """Queries and documents have vectors of different lengths."""


def check_dimensions(queries: Vectors, dimension: int) -> None:
    """Raise DimensionMismatch unless queries are as long as the documents' vectors."""
    if queries.shape[1] != dimension:
        raise DimensionMismatch(
            f"queries have {queries.shape[1]} dimensions, documents {dimension}. "
            "Encode both with the same embedding model."
        )


def rows_to_compare(vectors: Vectors, spec: IndexSpec) -> Vectors:
    """Return vectors as an index of that spec compares them, float32 (n, dimension)."""
    short = truncate(vectors, spec.dimension)
    return compared_rows(quantise(short, spec.dtype), spec.dtype, short.shape[1])


def pair_scores(
    left: Vectors, left_index: NDArray[np.int64], right: Vectors, right_index: NDArray[np.int64], dtype: Dtype
) -> NDArray[np.float32]:
    """Score pairs of compared rows: float32 (n,), the same for equal rows wherever they lie.

    Each pair is summed by itself in float64, so that neither the shape of a block nor a BLAS decides the
    last bit, and then rounded: what is reported is what is sorted, and ties in it are ties.
    """
    scores = np.empty(len(left_index), dtype=np.float64)
    for start in range(0, len(scores), PAIRS_PER_STEP):
        part = slice(start, start + PAIRS_PER_STEP)
        pair = left[left_index[part]], right[right_index[part]]
        scores[part] = np.einsum("ij,ij->i", *pair, dtype=np.float64)
    return (scores / score_scale(dtype, left.shape[1])).astype(np.float32)


def product_error(dtype: Dtype, dimension: int) -> float:
    """Bound how far a float32 BLAS inner product of two compared rows is from the score times its scale.

    Higham, Accuracy and Stability of Numerical Algorithms (2002), 3.5: d u / (1 - d u) |x| |y| in any order
    of summation, plus the roundings of the score itself. i8 and b1 sum small integers, which is exact; their
    quarter is for the rounding of the scaled score.
    """
    if dtype in ("i8", "b1"):
        return 0.25
    unit = 2.0**-24
    # 1.02: f16 and bf16 rows are not of length 1 to the last bit.
    return 1.02 * (dimension + 4) * unit / (1 - dimension * unit)

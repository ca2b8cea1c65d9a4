"""Shorter and coarser vectors: Matryoshka dimensions and the five dtypes.

Stored forms and what is compared, for vectors of d dimensions and length 1:

| dtype | stored | rows that are compared | score |
|---|---|---|---|
| f32 | float32 (n, d) | themselves | inner product |
| f16 | float16 (n, d) | widened to float32 | inner product |
| bf16 | float32 (n, d) that bfloat16 holds exactly, 2 bytes in an index | themselves | inner product |
| i8 | int8 (n, d), round(127 x) as in USearch | widened to float32 | inner product / 127^2 |
| b1 | uint8 (n, ceil(d/8)), the bits x > 0, first bit highest | -1 or +1 | 1 - 2 Hamming / d |

Scores are similarities for every dtype, near the cosine of the vectors given, and higher is better.
Queries are stored and compared the same way as documents.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexing.spec import Dtype, InvalidSpec

I8_SCALE = 127
BITS_PER_DIMENSION: dict[Dtype, int] = {"f32": 32, "f16": 16, "bf16": 16, "i8": 8, "b1": 1}

Vectors = NDArray[np.float32]


def normalise(vectors: Vectors) -> Vectors:
    """Scale rows to length 1; zero rows stay zero. float32 (n, d) in and out."""
    # Summed row by row in float64, so that a row's result is the same whichever rows stand beside it.
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    unit: Vectors = vectors / np.where(norms == 0, 1, norms).astype(np.float32)[:, np.newaxis]
    return unit


def truncate(vectors: Vectors, dimension: int | None) -> Vectors:
    """Keep the first `dimension` values and scale to length 1 again; None keeps all as they are.

    Raises:
        InvalidSpec: the vectors are shorter than that.
    """
    full = vectors.shape[1]
    if dimension is None or dimension == full:
        return vectors
    if dimension > full:
        raise InvalidSpec(
            "index.dimension", f"{dimension} is more than the vectors have. Write at most {full}."
        )
    return normalise(vectors[:, :dimension])


def quantise(vectors: Vectors, dtype: Dtype) -> NDArray[Any]:
    """Bring normalised float32 (n, d) vectors to their stored form."""
    if dtype == "f16":
        return vectors.astype(np.float16)
    if dtype == "bf16":
        return _round_to_bfloat16(vectors)
    if dtype == "i8":
        scaled: Vectors = np.rint(vectors * np.float32(I8_SCALE))
        return scaled.astype(np.int8)
    if dtype == "b1":
        return np.packbits(vectors > 0, axis=1)
    return vectors


def compared_rows(stored: NDArray[Any], dtype: Dtype, dimension: int) -> Vectors:
    """Widen stored vectors to the float32 (n, d) rows whose inner product `score_scale` makes a score."""
    if dtype == "b1":
        bits = np.unpackbits(stored, axis=1, count=dimension)
        return bits.astype(np.float32) * 2 - 1
    return stored.astype(np.float32, copy=False)


def score_scale(dtype: Dtype, dimension: int) -> float:
    """Return what an inner product of compared rows is divided by."""
    return {"i8": float(I8_SCALE**2), "b1": float(dimension)}.get(dtype, 1.0)


def bytes_per_vector(dimension: int, dtype: Dtype) -> int:
    """Return what one stored vector takes in an index, its graph and key left out."""
    return math.ceil(dimension * BITS_PER_DIMENSION[dtype] / 8)


def _round_to_bfloat16(vectors: Vectors) -> Vectors:
    """Round to the nearest value with 8 significant bits, ties to even."""
    bits = np.ascontiguousarray(vectors).view(np.uint32)
    rounded = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return (rounded & np.uint32(0xFFFF0000)).view(np.float32)

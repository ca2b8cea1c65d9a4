"""Vectors for tests."""

import numpy as np
from numpy.typing import NDArray


def unit_vectors(n: int, dimension: int, *, seed: int) -> NDArray[np.float32]:
    """Draw n directions, float32 (n, dimension)."""
    drawn = np.random.default_rng(seed).standard_normal((n, dimension))
    unit: NDArray[np.float32] = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return unit

"""Types that the pure core shares."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """The two ends of a 95% confidence interval, in the unit of what is estimated."""

    low: float
    high: float

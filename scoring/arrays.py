"""The kinds of array the mathematics is written in, and sums over them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def sums(place: Integers, weight: Floats, places: int) -> Floats:
    """Total weight at each place (places)."""
    return np.asarray(np.bincount(place, weight, places), dtype=np.float64)

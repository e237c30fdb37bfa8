"""The kinds of array the mathematics is written in, and sums over them."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def integers(values: Iterable[int]) -> Integers:
    """Whole numbers as a column."""
    return np.fromiter(values, dtype=np.int64)


def sums(place: Integers, weight: Floats, places: int) -> Floats:
    """Total weight at each place (places)."""
    return np.asarray(np.bincount(place, weight, places), dtype=np.float64)

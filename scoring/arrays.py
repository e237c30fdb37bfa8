"""The kinds of array the mathematics is written in, and sums over them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.signedinteger[Any]]  # 64 bits, but for columns that are kept for long
Flags = NDArray[np.bool_]


def integers(values: Iterable[int]) -> Integers:
    """Whole numbers as a column."""
    return np.fromiter(values, dtype=np.int64)


def sums(place: Integers, weight: Floats, places: int) -> Floats:
    """Total weight at each place (places)."""
    return np.asarray(np.bincount(place, weight, places), dtype=np.float64)

"""Figures as they are shown: rounded to the millionth, as what follows differs between machines and says nothing."""

from typing import SupportsFloat

import numpy as np

from scoring.arrays import Floats

_PLACES = 6
_SHOWN = 10.0**_PLACES


def published(value: SupportsFloat) -> float:
    """One figure; a half goes to the even millionth, as in `all_published`, and not the way its decimals would."""
    return round(float(value) * _SHOWN) / _SHOWN


def all_published(values: Floats) -> list[float]:
    """Several figures (values) at once."""
    return np.round(values, _PLACES).tolist()  # type: ignore[no-any-return]  # NumPy says Any of all lists

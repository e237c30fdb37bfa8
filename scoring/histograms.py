"""What is stored of a rating: its residual, split over two bins of a histogram, with integer mass."""

from dataclasses import dataclass
from math import floor

import numpy as np

from scoring.constants import CONSTANTS

WIDTH = CONSTANTS.bin_width
LIMIT = CONSTANTS.residual_limit
BINS = round(2 * LIMIT / WIDTH) + 1
CENTRES = np.linspace(-LIMIT, LIMIT, BINS)  # stars
CENTRES.flags.writeable = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What one rating adds to one bin; taking it away again leaves exactly what was there."""

    bin: int
    mass: int
    count: int


def residual(stars: float, severity: float, baseline: float) -> float:
    """How far a rating lies from what its author and its use case let expect, in stars."""
    return stars - severity - baseline


def split(residual: float) -> tuple[tuple[int, float], ...]:
    """Share a residual between the two bins beside it so that their mean is it, clipped to ±4 stars.

    A residual on a bin's centre is all its own.
    """
    place = (min(LIMIT, max(-LIMIT, residual)) + LIMIT) / WIDTH
    lower = floor(place)
    upper_share = place - lower
    return ((lower, 1 - upper_share), (lower + 1, upper_share)) if upper_share else ((lower, 1.0),)


def mass(track_record: float) -> int:
    """Stored mass of one rating: its author's track record in units of 2⁻²⁰ votes."""
    return round(track_record * CONSTANTS.mass_scale)


def entries(stars: int, severity: float, baseline: float, track_record: float) -> list[Entry]:
    """List what one rating adds: masses that sum to `mass(track_record)` and counts that sum to 1.

    The same inputs give the same integers, so a revision subtracts exactly what was added.
    """
    total = mass(track_record)
    (lower, share), *upper = split(residual(stars, severity, baseline))
    first = round(total * share)
    return [Entry(lower, first, 1), *(Entry(higher, total - first, 0) for higher, _ in upper)]

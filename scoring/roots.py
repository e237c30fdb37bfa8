"""Where the ratings of a cell and the pull of its parent balance: the exact root, without iteration.

The force at s is κ(target - s) + Σ F·clip(x - s, ±2) + C, summed over the bins x of a histogram F. It falls
strictly and is straight between knots a bin apart, so its values at the knots (one matrix
product) and one interpolation give the root exactly.
"""

from typing import Final

import numpy as np

from scoring.arrays import Floats, Integers
from scoring.constants import CONSTANTS
from scoring.histograms import CENTRES, LIMIT, WIDTH

CLIP: Final = CONSTANTS.huber_clip
REACH: Final = LIMIT + CLIP  # beyond it every rating pulls with its full clip
KNOTS: Final = np.linspace(-REACH, REACH, round(2 * REACH / WIDTH) + 1)  # stars
STEPS: Final = tuple(2**power for power in reversed(range(len(KNOTS).bit_length())))  # of a halving search
PULLS: Final = np.clip(CENTRES[:, None] - KNOTS, -CLIP, CLIP)  # of each bin at each knot, stars


def pulls(histograms: Floats) -> Floats:
    """Pull of histograms (…, bins) at every knot (…, knots), in ratings · stars."""
    pull: Floats = histograms @ PULLS
    return pull


def roots(kappa: float, target: Floats, pull: Floats, cancelled: Floats) -> Floats:
    """Locations (cells) where the force of each cell is zero, in stars; outside the knots its slope is -κ.

    `target` (cells) is the parent's location, `pull` (cells, knots) what `pulls` gives, `cancelled` (cells) the C
    of earlier stops.
    """
    cells = np.arange(len(target))

    def force(knot: Integers) -> Floats:
        found: Floats = kappa * (target - KNOTS[knot]) + pull[cells, knot] + cancelled
        return found

    ahead = np.zeros(len(target), dtype=np.int64)  # knots at which the force is positive
    for step in STEPS:
        further = np.minimum(ahead + step, len(KNOTS))
        ahead = np.where((ahead + step <= len(KNOTS)) & (force(further - 1) > 0), further, ahead)
    left = np.clip(ahead - 1, 0, len(KNOTS) - 2)
    before, after = force(left), force(left + 1)
    inside = KNOTS[left] + WIDTH * before / (before - after)
    root: Floats = np.where(ahead == 0, KNOTS[0] + before / kappa, inside)
    return np.where(ahead == len(KNOTS), KNOTS[-1] + after / kappa, root)


def forces(kappa: float, target: Floats, pull: Floats, cancelled: Floats, at: Floats) -> Floats:
    """Force of each cell (cells) at a location `at` (cells), in ratings · stars; the rest as in `roots`."""
    place = np.clip((at + REACH) / WIDTH, 0, len(KNOTS) - 1)
    left = np.minimum(place.astype(np.int64), len(KNOTS) - 2)
    cells, share = np.arange(len(at)), place - left
    between = pull[cells, left] * (1 - share) + pull[cells, left + 1] * share
    force: Floats = kappa * (target - at) + between + cancelled
    return force

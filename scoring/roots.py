"""Where the ratings of a cell and the pull of its parent balance: the exact root, without iteration.

The force at s is κ(target - s) + Σ F·clip(x - s, ±2) + C, summed over the bins x of a histogram F. It falls
strictly and is straight between knots a bin apart, so its values at the knots (one matrix
product) and one interpolation give the root exactly.
"""

from typing import Final

import numpy as np

from scoring.arrays import Floats
from scoring.constants import CONSTANTS
from scoring.histograms import CENTRES, LIMIT, WIDTH

CLIP: Final = CONSTANTS.huber_clip
REACH: Final = LIMIT + CLIP  # beyond it every rating pulls with its full clip
KNOTS: Final = np.linspace(-REACH, REACH, round(2 * REACH / WIDTH) + 1)  # stars
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
    forces = kappa * (target[:, None] - KNOTS) + pull + cancelled[:, None]
    ahead = np.count_nonzero(forces > 0, axis=1)
    left = np.clip(ahead - 1, 0, len(KNOTS) - 2)
    cells = np.arange(len(forces))
    before, after = forces[cells, left], forces[cells, left + 1]
    inside = KNOTS[left] + WIDTH * before / (before - after)
    below, above = KNOTS[0] + forces[:, 0] / kappa, KNOTS[-1] + forces[:, -1] / kappa
    root: Floats = np.where(ahead == 0, below, np.where(ahead == len(KNOTS), above, inside))
    return root


def forces(kappa: float, target: Floats, pull: Floats, cancelled: Floats, at: Floats) -> Floats:
    """Force of each cell (cells) at a location `at` (cells), in ratings · stars; the rest as in `roots`."""
    place = np.clip((at + REACH) / WIDTH, 0, len(KNOTS) - 1)
    left = np.minimum(place.astype(np.int64), len(KNOTS) - 2)
    cells, share = np.arange(len(at)), place - left
    between = pull[cells, left] * (1 - share) + pull[cells, left + 1] * share
    force: Floats = kappa * (target - at) + between + cancelled
    return force

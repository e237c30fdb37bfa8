"""Track records: how close a reviewer's ratings come to what others establish, as a factor on their weight."""

import numpy as np

from scoring.arrays import Floats, sums
from scoring.constants import Constants
from scoring.ground import Ground
from scoring.ratings import Ratings


def track_records(ratings: Ratings, ground: Ground, error: Floats, constants: Constants) -> Floats:
    """Track record of every reviewer (reviewers): clip((8 + n)/(8 + z/z̄), .4, 1.5), 1 without a history.

    `error` (rows) is the distance from what others say in stars. A squared error counts in expected variances
    (that of its level and of the ground together), at most 9, half, and only where others established the cell.
    """
    expected = constants.residual_variance / np.asarray(constants.evidence_weights)[ratings.level] + ground.variance
    surprise = np.minimum(error**2 / expected, constants.track_record_cap)
    counted = ground.established >= constants.established_from
    credit = np.where(counted, constants.track_record_credit, 0.0)
    number = sums(ratings.reviewer, credit, ratings.reviewers)
    missed = sums(ratings.reviewer, credit * surprise, ratings.reviewers)
    voice, prior = np.where(counted, ground.voice, 0.0), constants.track_record_prior
    usual = ((voice * surprise).sum() + prior) / (voice.sum() + prior)  # 1 until there is a history
    return np.asarray(np.clip((prior + number) / (prior + missed / usual), *constants.track_record_limits))

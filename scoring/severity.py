"""Severity: how much more generous (above zero) or harsh than others a reviewer rates, in stars."""

import numpy as np

from scoring.arrays import Floats, Integers, sums
from scoring.constants import Constants
from scoring.ground import Ground
from scoring.histograms import LIMIT
from scoring.ratings import Ratings

HALVINGS = 56  # of the width of the scale: as far as numbers of this kind can tell


def severities(ratings: Ratings, ground: Ground, apart: Floats, constants: Constants) -> tuple[Floats, float]:
    """Severity of every reviewer (reviewers) and λ, how many reviews it is held to none with.

    `apart` (rows) is how far each rating lies from what others say, its author's severity not yet taken off. A
    review counts by its evidence and by how much the others have said, and only where they have established the
    cell; the mean over all voices is taken off, so that those never compared stay at zero.
    """
    known = ground.mass / (ground.mass + constants.kappa_cell)
    known = known * np.asarray(constants.evidence_weights)[ratings.level]
    clear = np.where(ground.established >= constants.established_from, known, 0.0)
    author, quantity, mean = _reviews(ratings, clear, apart)
    total = sums(author, quantity, ratings.reviewers), sums(author, quantity * mean, ratings.reviewers)
    voice = sums(ratings.reviewer, ground.voice, ratings.reviewers)
    drag = _lambda(author, quantity, mean, voice, constants)
    own, towards = total[1] / (total[0] + drag), total[0] / (total[0] + drag)
    return _centred(own, towards, voice, constants.severity_limit), drag


def _centred(own: Floats, towards: Floats, voice: Floats, limit: float) -> Floats:
    """Severities within the limit whose mean over all voices is zero: what is taken off is found by halving.

    One far-off account cannot shift all others, as it would if limits came after the mean.
    """
    low, high = -2 * LIMIT, 2 * LIMIT
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = (voice * np.clip(own - middle * towards, -limit, limit)).sum() > 0
        low, high = (middle, high) if above else (low, middle)
    return np.asarray(np.clip(own - middle * towards, -limit, limit))


def _reviews(ratings: Ratings, clear: Floats, apart: Floats) -> tuple[Integers, Floats, Floats]:
    """Author, quantity (0 to 1) and mean distance in stars of every review."""
    count = int(ratings.review.max(initial=-1)) + 1
    author = np.zeros(count, dtype=np.int64)
    author[ratings.review] = ratings.reviewer
    rows = np.bincount(ratings.review, minlength=count)
    known = sums(ratings.review, clear, count)
    mean = sums(ratings.review, clear * apart, count) / np.where(known > 0, known, 1.0)
    return author, known / np.maximum(rows, 1), mean


def _lambda(author: Integers, quantity: Floats, mean: Floats, voice: Floats, constants: Constants) -> float:
    """Noise of one review over the spread of severities, from products of one reviewer's different reviews.

    The products of two reviews have the spread for their mean, whatever the noise; a square has the noise of a
    review that counts 1, over what this one counts, besides. An account has its voice in either, however many
    reviews it wrote; the starting value counts `severity_prior` accounts.
    """
    accounts = len(voice)
    number = sums(author, (quantity > 0).astype(np.float64), accounts)
    first, square = sums(author, quantity, accounts), sums(author, quantity**2, accounts)
    signed, power = sums(author, quantity * mean, accounts), sums(author, quantity * mean**2, accounts)
    products = signed**2 - sums(author, (quantity * mean) ** 2, accounts)
    pairs = np.where(number > 1, first**2 - square, 0.0)
    paired, single = voice / np.maximum(1.0, pairs), voice / np.maximum(1.0, number)
    reviews = (single * number).sum()
    if not (single * power).sum() > 0:
        return constants.severity_lambda
    scatter, size = (single * power).sum() / reviews, (single * first).sum() / reviews
    start, prior = scatter / (size + constants.severity_lambda), constants.severity_prior
    spread = ((paired * products).sum() + prior * start) / ((paired * pairs).sum() + prior)
    drag = scatter / spread - size if spread > 0 else np.inf
    return float(np.clip(drag, *constants.severity_lambda_limits))

"""Severity: how much more generous (above zero) or harsh than others a reviewer rates, in stars."""

import numpy as np

from scoring.arrays import Floats, Integers, sums
from scoring.constants import Constants
from scoring.ground import Ground
from scoring.ratings import Ratings


def severities(ratings: Ratings, ground: Ground, apart: Floats, constants: Constants) -> tuple[Floats, float]:
    """Severity of every reviewer (reviewers) and λ, how many reviews it is held to none with.

    `apart` (rows) is how far each rating lies from what others say, its author's severity not yet taken off. A
    review counts by how much the others have said, and only where they have established the cell; the mean over
    all voices is taken off, so that those never compared stay at zero.
    """
    known = ground.mass / (ground.mass + constants.kappa_cell)
    clear = np.where(ground.established >= constants.established_from, known, 0.0)
    author, quantity, mean = _reviews(ratings, clear, apart)
    total = sums(author, quantity, ratings.reviewers), sums(author, quantity * mean, ratings.reviewers)
    voice = sums(ratings.reviewer, ground.voice, ratings.reviewers)
    drag = _lambda(author, quantity, mean, voice, constants)
    own, towards = total[1] / (total[0] + drag), total[0] / (total[0] + drag)
    middle = (voice * own).sum() / max(float((voice * towards).sum()), 1e-12)
    limit = constants.severity_limit
    return np.clip(own - middle * towards, -limit, limit), drag


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

    The products of two reviews have the spread for their mean, whatever the noise. An account counts its voice,
    however many pairs of reviews it has; the starting value counts `severity_prior` accounts.
    """
    accounts = len(voice)
    first, square = sums(author, quantity, accounts), sums(author, quantity**2, accounts)
    signed, power = sums(author, quantity * mean, accounts), sums(author, quantity * mean**2, accounts)
    products = signed**2 - sums(author, (quantity * mean) ** 2, accounts)
    pairs = np.maximum(first**2 - square, 0.0)
    paired = voice / np.maximum(1.0, pairs) * (pairs > 1e-9)
    one = np.where(first > 0, voice / np.where(first > 0, first, 1.0), 0.0)
    scatter = (one * power).sum() / max(float((one * first).sum()), 1e-12)
    prior = constants.severity_prior
    start = scatter / (1 + constants.severity_lambda)
    spread = ((paired * products).sum() + prior * start) / ((paired * pairs).sum() + prior)
    least, most = constants.severity_lambda_limits
    if scatter <= 0:
        return constants.severity_lambda
    return float(np.clip((scatter - spread) / spread, least, most)) if spread > 0 else most

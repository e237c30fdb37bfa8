"""Halo: how far the dimensions of one review share their error, and so how far scores of one subject do."""

from dataclasses import replace

import numpy as np

from scoring.arrays import Floats, sums
from scoring.constants import CONSTANTS, Constants
from scoring.ground import Ground
from scoring.ratings import Ratings


def correlated(
    ratings: Ratings, ground: Ground, error: Floats, constants: Constants, stated: Constants = CONSTANTS
) -> Constants:
    """The constants with the correlation of errors between dimensions measured from the errors (rows), in stars.

    In one review the products of two different dimensions' errors are to their squares as the halo h is to 1.
    Only over established cells, an account at most one voice; the stated correlation counts `evidence_prior`
    accounts. Scores share, besides, what their dimensions are held to: h + (1 - h)·`shared_prior`.
    """
    counted = ground.established >= constants.established_from
    reviews = int(ratings.review.max(initial=-1)) + 1

    def total(column: Floats) -> Floats:
        return sums(ratings.review, np.where(counted, column, 0.0), reviews)

    near = np.clip(error, -stated.huber_clip, stated.huber_clip)
    number, square = total(np.ones_like(error)), total(near**2)
    several = number > 1
    voice = np.where(several, total(ground.voice), 0.0) / np.maximum(number, 1.0)
    products = (total(near) ** 2 - square) / np.where(several, number - 1, 1.0)
    halo = _halo(float((voice * products).sum()), float((voice * square).sum()), float((voice * number).sum()), stated)
    return replace(constants, error_correlation=halo + (1 - halo) * stated.shared_prior)


def _halo(products: float, squares: float, voices: float, stated: Constants) -> float:
    """Products over squares, beside which so many accounts err as stated and as much as those measured."""
    usual = squares / voices if voices > 0 else 1.0
    prior = stated.evidence_prior * usual
    measured = (products + prior * stated.dimension_correlation) / (squares + prior)
    return float(np.clip(measured, *stated.halo_limits))

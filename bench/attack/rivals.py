"""Nine ways other sites turn ratings into scores, each written from its published idea and none of it tuned here."""

import numpy as np

from bench.attack.community import Community
from bench.attack.propagation import bounded, walked
from bench.attack.ratings import Answer, Ratings, ratings
from scoring.arrays import Floats, sums
from scoring.constants import CONSTANTS

Z = CONSTANTS.interval_z
ROUNDS = 20  # of alternation: further ones change scores by less than a hundredth


def plain(community: Community) -> Answer:
    """Mean of the cell; interval from the spread within cells."""
    given = ratings(community)
    ones = np.ones_like(given.stars)
    score, count = given.means(ones), given.totals(ones)
    within = (given.stars - score[given.cell]) ** 2
    spread = within.sum() / max(1, len(within) - np.count_nonzero(count))
    return _answer(given, score, spread / np.maximum(count, 1))


def bayesian(community: Community) -> Answer:
    """IMDb's weighted rating: the mean of all stands beside each mean with the weight of a typical cell."""
    given = ratings(community)
    ones = np.ones_like(given.stars)
    count = given.totals(ones)
    return _answer(given, given.means(ones, float(np.median(count[count > 0]))))


def verified(community: Community) -> Answer:
    """Only ratings with an attested run; without one, the mean of those that have."""
    given = ratings(community)
    return _answer(given, given.means((given.level >= CONSTANTS.verified_level).astype(np.float64)))


def gated(community: Community) -> Answer:
    """Stack Overflow: who earned 15 points (10 a vote up, -2 a vote down) is heard; the others where nobody did."""
    given = ratings(community)
    points = np.where(community.votes.value > 0, 10.0, -2.0)
    earned = 1 + sums(community.author, points, community.accounts)
    heard = (earned >= 15)[given.reviewer].astype(np.float64)
    return _answer(given, _fallen_back(given, heard))


def eigentrust(community: Community) -> Answer:
    """EigenTrust: weight is the share of a walk along votes; an account without any counts a thousandth of one."""
    given, trust = ratings(community), walked(community)
    usual = np.median(trust[trust > 0])
    return _answer(given, given.means(np.minimum(trust / usual, 10.0)[given.reviewer] + 1e-3))


def dawid_skene(community: Community) -> Answer:
    """Dawid and Skene's idea for stars: truth and every reviewer's bias and variance, from each other in turn."""
    given, size = ratings(community), community.accounts
    count = sums(given.reviewer, np.ones_like(given.stars), size)
    bias, variance = np.zeros(size), np.ones(size)
    for _ in range(ROUNDS):
        weight = 1 / variance[given.reviewer]
        said = given.stars - bias[given.reviewer]
        common = given.common(said, weight)
        truth = (given.totals(weight * said) + common) / (given.totals(weight) + 1)
        residual = given.stars - truth[given.cell]
        bias = sums(given.reviewer, residual, size) / (count + 5)
        left = (residual - bias[given.reviewer]) ** 2
        variance = np.maximum(0.1, (5 * left.mean() + sums(given.reviewer, left, size)) / (5 + count))
    return _answer(given, truth)


def community_notes(community: Community) -> Answer:
    """Community Notes: rating = μ + reviewer + item + f·g by alternating ridge, intercepts held firmest."""
    given, size, cells = ratings(community), community.accounts, ratings(community).cells
    reviewer, cell, held = given.reviewer, given.cell, (1.5, 0.3)
    mean = float(given.stars.mean())
    own, item = np.zeros(size), np.zeros(cells)
    side, pole = np.zeros(size), np.random.default_rng(0).normal(0, 0.3, cells)
    ones = np.ones_like(given.stars)
    for _ in range(ROUNDS):
        flat = given.stars - mean - side[reviewer] * pole[cell]
        own = sums(reviewer, flat - item[cell], size) / (sums(reviewer, ones, size) + held[0])
        item = sums(cell, flat - own[reviewer], cells) / (sums(cell, ones, cells) + held[0])
        rest = given.stars - mean - own[reviewer] - item[cell]
        side = sums(reviewer, rest * pole[cell], size) / (sums(reviewer, pole[cell] ** 2, size) + held[1])
        pole = sums(cell, rest * side[reviewer], cells) / (sums(cell, side[reviewer] ** 2, cells) + held[1])
    return _answer(given, mean + item)


def solidago(community: Community) -> Answer:
    """Solidago's idea: rights from trust, strangers share a bounded surplus, and one vote moves a bounded step."""
    given = ratings(community)
    trust = bounded(community)[given.reviewer]
    right = np.maximum(trust, _granted(given, trust)[given.cell])
    centre, step, smooth = given.common(given.stars, right), 0.25, 0.5  # stars a full vote; width of the median
    low, high = np.ones(given.cells), np.full(given.cells, 5.0)
    for _ in range(20):  # halvings: to a few millionths of a star
        middle = (low + high) / 2
        pull = right * np.clip((given.stars - middle[given.cell]) / smooth, -1, 1)
        rising = given.totals(pull) > (middle - centre) / step
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return _answer(given, (low + high) / 2)


def undefended(community: Community) -> Answer:
    """Evidence, freshness and shrinkage of endpoint to model to baseline, believing everybody alike."""
    given = ratings(community)
    weight = np.asarray(CONSTANTS.evidence_weights)[given.level] * np.exp2(-given.age / CONSTANTS.half_life_days)
    cell, parent, above = CONSTANTS.kappa_cell, CONSTANTS.kappa_parent, CONSTANTS.residual_variance
    base = given.common(given.stars, weight)
    mass = given.totals(weight)
    moved = np.where(mass > 0, given.totals(weight * given.stars) / np.where(mass > 0, mass, 1) - base, 0.0)
    use_case, endpoint, dimension = np.unravel_index(np.arange(given.cells), given.shape)
    model = community.model_of[endpoint] * given.shape[2] + dimension
    models, held = int(model.max()) + 1, mass / (1 + mass / cell)
    heard = sums(model, held, models)
    site, spread = sums(model, held * moved, models) / (parent + heard), above / (parent + heard)
    kin = use_case * models + model
    near = sums(kin, held, int(kin.max()) + 1)
    share = cell / (cell + near)
    here = sums(kin, held * moved, len(near)) / (cell + near) + share * np.tile(site, len(near) // models)
    wide = above / (cell + near) + share**2 * np.tile(spread, len(near) // models)
    kept = cell / (cell + mass)
    return _answer(given, base + (1 - kept) * moved + kept * here[kin], above / (cell + mass) + kept**2 * wide[kin])


def _granted(given: Ratings, trust: Floats) -> Floats:
    """The least right of anybody in each cell: what lifts the untrusted by 2 votes and a tenth of the trusted's."""
    surplus = 2 + 0.1 * given.totals(trust)
    low, high = np.zeros(given.cells), np.ones(given.cells)
    for _ in range(20):
        middle = (low + high) / 2
        spent = given.totals(np.maximum(middle[given.cell] - trust, 0.0))
        low, high = np.where(spent <= surplus, middle, low), np.where(spent <= surplus, high, middle)
    return low


def _fallen_back(given: Ratings, weight: Floats) -> Floats:
    """Weighted means where somebody counts, plain ones elsewhere."""
    return np.where(given.totals(weight) > 0, given.means(weight), given.means(np.ones_like(weight)))


def _answer(given: Ratings, score: Floats, variance: Floats | None = None) -> Answer:
    """Answers in the shape of the community, kept on the scale, with intervals where there is a variance."""
    score = np.clip(score, 1.0, 5.0)
    if variance is None:
        return Answer(score.reshape(given.shape))
    margin = Z * np.sqrt(variance)
    low, high = (np.clip(each, 1.0, 5.0).reshape(given.shape) for each in (score - margin, score + margin))
    return Answer(score.reshape(given.shape), low, high, variance.reshape(given.shape))

"""The product's own estimator: an epoch measured from a community, its stored statistics, and what they say."""

import numpy as np

from bench.attack.community import NOW, Community
from bench.attack.propagation import PRETRUST
from bench.attack.ratings import Answer, ratings
from scoring.arrays import Floats, Integers
from scoring.constants import CONSTANTS
from scoring.estimates import Estimates, Question, estimate
from scoring.histograms import LIMIT, WIDTH
from scoring.ratings import Ratings as Columns
from scoring.ratings import Votes
from scoring.recompute import Measured, recompute
from scoring.voices import Statistics

KEYS = ("endpoint", "use_case", "dimension", "level", "standing", "month", "bin")


def product(community: Community) -> Answer:
    """The standings this product would show after a recompute."""
    known = epoch(community)
    return _answer(_estimates(community, known), known.constants.error_correlation)


def community_score(community: Community) -> Answer:
    """The community score the product shows beside its standings: the same without limits."""
    return Answer(np.stack([each.community for each in _estimates(community, epoch(community))]))


def epoch(community: Community) -> Measured:
    """The epoch that a recompute would publish for a community."""
    return recompute(columns(community), votes(community), pretrust(community), NOW)


def columns(community: Community) -> Columns:
    """The ratings as a recompute reads them, one row for each dimension of a review."""
    given = ratings(community)
    use_case, endpoint, dimension = np.unravel_index(given.cell, given.shape)
    return Columns(
        reviewer=given.reviewer,
        review=np.repeat(np.arange(len(community.reviews.reviewer)), given.shape[2]),
        endpoint=endpoint,
        use_case=use_case,
        dimension=dimension,
        stars=given.stars,
        level=given.level,
        month=np.repeat(np.floor(community.reviews.month).astype(np.int64), given.shape[2]),
        model_of=community.model_of,
        reviewers=community.accounts,
        use_cases=given.shape[0],
        dimensions=given.shape[2],
    )


def votes(community: Community) -> Votes:
    """The votes as a recompute reads them."""
    return Votes(community.votes.voter, community.author, community.votes.value > 0)


def pretrust(community: Community) -> Floats:
    """Trust from the start (accounts): that of moderators and vetted organisations."""
    start = np.zeros(community.accounts)
    start[community.pretrusted] = PRETRUST
    return start


def statistics(community: Community, known: Measured) -> Statistics:
    """The stored histograms of a community, as `scoring.histograms.entries` would add them up one by one."""
    given = columns(community)
    residual = given.stars - known.severity[given.reviewer] - known.baselines[given.use_case, given.dimension]
    place = (np.clip(residual, -LIMIT, LIMIT) + LIMIT) / WIDTH
    lower = np.floor(place).astype(np.int64)
    mass = np.rint(known.track_record[given.reviewer] * CONSTANTS.mass_scale).astype(np.int64)
    first = np.rint(mass * (1 - (place - lower))).astype(np.int64)
    standing = known.standing[given.reviewer]
    named = (given.endpoint, given.use_case, given.dimension, given.level, standing, given.month, lower)
    key = np.stack(named)
    upper = key + (np.arange(len(KEYS)) == len(KEYS) - 1)[:, None]
    split = place > lower
    keys = np.concatenate([key, upper[:, split]], axis=1)
    masses = np.concatenate([first, (mass - first)[split]])
    counts = np.concatenate([np.ones_like(first), np.zeros_like(first[split])])
    return _summed(keys, masses, counts, community.model_of)


def _summed(keys: Integers, masses: Integers, counts: Integers, model_of: Integers) -> Statistics:
    """One row for each key, whose integer masses and counts are added up."""
    least = keys.min(axis=1)
    sizes = tuple(int(size) for size in keys.max(axis=1) - least + 1)
    code = np.ravel_multi_index(tuple(keys - least[:, None]), sizes)
    some, place = np.unique(code, return_inverse=True)
    mass, count = np.zeros(len(some), dtype=np.int64), np.zeros(len(some), dtype=np.int64)
    np.add.at(mass, place, masses)
    np.add.at(count, place, counts)
    columns = [column + low for column, low in zip(np.unravel_index(some, sizes), least, strict=True)]
    return Statistics(**dict(zip(KEYS, columns, strict=True)), mass=mass, count=count, model_of=model_of)


def _estimates(community: Community, known: Measured) -> list[Estimates]:
    """Estimates of every use case."""
    rows = statistics(community, known)
    questions = [Question(use_case, NOW) for use_case in range(len(known.baselines))]
    return [estimate(rows, question, known.baselines, known.constants) for question in questions]


def _answer(found: list[Estimates], correlation: float) -> Answer:
    def whole(name: str) -> Floats:
        return np.stack([getattr(each, name) for each in found])

    return Answer(whole("score"), whole("low"), whole("high"), whole("variance"), correlation)

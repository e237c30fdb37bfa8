"""What is measured of an answer: error, order, coverage, and where the target of an attack stands."""

from dataclasses import dataclass, replace

import numpy as np

from bench.attack.community import Community
from bench.attack.ratings import Answer, ratings
from scoring.arrays import Flags, Floats
from scoring.constants import CONSTANTS
from scoring.rankings import composites

EQUAL = 1e-9  # stars
ATTACKED = 0  # the use case in which targets are attacked
MIXES = ((1.0, 1.0, 1.0, 1.0, 1.0), (5.0, 1.0, 1.0, 1.0, 0.0), (3.0, 2.0, 0.0, 0.0, 0.0))  # weights of clients


@dataclass(frozen=True, slots=True)
class Quality:
    """RMSE in stars, Kendall's τ of composites, and the share of truths within the 95 % intervals."""

    rmse: float
    tau: float
    coverage: float
    composites: float


def quality(community: Community, answer: Answer) -> Quality:
    """How near an answer is to the truth, over the cells that anybody rated."""
    truth = community.truth
    given = ratings(community)
    rated = (given.totals(np.ones_like(given.stars)) > 0).reshape(given.shape)
    rmse = float(np.sqrt(((answer.score - truth)[rated] ** 2).mean()))
    pairs = zip(answer.score.mean(axis=2), truth.mean(axis=2), strict=True)
    tau = float(np.mean([kendall(score, true) for score, true in pairs]))
    return Quality(rmse, tau, *_coverage(answer, truth, rated))


def kendall(first: Floats, second: Floats) -> float:
    """Kendall's τ-b of two columns."""
    upper = np.triu_indices(len(first), 1)
    one, two = (np.sign(column[:, None] - column)[upper] for column in (first, second))
    pairs = np.sqrt(np.count_nonzero(one) * np.count_nonzero(two))
    return float((one * two).sum() / pairs) if pairs else 0.0


def _coverage(answer: Answer, truth: Floats, rated: Flags) -> tuple[float, float]:
    if answer.low is None or answer.high is None or answer.variance is None:
        return np.nan, np.nan
    single = ((answer.low <= truth) & (truth <= answer.high))[rated].mean()
    whole = rated.all(axis=2)
    inside, known = [], replace(CONSTANTS, error_correlation=answer.correlation)
    for mix in MIXES:
        found = composites(answer.score[whole], answer.variance[whole], mix, known)
        aim = truth[whole] @ (np.asarray(mix) / sum(mix))
        inside.append(((found.low <= aim) & (aim <= found.high)).mean())
    return float(single), float(np.mean(inside))


def target(community: Community) -> int:
    """The endpoint to attack: of the five nearest the median by truth, the one with the median number of reviews."""
    middle = len(community.model_of) // 2
    nearest = np.argsort(community.truth[ATTACKED].mean(axis=1))[middle - 2 : middle + 3]
    there = community.reviews.endpoint[community.reviews.use_case == ATTACKED]
    counts = np.bincount(there, minlength=len(community.model_of))[nearest]
    return int(nearest[np.argsort(counts, kind="stable")[2]])


def place(answer: Answer, endpoint: int) -> tuple[float, int]:
    """Composite (equal weights) and rank from 1 of an endpoint in the attacked use case."""
    scores = answer.score[ATTACKED].mean(axis=1)
    return float(scores[endpoint]), rank(scores, endpoint)


def rank(scores: Floats, subject: int) -> int:
    """Rank from 1; among equals the middle one."""
    ahead = scores - scores[subject]
    better, equal = np.count_nonzero(ahead > EQUAL), np.count_nonzero(np.abs(ahead) <= EQUAL)
    return int(1 + better + (equal - 1) // 2)

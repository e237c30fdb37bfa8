"""The promise against manipulation on random cells: tiers 0 … t together stay within their steps of what was said."""

from dataclasses import dataclass, fields

import numpy as np

from bench.attack.community import NOW, Random
from scoring import hierarchy
from scoring.arrays import Floats, Integers
from scoring.constants import CONSTANTS
from scoring.histograms import BINS
from scoring.ladder import Climb
from scoring.voices import Statistics, voices

MODELS, ENDPOINTS, USE_CASES, DIMENSIONS = 700, 3, 2, 5  # of one batch
MODEL_OF = np.repeat(np.arange(MODELS), ENDPOINTS)
WEAK = 4  # tiers whose steps are finite
SLACK = 1e-9  # stars: rounding of sums


@dataclass(frozen=True, slots=True)
class Promise:
    """How many cells were attacked, how many moved too far, and the largest share of a limit that was used."""

    checks: int
    violations: int
    used: float


def promised(checks: int, seed: int) -> Promise:
    """Attack random cells until as many are checked."""
    random = np.random.default_rng(seed)
    parts: list[Floats] = []
    while sum(map(len, parts)) < checks:
        parts += _batch(random)
    beyond = np.concatenate(parts)[:checks]
    return Promise(checks, int(np.count_nonzero(beyond > 1 + SLACK)), float(beyond.max()))


def _batch(random: Random) -> list[Floats]:
    """Shares of their limits by which every cell moved, each tier attacking with those below it."""
    quiet = _drawn(random, int(random.integers(1, 8)), np.arange(len(CONSTANTS.ladder_steps)), (-2.0, 1.5))
    before = _climbs(quiet)
    shares = []
    for tier in range(WEAK):
        loud = _drawn(random, 2, np.arange(tier + 1), (0.0, 6.0))
        shares += [_used(*pair, tier) for pair in zip(before, _climbs(_both(quiet, loud)), strict=True)]
    return shares


def _used(before: Climb, after: Climb, tier: int) -> Floats:
    said = before.rungs[tier + 1]
    limit = sum(CONSTANTS.ladder_steps[: tier + 1]) * np.sqrt(said.variance)
    return np.asarray((np.abs(after.rungs[0].location - said.location) - SLACK) / limit)


def _drawn(random: Random, density: int, tiers: Integers, votes: tuple[float, float]) -> Statistics:
    """Random rows, `density` for each cell, from the given tiers, with masses even in the logarithm of votes."""
    count = density * MODELS * ENDPOINTS * USE_CASES * DIMENSIONS
    level, standing = np.nonzero(np.isin(np.asarray(CONSTANTS.tiers), tiers))
    speaker = random.integers(len(level), size=count)
    extreme = random.choice((0, BINS - 1), size=count)
    return Statistics(
        endpoint=random.integers(len(MODEL_OF), size=count),
        use_case=random.integers(USE_CASES, size=count),
        dimension=random.integers(DIMENSIONS, size=count),
        level=level[speaker],
        standing=standing[speaker],
        month=int(NOW) - random.integers(24, size=count),
        bin=np.where(random.random(count) < 0.5, extreme, random.integers(BINS, size=count)),
        mass=np.rint(CONSTANTS.mass_scale * 10 ** random.uniform(*votes, count)).astype(np.int64),
        count=np.ones(count, dtype=np.int64),
        model_of=MODEL_OF,
    )


def _both(one: Statistics, two: Statistics) -> Statistics:
    names = [each.name for each in fields(one) if each.name != "model_of"]
    columns = {name: np.concatenate([getattr(one, name), getattr(two, name)]) for name in names}
    return Statistics(**columns, model_of=one.model_of)


def _climbs(rows: Statistics) -> tuple[Climb, Climb]:
    """The ladders of all endpoints, and of all models pooled, in the first use case."""
    heard = voices(rows, NOW, CONSTANTS)
    here = heard.where(heard.rows.use_case == 0)
    parents = hierarchy.above(heard, USE_CASES, DIMENSIONS, CONSTANTS)
    climbs = (hierarchy.endpoints, hierarchy.pooled)
    one, two = (climb(here, parents, DIMENSIONS, CONSTANTS) for climb in climbs)
    return one, two

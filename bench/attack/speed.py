"""How long a write, a custom query and a recompute take, and whether many writes leave what a rebuild would."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from bench.attack.community import NOW, Random, community
from bench.attack.parameters import COMMUNITY, Parameters
from bench.attack.product import columns, pretrust, votes
from db.statistics import Amount, Cell, summed
from scoring.arrays import Floats
from scoring.constants import CONSTANTS
from scoring.estimates import Question, estimate, neutral
from scoring.histograms import BINS, entries
from scoring.rankings import composites
from scoring.recompute import recompute
from scoring.voices import Statistics

DIMENSIONS = 5
REPEATS = 7  # the least of as many is given: other work on the machine only adds
ROWS, ENDPOINTS, USE_CASES = 238_000, 1000, 4  # a thousand endpoints: 5,000 cells in a use case
LARGE = replace(COMMUNITY, models=200, reviewers=30_000, reviews=100_000, votes=1_000_000, attention=1.5)
Published = tuple[int, int, tuple[int, ...], float, float]  # endpoint, level, stars, severity, track record


@dataclass(frozen=True, slots=True)
class Replay:
    """Random writes: how many, milliseconds for each, and in how many rows they and a rebuild differ."""

    events: int
    milliseconds: float
    differences: int


def replayed(events: int, seed: int) -> Replay:
    """Publish, revise and retract reviews at random; then build the statistics of what is left anew."""
    random = np.random.default_rng(seed)
    stored: Counter[tuple[Cell, str]] = Counter()
    live: list[Published] = []
    chosen = [_published(random) for _ in range(4096)]
    spent = 0.0
    for number in range(events):
        gone, come = _event(live, chosen[(number * 2_654_435_761) % 4096], random.random())
        start = perf_counter()
        _write(stored, gone, come)
        spent += perf_counter() - start
    rebuilt: Counter[tuple[Cell, str]] = Counter()
    for review in live:
        _write(rebuilt, None, review)
    differences = sum(stored[key] != rebuilt[key] for key in stored.keys() | rebuilt.keys())
    return Replay(events, 1000 * spent / max(1, events), differences)


def queried(seed: int) -> float:
    """Milliseconds for a custom ranking of 1,000 endpoints in five dimensions from 238,000 rows."""
    rows, question = _rows(np.random.default_rng(seed)), Question(0, NOW, minimum_level=1)
    baselines = neutral(USE_CASES, DIMENSIONS)

    def ask() -> Floats:
        found = estimate(rows, question, baselines)
        return composites(found.score, found.variance, (3.0, 1.0, 1.0, 0.5, 2.0)).score

    return 1000 * _least(ask)


def recomputed(seed: int) -> tuple[float, float]:
    """Seconds that a recompute of 100,000 reviews and 1,000,000 votes takes, and one of a tenth of both."""
    whole, tenth = (_work(_shared(LARGE, share), seed) for share in (1, 10))
    return _least(whole), _least(tenth)


def _shared(given: Parameters, share: int) -> Parameters:
    """A community of a share of the size."""
    few, voices, said, cast = (n // share for n in (given.models, given.reviewers, given.reviews, given.votes))
    return replace(given, models=few, reviewers=voices, reviews=said, votes=cast)


def _work(given: Parameters, seed: int) -> Callable[[], object]:
    site = community(given, seed)
    facts = columns(site), votes(site), pretrust(site)
    return lambda: recompute(*facts, NOW)


def _least(work: Callable[[], object]) -> float:
    """Seconds that some work takes, the least of several times."""
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def _published(random: Random) -> Published:
    stars = tuple(int(star) for star in random.integers(1, 6, DIMENSIONS))
    track_record = float(random.uniform(*CONSTANTS.track_record_limits))
    return int(random.integers(200)), int(random.integers(6)), stars, float(random.uniform(-0.5, 0.5)), track_record


def _event(live: list[Published], review: Published, chance: float) -> tuple[Published | None, Published | None]:
    """What goes and what comes: three publications for each revision and each retraction."""
    if chance < 0.6 or not live:
        live.append(review)
        return None, review
    place = int(chance * 1e6) % len(live)
    gone = live[place]
    live[place] = review if chance < 0.8 else live[-1]
    if chance < 0.8:
        return gone, review
    live.pop()
    return gone, None


def _write(stored: Counter[tuple[Cell, str]], gone: Published | None, come: Published | None) -> None:
    """Subtract one review and add another, as the product does within one transaction."""
    changes = [(sign, _contributions(each)) for sign, each in ((-1, gone), (1, come)) if each is not None]
    for cell, amount in summed(*changes).items():
        stored[cell, "mass"] += amount.mass
        stored[cell, "ratings"] += amount.ratings


def _contributions(review: Published) -> Iterator[tuple[Cell, Amount]]:
    endpoint, level, stars, severity, track_record = review
    for dimension, star in enumerate(stars):
        for entry in entries(star, severity, CONSTANTS.baseline, track_record):
            cell = Cell(1, str(endpoint), "coding", str(dimension), level, 0, int(NOW), entry.bin)
            yield cell, Amount(entry.mass, entry.count)


def _rows(random: Random) -> Statistics:
    return Statistics(
        endpoint=random.integers(ENDPOINTS, size=ROWS),
        use_case=random.integers(USE_CASES, size=ROWS),
        dimension=random.integers(DIMENSIONS, size=ROWS),
        level=random.integers(6, size=ROWS),
        standing=random.integers(3, size=ROWS),
        month=int(NOW) - random.integers(24, size=ROWS),
        bin=random.integers(BINS, size=ROWS),
        mass=random.integers(1, CONSTANTS.mass_scale, size=ROWS),
        count=np.ones(ROWS, dtype=np.int64),
        model_of=np.arange(ENDPOINTS) // 4,
    )

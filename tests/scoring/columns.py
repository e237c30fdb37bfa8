"""Statistics for tests, from ratings written as people would."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.histograms import entries
from scoring.voices import Statistics

NOW = 24_320.5  # the middle of a month, so a rating of month 24_320 is exactly fresh
MONTH = 24_320


@dataclass(frozen=True)
class Rating:
    stars: int
    endpoint: int = 0
    use_case: int = 0
    dimension: int = 0
    level: int = 4
    standing: int = 0
    month: int = MONTH
    track_record: float = 1.0
    times: int = 1


def statistics(ratings: Sequence[Rating], model_of: Sequence[int] = (0,), baseline: float = 3.0) -> Statistics:
    """The stored histograms of some ratings, one row for each bin each of them touches."""
    rows = [
        (
            r.endpoint,
            r.use_case,
            r.dimension,
            r.level,
            r.standing,
            r.month,
            e.bin,
            r.times * e.mass,
            r.times * e.count,
        )
        for r in ratings
        for e in entries(r.stars, 0.0, baseline, r.track_record)
    ]
    endpoint, use_case, dimension, level, standing, month, place, mass, count = (
        np.array(rows, dtype=np.int64).reshape(-1, 9).T
    )
    models = np.array(model_of, dtype=np.int64)
    return Statistics(endpoint, use_case, dimension, level, standing, month, place, mass, count, models)

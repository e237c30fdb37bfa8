"""Influence: how a standing would be without some of its ratings, or with more, all variants in one estimate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring.arrays import Floats, Integers
from scoring.constants import CONSTANTS, Constants
from scoring.estimates import Question, estimate
from scoring.rankings import Parts, combined
from scoring.voices import Statistics

CHUNK = 64  # variants estimated at a time, to bound the memory


@dataclass(frozen=True, slots=True)
class Case:
    """What a score is computed from: statistics, the question, baselines in stars and the asker's shares."""

    statistics: Statistics
    question: Question
    baselines: Floats
    shares: Floats
    constants: Constants = CONSTANTS

    def of(self, endpoint: int) -> tuple["Case", Integers]:
        """The same case with only the model of one endpoint, which decides alone; and where its endpoints went."""
        rows = self.statistics
        kin = np.flatnonzero(rows.model_of == rows.model_of[endpoint])
        place = np.full(rows.endpoints, -1)
        place[kin] = np.arange(len(kin))
        own = rows.where(place[rows.endpoint] >= 0)
        own = replace(own, endpoint=place[own.endpoint], model_of=np.zeros(len(kin), dtype=np.int64))
        return replace(self, statistics=own), place


def variants(case: Case, endpoint: int, changes: Sequence[Statistics]) -> Floats:
    """The score of an endpoint, or of its model where the question pools, under each change (changes).

    A change holds rows that are added, of endpoints of the same model; rows with negative mass and count take
    ratings away. Stars, not clipped.
    """
    small, place = case.of(endpoint)
    placed = [replace(change, endpoint=place[change.endpoint]) for change in changes]
    chunks = [placed[start : start + CHUNK] for start in range(0, len(placed), CHUNK)]
    scores = [_scores(small, int(place[endpoint]), chunk) for chunk in chunks]
    return np.concatenate(scores) if scores else np.zeros(0)


def _scores(case: Case, place: int, changes: Sequence[Statistics]) -> Floats:
    """Each variant as a model of its own beside the others, which cannot touch it."""
    endpoints = case.statistics.endpoints
    found = estimate(_stacked(case.statistics, changes), case.question, case.baselines, case.constants)
    whole = combined(Parts.of(found.score, found.variance), case.shares, case.constants)
    step, first = (1, 0) if case.question.pooled else (endpoints, place)
    return whole.score[first::step][: len(changes)]


def _stacked(base: Statistics, changes: Sequence[Statistics]) -> Statistics:
    pairs = [(rows, number) for number, change in enumerate(changes) for rows in (base, change)]
    parts = [replace(rows, endpoint=rows.endpoint + number * base.endpoints) for rows, number in pairs]
    joined: dict[str, Integers] = {
        name: np.concatenate([part.columns[name] for part in parts]) for name in base.columns
    }
    return Statistics(**joined, model_of=np.repeat(np.arange(len(changes)), base.endpoints))

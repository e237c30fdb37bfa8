"""A made-up community whose truth is known: what the recompute measures is close to it, and helps."""

from dataclasses import replace
from functools import cache
from itertools import starmap

import numpy as np
import pytest

from scoring.constants import CONSTANTS, Constants
from scoring.estimates import Question, estimate
from scoring.histograms import entries
from scoring.recompute import Measured, recompute
from scoring.voices import Statistics
from tests.scoring.columns import NOW
from tests.scoring.facts import NOBODY, Community, community

SEEDS = [11, 12]


@cache
def recomputed(seed: int) -> tuple[Community, Measured]:
    made = community(seed, each=40)
    return made, recompute(made.ratings, NOBODY, np.zeros(made.ratings.reviewers), NOW)


def statistics(made: Community, found: Measured) -> Statistics:
    """The histograms of all ratings under what was measured."""
    facts, rows = made.ratings, []
    who = facts.reviewer
    severity, record = found.severity[who].tolist(), found.track_record[who].tolist()
    baseline = found.baselines[facts.use_case, facts.dimension].tolist()
    added = starmap(entries, zip(facts.stars.astype(int).tolist(), severity, baseline, record, strict=True))
    for place, each in enumerate(added):
        rows += [(place, entry.bin, entry.mass, entry.count) for entry in each]
    place, bins, mass, count = np.array(rows, dtype=np.int64).T
    columns = {name: getattr(facts, name)[place] for name in ("endpoint", "use_case", "dimension", "level", "month")}
    standing = found.standing[who[place]]
    return Statistics(**columns, standing=standing, bin=bins, mass=mass, count=count, model_of=facts.model_of)


def error(made: Community, found: Measured, constants: Constants) -> float:
    """Root of the mean squared distance of all scores from the truth, in stars."""
    told = statistics(made, found)
    scores = [estimate(told, Question(use_case, NOW), found.baselines, constants).score for use_case in range(2)]
    return float(np.sqrt(np.mean((np.stack(scores, axis=1) - made.truth) ** 2)))


@pytest.mark.parametrize("seed", SEEDS)
def test_severities_are_close_to_those_the_community_was_made_with(seed: int) -> None:
    made, found = recomputed(seed)
    assert np.corrcoef(found.severity, made.severity)[0, 1] > 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_track_records_tell_the_accurate_from_the_noisy(seed: int) -> None:
    made, found = recomputed(seed)
    means = [found.track_record[made.noise == noise].mean() for noise in (0.5, 1.0, 2.0)]
    assert means[0] > means[1] > means[2]
    assert means[0] > 1 > means[2]


@pytest.mark.parametrize("seed", SEEDS)
def test_evidence_earns_its_weight_in_the_order_of_the_proof(seed: int) -> None:
    _, found = recomputed(seed)
    assert list(found.evidence_weights) == sorted(found.evidence_weights)
    assert found.evidence_weights[0] < found.evidence_weights[3] < found.evidence_weights[5]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_measured_brings_scores_closer_to_the_truth(seed: int) -> None:
    made, found = recomputed(seed)
    without = replace(found, severity=0 * found.severity, track_record=1 + 0 * found.track_record)
    flat = replace(found.constants, evidence_weights=(1.0,) * len(CONSTANTS.evidence_weights))
    assert error(made, found, found.constants) < error(made, without, flat)

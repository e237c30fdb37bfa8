"""The ladder in numbers small enough to work out on paper."""

from math import inf, sqrt

import numpy as np
import pytest

from scoring.arrays import Floats
from scoring.constants import CONSTANTS
from scoring.crowds import Crowd, draw, saturation
from scoring.histograms import BINS
from scoring.ladder import Climb, climb, ground


def heard(**masses: tuple[float, float]) -> Floats:
    """Histograms of one cell: `t4=(residual, mass)` for each tier that speaks."""
    histograms = np.zeros((5, 1, BINS))
    for tier, (residual, mass) in masses.items():
        histograms[int(tier[1]), 0, round((residual + 4) / 0.25)] = mass
    return histograms


def locations(climbed: Climb) -> list[float]:
    return [float(rung.location[0]) for rung in climbed.rungs]


def test_a_proven_cell_is_a_shrunk_mean_and_its_variance_the_rest_of_it() -> None:
    climbed = climb(heard(t4=(1, 2)), ground(1), 1)
    assert locations(climbed) == pytest.approx([2 * 1 / (1 + 2)] * 5)
    assert climbed.rungs[0].variance[0] == pytest.approx(0.45 / (1 + 2))


def test_a_child_is_held_to_the_same_rung_of_its_parent() -> None:
    parent = climb(heard(t4=(1, 2)), ground(1), 1)
    child = climb(heard(t4=(1, 4)), parent, 4)
    assert locations(child) == pytest.approx([(4 * 2 / 3 + 4 * 1) / (4 + 4)] * 5)
    assert child.footing.variance[0] == pytest.approx(0.45 * (1 / 1 + 1 / 4))
    assert child.rungs[0].variance[0] == pytest.approx(0.45 / (4 + 4) + (4 / (4 + 4)) ** 2 * 0.45 / (1 + 2))


def test_a_weak_tier_that_wants_too_far_is_stopped_and_adds_no_precision() -> None:
    climbed = climb(heard(t4=(1, 2), t0=(-2, 4)), ground(1), 1)
    reach = 0.4 * sqrt(0.45 / 3)
    assert locations(climbed) == pytest.approx([2 / 3 - reach] + [2 / 3] * 4)
    assert [bool(rung.stopped[0]) for rung in climbed.rungs] == [True, False, False, False, False]
    assert climbed.rungs[0].mass[0] == 2
    assert climbed.rungs[0].variance[0] == climbed.rungs[1].variance[0]


def test_a_weak_tier_that_agrees_informs() -> None:
    climbed = climb(heard(t4=(1, 2), t0=(0.75, 4)), ground(1), 1)
    assert locations(climbed)[0] == pytest.approx((2 * 1 + 4 * 0.75) / (1 + 2 + 4))
    assert not climbed.rungs[0].stopped[0]
    assert climbed.rungs[0].variance[0] == pytest.approx(0.45 / (1 + 2 + 4))


def test_a_stopped_tier_pulls_no_further_when_the_next_one_speaks() -> None:
    climbed = climb(heard(t4=(1, 2), t1=(-2, 8), t0=(-2, 0)), ground(1), 1)
    first_stop = 2 / 3 - 0.5 * sqrt(0.45 / 3)
    assert locations(climbed)[1] == pytest.approx(first_stop)
    assert locations(climbed)[0] == pytest.approx(first_stop)


def test_the_community_score_knows_no_limits() -> None:
    climbed = climb(heard(t4=(1, 2), t0=(-0.5, 4)), ground(1), 1)
    assert climbed.community[0] == pytest.approx((2 * 1 - 4 * 0.5) / (1 + 2 + 4))
    assert climbed.community[0] < locations(climbed)[0]


def test_a_crowd_saturates_and_proof_does_not() -> None:
    masses = np.array([[4.0], [8.0], [16.0], [32.0], [1e6]])
    counted = masses * saturation(CONSTANTS)(masses)
    assert counted.ravel().tolist() == [4 / (1 + 4 / 4), 8 / (1 + 8 / 8), 16 / (1 + 16 / 16), 32 / (1 + 32 / 32), 1e6]


def test_a_child_is_one_draw_around_its_parent_and_its_strongest_tier_comes_first() -> None:
    masses = np.array([[12.0], [0.0], [0.0], [0.0], [4.0]])
    counted = (masses * draw(4.0)(masses)).ravel()
    assert counted[4] == pytest.approx(4 / (1 + 4 / 4))
    assert counted[0] == pytest.approx((4 + 12) / (1 + (4 + 12) / 4) - 4 / (1 + 4 / 4))


def test_thinning_a_crowd_quiets_each_tier_of_each_cell_by_its_own_factor() -> None:
    ones = np.array([0, 0, 1])
    crowd = Crowd(cell=ones, tier=ones * 4, bin=ones, weight=np.array([3.0, 1.0, 2.0]), cells=2, tiers=5)
    thinned = crowd.thinned(lambda masses: 1 / (1 + masses))
    assert thinned.weight == pytest.approx([3 / (1 + 4), 1 / (1 + 4), 2 / (1 + 2)])
    assert thinned.among(np.array([0, 0, 0]), 1).masses()[4, 0] == pytest.approx(2 / (1 + 2))


def test_the_strongest_tier_has_no_limit() -> None:
    assert CONSTANTS.ladder_steps[4] == inf
    assert locations(climb(heard(t4=(4, 1e9)), ground(1), 1))[4] == pytest.approx(4, abs=1e-6)

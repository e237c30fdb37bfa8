"""The ladder in numbers small enough to work out on paper."""

from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pytest

from scoring.constants import CONSTANTS
from scoring.crowds import Crowd, draw, gathered, saturation
from scoring.holds import Hold, baseline, shares
from scoring.ladder import Climb, climb

SPREAD = CONSTANTS.residual_variance


def heard(freshness: float = 1.0, cells: int = 1, **masses: tuple[float, float]) -> Crowd:
    """The crowd in every cell: `t4=(residual, mass)` for each tier that speaks."""
    tiers = np.tile([int(tier[1]) for tier in masses], cells).astype(np.int64)
    bins = np.tile([round((residual + 4) / 0.25) for residual, _ in masses.values()], cells).astype(np.int64)
    weight = np.tile([float(mass) for _, mass in masses.values()], cells)
    place = np.repeat(np.arange(cells), len(masses))
    return gathered(place, tiers, bins, weight, np.full(len(place), freshness), (5, cells))


def ground(cells: int) -> Hold:
    return baseline(7, cells)


def locations(climbed: Climb) -> list[float]:
    return [float(rung.location[0]) for rung in climbed.rungs]


def test_a_proven_cell_is_a_shrunk_mean_and_its_variance_the_rest_of_it() -> None:
    climbed = climb(heard(t4=(1, 2)), ground(1), 1)
    assert locations(climbed) == pytest.approx([2 * 1 / (1 + 2)] * 5)
    assert climbed.rungs[0].variance[0] == pytest.approx(SPREAD / (1 + 2))


def test_a_child_is_held_to_the_same_rung_of_its_parent() -> None:
    parent = climb(heard(t4=(1, 2)), ground(1), 1)
    child = climb(heard(t4=(1, 4)), parent.hold(), 4)
    assert locations(child) == pytest.approx([(4 * 2 / 3 + 4 * 1) / (4 + 4)] * 5)
    assert child.footing.variance[0] == pytest.approx(SPREAD * (1 / 1 + 1 / 4))
    assert child.rungs[0].variance[0] == pytest.approx(SPREAD / (4 + 4) + (4 / (4 + 4)) ** 2 * SPREAD / (1 + 2))


def test_a_weak_tier_that_wants_too_far_is_stopped_and_adds_no_precision() -> None:
    climbed = climb(heard(t4=(1, 2), t0=(-2, 4)), ground(1), 1)
    reach = 0.4 * sqrt(SPREAD / 3)
    assert locations(climbed) == pytest.approx([2 / 3 - reach] + [2 / 3] * 4)
    assert [bool(rung.stopped[0]) for rung in climbed.rungs] == [True, False, False, False, False]
    assert climbed.rungs[0].mass[0] == 2
    assert climbed.rungs[0].variance[0] == climbed.rungs[1].variance[0]


def test_a_weak_tier_that_agrees_informs() -> None:
    climbed = climb(heard(t4=(1, 2), t0=(0.75, 4)), ground(1), 1)
    assert locations(climbed)[0] == pytest.approx((2 * 1 + 4 * 0.75) / (1 + 2 + 4))
    assert not climbed.rungs[0].stopped[0]
    assert climbed.rungs[0].variance[0] == pytest.approx(SPREAD / (1 + 2 + 4))


def test_a_stopped_tier_pulls_no_further_when_the_next_one_speaks() -> None:
    climbed = climb(heard(t4=(1, 2), t1=(-2, 8), t0=(-2, 0)), ground(1), 1)
    first_stop = 2 / 3 - 0.5 * sqrt(SPREAD / 3)
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
    crowd = gathered(ones, ones * 0 + 4, ones, np.array([3.0, 1.0, 2.0]), ones + 0.0, (5, 2))
    thinned = crowd.thinned(lambda masses: 1 / (1 + masses))
    assert thinned.masses()[4] == pytest.approx([(3 + 1) / (1 + 4), 2 / (1 + 2)])
    assert thinned.among(np.array([0, 0]), 1).histogram(4)[0, :2] == pytest.approx([4 / (1 + 4), 2 / (1 + 2)])


def test_the_strongest_tier_has_no_limit() -> None:
    assert CONSTANTS.ladder_steps[4] == inf
    assert locations(climb(heard(t4=(4, 1e9)), ground(1), 1))[4] == pytest.approx(4, abs=1e-6)


def test_a_mean_of_stale_ratings_is_surer_than_their_discounted_mass() -> None:
    # Two ratings' worth of mass left of four, each half fresh: of the spread, the mean keeps ½·½·4 = 1 of 2 parts.
    climbed = climb(heard(freshness=0.5, t4=(1, 2)), ground(1), 1)
    assert locations(climbed)[0] == pytest.approx(2 / 3)
    assert climbed.rungs[0].variance[0] == pytest.approx(SPREAD * (1 + 2 * 0.5) / (1 + 2) ** 2)


def test_a_crowd_that_wants_all_dimensions_moved_is_stopped_by_the_mean_of_them() -> None:
    climbed = climb(heard(cells=5, t4=(1, 2), t0=(-2, 4)), ground(5), 1, 5)
    shared = (1 + 4 * CONSTANTS.dimension_correlation) / 5  # of the variance of one, that of the mean of five
    reach = 0.4 * sqrt(SPREAD / 3 * shared)
    assert climbed.rungs[0].location == pytest.approx([2 / 3 - reach] * 5)
    assert climbed.rungs[0].stopped.all()


def test_a_crowd_that_speaks_of_one_dimension_moves_it_as_far_as_it_may() -> None:
    crowd = heard(cells=5, t4=(1, 2), t0=(-2, 4))
    crowd = replace(crowd, quiet=np.where((np.arange(5)[:, None] == 0) & (crowd.cell > 0), 0.0, crowd.quiet))
    moved = climb(crowd, ground(5), 1, 5).rungs[0].location
    assert moved == pytest.approx([2 / 3 - 0.4 * sqrt(SPREAD / 3), 2 / 3, 2 / 3, 2 / 3, 2 / 3])


def test_what_lifts_the_overall_lifts_every_dimension_and_is_doubted_in_all_at_once() -> None:
    profile = Hold(np.array([[1.0, 3.0]]), np.array([[0.3, 0.2]]), np.array([[0.1, 0.1]]))
    effect = Hold(np.array([[0.5]]), np.array([[0.4]]), np.zeros((1, 1)))
    raised = profile.raised(effect, 2)
    assert raised.location.tolist() == [[1.5, 3.5]]
    assert raised.variance == pytest.approx(np.array([[0.3 - 0.1 + 0.4, 0.2 - 0.1 + 0.4]]))
    assert raised.common.tolist() == [[0.4, 0.4]]


def test_a_mean_over_dimensions_counts_each_by_what_it_has_to_say() -> None:
    share = shares(np.array([[3.0, 1.0], [1.0, 0.0]]), 2)  # tier 0, tier 1; then the footing and the community
    assert share[:, 0] == pytest.approx(np.array([[0.8, 0.2], [1, 0], [0.5, 0.5], [0.8, 0.2]]), abs=1e-5)
    mean = Hold(np.ones((4, 2)) * [1, 3], np.full((4, 2), 0.3), np.full((4, 2), 0.1)).mean(share)
    assert mean.location[0, 0] == pytest.approx(0.8 * 1 + 0.2 * 3, abs=1e-5)
    assert mean.variance[0, 0] == pytest.approx(0.1 + 0.2 * (0.8**2 + 0.2**2), abs=1e-5)

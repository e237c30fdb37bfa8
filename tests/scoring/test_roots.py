from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.arrays import Floats
from scoring.histograms import BINS, CENTRES, WIDTH
from scoring.roots import CLIP, KNOTS, forces, pulls, roots

loads: Any = arrays(np.float64, BINS, elements=st.floats(0, 1e4) | st.just(0.0))


def written_out(at: float, kappa: float, target: float, histogram: Floats, cancelled: float) -> float:
    pull = sum(mass * min(CLIP, max(-CLIP, x - at)) for x, mass in zip(CENTRES, histogram, strict=True))
    return float(kappa * (target - at) + pull + cancelled)


def bisected(*force: Any) -> float:
    low, high = -1e6, 1e6
    for _ in range(120):
        middle = (low + high) / 2
        low, high = (middle, high) if written_out(middle, *force) > 0 else (low, middle)
    return (low + high) / 2


def root(kappa: float, target: float, histogram: Floats, cancelled: float) -> float:
    return float(roots(kappa, np.array([target]), pulls(histogram[None]), np.array([cancelled]))[0])


def single(*ratings: tuple[float, float]) -> Floats:
    histogram = np.zeros(BINS)
    for x, mass in ratings:
        histogram[round((x + 4) / 0.25)] = mass
    return histogram


def test_the_clip_lies_on_the_grid_so_that_knots_are_exact() -> None:
    assert CLIP % WIDTH == 0
    assert np.diff(KNOTS) == pytest.approx(WIDTH)


def test_without_ratings_a_cell_stands_where_its_parent_does() -> None:
    assert root(4, 0.3, np.zeros(BINS), 0) == pytest.approx(0.3)


def test_near_ratings_pull_like_a_weighted_mean() -> None:
    # 4 (0 - s) + 3 (1 - s) + 1 (0.5 - s) = 0
    assert root(4, 0, single((1, 3), (0.5, 1)), 0) == pytest.approx((3 * 1 + 1 * 0.5) / (4 + 3 + 1))


def test_a_far_rating_pulls_no_harder_than_two_stars() -> None:
    # 4 (0 - s) + 1 * 2 = 0
    assert root(4, 0, single((4, 1)), 0) == pytest.approx(1 * 2 / 4)


def test_a_cancelled_pull_can_carry_the_root_beyond_the_grid() -> None:
    # 2 (0 - s) + 30 = 0, and the rating at 0 pulls back by 2
    assert root(2, 0, single((0, 1)), 30) == pytest.approx((30 - 2) / 2)
    assert root(2, 0, single((0, 1)), -30) == pytest.approx(-(30 - 2) / 2)


@settings(deadline=None)
@given(st.sampled_from([1.0, 4.0]), st.floats(-6, 6), loads, st.floats(-200, 200))
def test_the_root_is_where_bisection_finds_it(kappa: float, target: float, load: Floats, cancelled: float) -> None:
    assert root(kappa, target, load, cancelled) == pytest.approx(bisected(kappa, target, load, cancelled), abs=1e-9)


@settings(deadline=None)
@given(st.floats(-9, 9), st.floats(-6, 6), loads, st.floats(-200, 200))
def test_the_force_anywhere_is_the_formula_written_out(
    at: float, target: float, load: Floats, cancelled: float
) -> None:
    force = forces(4.0, np.array([target]), pulls(load[None]), np.array([cancelled]), np.array([at]))[0]
    assert force == pytest.approx(written_out(at, 4.0, target, load, cancelled), abs=1e-12 * (1 + load.sum()) * 100)

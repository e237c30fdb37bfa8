from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.constants import CONSTANTS
from scoring.rankings import best_first, composites, normalise
from scoring.ranks import ranks

weights: Any = st.lists(st.integers(0, 100), min_size=5, max_size=5).filter(any)
standings: Any = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, n, elements=st.floats(1, 5)), arrays(np.float64, n, elements=st.floats(1e-4, 1))
    )
)


def test_weights_are_scaled_to_sum_one() -> None:
    assert normalise([1, 0, 3]).tolist() == [0.25, 0, 0.75]


@pytest.mark.parametrize("huge_or_tiny", [1e308, 1e-308])
def test_weights_may_be_as_large_or_small_as_numbers_go(huge_or_tiny: float) -> None:
    assert normalise([huge_or_tiny] * 5).tolist() == [0.2] * 5


@pytest.mark.parametrize("wrong", [[-1.0, 2.0], [float("nan"), 1.0], [float("inf"), 1.0]])
def test_a_weight_is_a_finite_number_and_not_negative(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="Every weight must be a finite number"):
        normalise(wrong)


@pytest.mark.parametrize("silent", [[0.0, 0.0], []])
def test_weights_that_are_all_zero_ask_for_nothing(silent: list[float]) -> None:
    with pytest.raises(ValueError, match="At least one weight must be above zero"):
        normalise(silent)


def test_a_composite_is_the_weighted_mean_and_its_errors_are_partly_shared() -> None:
    told = composites(np.array([[4.0, 2.0]]), np.array([[0.04, 0.16]]), [1, 3])
    apart = 0.25**2 * 0.04 + 0.75**2 * 0.16
    shared = (0.25 * sqrt(0.04) + 0.75 * sqrt(0.16)) ** 2
    variance = (1 - 0.4) * apart + 0.4 * shared
    assert told.score[0] == pytest.approx(0.25 * 4 + 0.75 * 2)
    assert told.variance[0] == pytest.approx(variance)
    assert told.low[0] == pytest.approx(2.5 - 1.96 * sqrt(variance))
    assert told.high[0] == pytest.approx(2.5 + 1.96 * sqrt(variance))
    assert told.bound[0] == pytest.approx(2.5 - 1.28 * sqrt(variance))


def test_asking_for_one_dimension_gives_that_dimension() -> None:
    told = composites(np.array([[4.0, 2.0]]), np.array([[0.04, 0.16]]), [0, 7])
    assert (told.score[0], told.variance[0]) == (2.0, pytest.approx(0.16))


@given(weights, st.floats(1e-300, 1e300))
def test_only_the_proportions_of_the_weights_matter(given_: list[int], factor: float) -> None:
    scores, variances = np.array([[1.0, 2, 3, 4, 5]]), np.array([[0.1, 0.2, 0.3, 0.4, 0.5]])
    plain, scaled = (composites(scores, variances, each) for each in (given_, [w * factor for w in given_]))
    assert scaled.score == pytest.approx(plain.score)
    assert scaled.variance == pytest.approx(plain.variance)


@given(st.lists(st.sampled_from([-1e300, 0.0, 1.0, 2.5, 2.6]) | st.floats(-9, 9), min_size=1), st.integers(1, 50))
def test_the_best_are_those_that_sorting_all_puts_first(values: list[float], most: int) -> None:
    expected = sorted(range(len(values)), key=lambda place: -values[place])[:most]
    assert best_first(np.array(values), most).tolist() == expected


def test_equals_share_a_rank() -> None:
    assert ranks(np.array([3.0, 4.0, 3.0]), np.full(3, 0.1), version=1).rank.tolist() == [2, 1, 2]


@pytest.mark.parametrize("variance", [0.0, 1e-18, 1e-6])
def test_scores_far_apart_have_one_possible_rank(variance: float) -> None:
    told = ranks(np.array([2.0, 5.0, 3.5]), np.full(3, variance), version=1)
    assert told.low.tolist() == told.high.tolist() == told.rank.tolist() == [3, 1, 2]
    assert told.best.tolist() == [0, 1, 0]


def test_two_equals_lead_equally_often() -> None:
    told = ranks(np.array([3.0, 3.0]), np.array([0.2, 0.2]), version=1)
    assert told.best.tolist() == [0.5, 0.5]  # exactly: half the draws mirror the other half


def test_the_lead_of_one_over_another_is_as_likely_as_normal_tables_say() -> None:
    told = ranks(np.array([3.5, 3.0]), np.array([0.125, 0.125]), version=5)
    assert told.best[0] == pytest.approx(
        0.8413, abs=4 * sqrt(0.8413 * 0.1587 / CONSTANTS.draws)
    )  # half a star is one deviation


def test_no_subjects_have_no_ranks() -> None:
    assert ranks(np.array([]), np.array([]), version=1).best.tolist() == []


def test_the_draws_are_the_same_for_everybody_until_the_data_change() -> None:
    score, variance = np.linspace(2, 4, 40), np.full(40, 0.3)
    one, same, later = (ranks(score, variance, version) for version in (7, 7, 8))
    assert one.best.tolist() == same.best.tolist()
    assert one.low.tolist() == same.low.tolist()
    assert one.best.tolist() != later.best.tolist()


@settings(deadline=None, max_examples=30)
@given(standings, st.integers(0, 2**63))
def test_a_rank_lies_in_its_range_and_somebody_is_always_best(standing: Any, version: int) -> None:
    told = ranks(standing[0], standing[1], version)
    assert ((told.low >= 1) & (told.low <= told.rank) & (told.rank <= told.high)).all()
    assert (told.high <= len(told.rank)).all()
    assert told.best.sum() == pytest.approx(1)


@settings(deadline=None, max_examples=30)
@given(st.permutations(list(range(12))))
def test_the_order_of_the_subjects_does_not_matter(places: list[int]) -> None:
    score, variance = np.linspace(2, 4, 12), np.linspace(0.1, 0.5, 12)
    told, shuffled = ranks(score, variance, 3), ranks(score[places], variance[places], 3)
    assert shuffled.best.tolist() == told.best[places].tolist()
    assert shuffled.high.tolist() == told.high[places].tolist()

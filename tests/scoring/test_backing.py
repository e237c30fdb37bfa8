"""Backing: hysteresis is replayed from the months, so nothing has to be remembered."""

from typing import Any

import numpy as np
import pytest

from scoring.backing import backed, held
from scoring.constants import CONSTANTS
from scoring.estimates import Question
from scoring.months import DAYS
from tests.scoring.columns import MONTH, NOW, Rating, statistics

FADE = 2 ** (-DAYS / 365)  # of a month


def state(ratings: list[Rating], now: float = NOW, **asked: Any) -> bool:
    return bool(held(statistics(ratings), Question(use_case=0, now=now, **asked), 1)[0, 0])


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([], False),
        ([Rating(4)], True),  # one fresh vote: 1
        ([Rating(4, level=3)], False),  # 0.6
        ([Rating(4, level=3, times=2)], True),  # 1.2
        ([Rating(4, level=2, times=50)], False),  # tier 0 backs nothing
        ([Rating(4, level=2, standing=2, times=3)], True),  # 3 * 0.4 in tier 2
        ([Rating(4, use_case=1)], False),
    ],
)
def test_a_cell_is_backed_from_one_proven_vote_on(ratings: list[Rating], expected: bool) -> None:
    assert state(ratings) is expected


def test_a_backed_cell_stays_so_until_it_falls_below_the_lower_threshold() -> None:
    """One vote of month 0 is worth fade^n after n months: below 1 at once, below .8 after four."""
    assert 0.8 < FADE < 1
    months = [state([Rating(4)], NOW + passed) for passed in range(6)]
    assert months == [FADE**passed >= 0.8 for passed in range(6)] == [True] * 4 + [False] * 2


def test_a_cell_that_never_reached_the_upper_threshold_is_not_backed_between_the_two() -> None:
    assert CONSTANTS.established_until < 0.9 < CONSTANTS.established_from
    assert not state([Rating(4, track_record=0.9)])
    assert state([Rating(4, month=MONTH - 1), Rating(4, track_record=0.01)])  # it was backed a month ago


def test_a_cell_that_fell_must_reach_the_upper_threshold_again() -> None:
    old = [Rating(4, month=MONTH - 24)]
    assert not state([*old, Rating(4, track_record=0.6)])  # 0.6 + about 0.25
    assert state([*old, Rating(4, track_record=0.9)])


def test_filters_count_for_backing_too() -> None:
    assert not state([Rating(4, level=3, times=3)], minimum_level=4)
    assert not state([Rating(4)], first_month=MONTH + 1)


def test_a_subject_is_backed_in_every_dimension_asked_for() -> None:
    cells = np.array([[True, False], [True, True]])
    assert backed(cells, np.array([1.0, 0.0])).tolist() == [True, True]
    assert backed(cells, np.array([0.5, 0.5])).tolist() == [False, True]

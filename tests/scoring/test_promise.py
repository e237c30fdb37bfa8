"""The promise against manipulation: whatever weak tiers say, wherever, they move a cell no further than stated."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import hierarchy
from scoring.constants import CONSTANTS
from scoring.ladder import Climb
from scoring.voices import voices
from tests.scoring.columns import NOW, Rating, statistics

MODEL_OF = (0, 0, 1)
WEAKEST = {0: (0, 0), 1: (0, 1), 2: (3, 1), 3: (4, 0)}  # a level and standing that speak from each tier

speakers = st.builds(
    Rating,
    stars=st.integers(1, 5),
    endpoint=st.integers(0, 2),
    use_case=st.integers(0, 1),
    dimension=st.just(0),
    level=st.integers(0, 5),
    standing=st.integers(0, 2),
    times=st.integers(1, 50),
)
attackers = st.builds(
    Rating,
    stars=st.integers(1, 5),
    endpoint=st.integers(0, 2),
    use_case=st.integers(0, 1),
    times=st.integers(1, 10**6),
)


def climbed(ratings: list[Rating], pooled: bool) -> Climb:
    everything = voices(statistics(ratings, MODEL_OF), NOW, CONSTANTS)
    here = everything.where(everything.rows.use_case == 0)
    ladder = hierarchy.pooled if pooled else hierarchy.endpoints
    return ladder(here, hierarchy.above(everything, 2, 1, CONSTANTS), 1, CONSTANTS)


@settings(deadline=None, max_examples=150)
@given(st.lists(speakers, max_size=8), st.lists(attackers, min_size=1, max_size=4), st.integers(0, 3), st.booleans())
def test_tiers_up_to_t_move_no_cell_beyond_their_steps_of_what_the_stronger_said(
    ratings: list[Rating], attack: list[Rating], tier: int, pooled: bool
) -> None:
    level, standing = WEAKEST[tier]
    before = climbed(ratings, pooled).rungs[tier + 1]
    attack = [replace(rating, level=level, standing=standing) for rating in attack]
    after = climbed([*ratings, *attack], pooled)
    limit = sum(CONSTANTS.ladder_steps[: tier + 1]) * np.sqrt(before.variance)
    assert (np.abs(after.rungs[0].location - before.location) <= limit + 1e-9).all()
    assert after.rungs[tier + 1].location == pytest.approx(before.location, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(st.lists(speakers, max_size=12), st.booleans())
def test_variance_never_grows_down_the_ladder(ratings: list[Rating], pooled: bool) -> None:
    ladder = climbed(ratings, pooled)
    variances = np.array([rung.variance for rung in (*ladder.rungs, ladder.footing)])
    assert (np.diff(variances, axis=0) >= 0).all()
    assert (variances > 0).all()


def test_the_limit_is_attained_and_not_just_a_bound() -> None:
    proven = [Rating(4, level=5, times=4)]
    quiet = climbed(proven, pooled=True)
    stormed = climbed([*proven, Rating(1, level=0, times=10**6)], pooled=True)
    moved = quiet.rungs[1].location[0] - stormed.rungs[0].location[0]
    assert moved == pytest.approx(0.4 * np.sqrt(quiet.rungs[1].variance[0]))

"""Pareto sets, worked by hand and held against brute force."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.arrays import Floats
from scoring.frontiers import Column, Frontier, efficient, frontier

columns: Any = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 5).map(float), min_size=n, max_size=n).map(np.array)] * 2)
)


def exact(values: list[float] | Floats, *, more_is_better: bool = True) -> Column:
    return Column(np.array(values), np.zeros(len(values)), more_is_better)


def dominated(x: Floats, y: Floats, one: int) -> bool:
    return any(a >= x[one] and b >= y[one] and (a, b) != (x[one], y[one]) for a, b in zip(x, y, strict=True))


def test_a_frontier_of_price_and_quality_worked_by_hand() -> None:
    price, score = exact([1, 2, 4, 5], more_is_better=False), exact([2, 4, 3, 4.5])
    told = frontier(price, score, 1)
    assert told.efficient.tolist() == [True, True, False, True]
    assert told.x_short.tolist() == [0, 0, 4 - 2, 0]
    assert told.y_short.tolist() == [0, 0, 4 - 3, 0]
    assert told.distance[2] == pytest.approx(min(2 / 4, 1 / 2.5))
    assert told.chance.tolist() == [1, 1, 0, 1]


@given(columns)
def test_the_set_is_that_of_brute_force(pair: tuple[Floats, Floats]) -> None:
    x, y = pair
    inside = efficient(x[None, :], y[None, :])[0]
    assert inside.tolist() == [not dominated(x, y, one) for one in range(len(x))]


@settings(max_examples=50)
@given(columns)
def test_who_improves_by_the_distance_is_strictly_behind_nobody(pair: tuple[Floats, Floats]) -> None:
    told = frontier(exact(pair[0]), exact(pair[1]), 1)
    spans = exact(pair[0]).span, exact(pair[1]).span
    for one in np.flatnonzero(~told.efficient):
        x, y = pair[0][one] + told.distance[one] * spans[0], pair[1][one] + told.distance[one] * spans[1]
        assert not ((pair[0] > x + 1e-9) & (pair[1] > y + 1e-9)).any()
    assert (told.distance[told.efficient] == 0).all()
    assert (told.x_short[told.efficient] == 0).all()


def uncertain(variance: float) -> Frontier:
    score = Column(np.array([4.0, 3.9]), np.full(2, variance))
    return frontier(exact([2, 3], more_is_better=False), score, 5)


def test_the_chance_follows_from_the_uncertainty() -> None:
    sure, vague = uncertain(1e-6), uncertain(1.0)
    assert sure.chance.tolist() == [1, 0]
    assert vague.chance[0] == 1
    # the dearer one leads when its score beats the other's: P(N(.1, √2) < 0) = .47
    assert 0.41 < vague.chance[1] < 0.53


def test_the_same_seed_gives_the_same_chances() -> None:
    assert uncertain(0.5).chance.tolist() == uncertain(0.5).chance.tolist()


def test_nobody_has_no_frontier() -> None:
    assert frontier(exact([]), exact([]), 1).efficient.tolist() == []

"""Figures are shown to the millionth, one by one as all at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from scoring.figures import all_published, published


def test_what_follows_the_millionth_is_not_shown() -> None:
    assert [published(each) for each in (3.14159265, 0.1 + 0.2, -2.0000005, 5)] == [3.141593, 0.3, -2.0, 5.0]


@given(some.lists(some.floats(-1e9, 1e9)))
def test_several_figures_are_shown_as_each_of_them(values: list[float]) -> None:
    assert all_published(np.array(values)) == [published(each) for each in values]


@given(some.integers(-(10**12), 10**12))
def test_a_figure_of_millionths_stays_as_it_is(millionths: int) -> None:
    assert published(published(millionths / 10**6)) == millionths / 10**6

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.histograms import BINS, CENTRES, entries, mass, residual, split

severities, baselines = st.floats(-0.5, 0.5), st.floats(1, 5)
ratings = st.tuples(st.integers(1, 5), severities, baselines, st.floats(0.4, 1.5))


def test_there_are_33_bins_a_quarter_of_a_star_apart() -> None:
    assert BINS == 33
    assert CENTRES.tolist() == [-4 + 0.25 * place for place in range(33)]


def test_a_residual_between_two_bins_is_shared_by_nearness() -> None:
    assert split(0.0) == ((16, 1.0),)
    assert split(0.0625) == ((16, 0.75), (17, 0.25))
    assert split(-3.875) == ((0, 0.5), (1, 0.5))


@pytest.mark.parametrize(("beyond", "place"), [(4, 32), (99, 32), (-4, 0), (-99, 0)])
def test_a_residual_beyond_the_scale_is_clipped_to_its_end(beyond: float, place: int) -> None:
    assert split(beyond) == ((place, 1.0),)


@given(st.floats(-4, 4))
def test_splitting_keeps_the_mean(value: float) -> None:
    shares = split(value)
    assert sum(share for _, share in shares) == pytest.approx(1, abs=1e-15)
    assert sum(share * CENTRES[place] for place, share in shares) == pytest.approx(value, abs=1e-14)


def test_mass_counts_units_of_two_to_the_minus_twenty() -> None:
    assert mass(1.0) == 2**20
    assert mass(0.4) == 419_430  # 0.4 * 1_048_576 = 419_430.4


def test_a_rating_is_its_residual_with_integer_mass() -> None:
    assert residual(5, 0.25, 3.6875) == 5 - 0.25 - 3.6875
    first, second = entries(5, 0.25, 3.6875, 1.0)  # residual 1.0625: a quarter of the way from bin 20 to bin 21
    assert (first.bin, first.mass, first.count) == (20, 3 * 2**18, 1)
    assert (second.bin, second.mass, second.count) == (21, 2**18, 0)


@given(ratings)
def test_the_masses_of_a_rating_sum_exactly_and_it_counts_once(rating: tuple[int, float, float, float]) -> None:
    written = entries(*rating)
    assert sum(entry.mass for entry in written) == mass(rating[3])
    assert [entry.count for entry in written] == [1, 0][: len(written)]
    assert all(0 <= entry.bin < BINS and entry.mass >= 0 for entry in written)


@given(st.lists(ratings, max_size=20), st.data())
def test_taking_ratings_away_in_any_order_leaves_exactly_what_was_there(
    given_: list[tuple[int, float, float, float]], data: st.DataObject
) -> None:
    stored: Counter[int] = Counter()
    for rating in given_:
        stored.update({entry.bin: entry.mass for entry in entries(*rating)})
    for rating in data.draw(st.permutations(given_)):
        stored.subtract({entry.bin: entry.mass for entry in entries(*rating)})
    assert not any(stored.values())

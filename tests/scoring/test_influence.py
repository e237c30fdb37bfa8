"""Influence: a variant is what a whole new estimate would say."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.estimates import Question, estimate, neutral
from scoring.influence import Case, variants
from scoring.rankings import composites
from scoring.voices import Statistics
from tests.scoring.columns import NOW, Rating, statistics

MODELS = (0, 0, 1, 1, 1)
SHARES = np.array([0.7, 0.3])

ratings = st.builds(
    Rating,
    stars=st.integers(1, 5),
    endpoint=st.integers(0, 4),
    use_case=st.integers(0, 1),
    dimension=st.integers(0, 1),
    level=st.integers(0, 5),
    standing=st.integers(0, 2),
)


def case(rows: Statistics, pooled: bool) -> Case:
    return Case(rows, Question(use_case=0, now=NOW, pooled=pooled), neutral(2, 2), SHARES)


def scores(whole: Case) -> list[float]:
    found = estimate(whole.statistics, whole.question, whole.baselines)
    return list(composites(found.score, found.variance, whole.shares.tolist()).score)


def negated(rows: Statistics) -> Statistics:
    return replace(rows, mass=-rows.mass, count=-rows.count)


@settings(deadline=None, max_examples=40)
@given(st.lists(ratings, min_size=1, max_size=12), st.booleans())
def test_a_variant_is_what_a_whole_new_estimate_says(given: list[Rating], pooled: bool) -> None:
    whole = case(statistics(given, MODELS), pooled)
    about = given[0].endpoint
    kin = [place for place, rating in enumerate(given) if MODELS[rating.endpoint] == MODELS[about]]
    changes = [negated(statistics([given[place]], MODELS)) for place in kin]
    told = variants(whole, about, [statistics([], MODELS), *changes])
    place = MODELS[about] if pooled else about
    rest = [[rating for other, rating in enumerate(given) if other != place] for place in kin]
    expected = [scores(case(statistics(some, MODELS), pooled))[place] for some in [given, *rest]]
    np.testing.assert_allclose(told, expected, atol=1e-9)


def test_more_variants_than_are_estimated_at_once_keep_their_order() -> None:
    whole = case(statistics([Rating(3)], MODELS), pooled=False)
    added = [statistics([Rating(5, standing=2, times=times)], MODELS) for times in range(1, 150)]
    told = variants(whole, 0, added)
    assert len(told) == 149
    assert (np.diff(told) > 0).all()


def test_no_variants_are_none() -> None:
    assert variants(case(statistics([], MODELS), pooled=True), 3, []).tolist() == []

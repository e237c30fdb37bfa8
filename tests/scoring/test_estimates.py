from dataclasses import fields, replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.constants import CONSTANTS
from scoring.estimates import Estimates, Question, estimate, neutral
from tests.scoring.columns import MONTH, NOW, Rating, statistics

HERE = Question(use_case=0, now=NOW)
POOLED = replace(HERE, pooled=True)
MODEL_OF = (0, 0, 1)

anything = st.builds(
    Rating,
    stars=st.integers(1, 5),
    endpoint=st.integers(0, 2),
    use_case=st.integers(0, 1),
    dimension=st.integers(0, 1),
    level=st.integers(0, 5),
    standing=st.integers(0, 2),
    month=st.integers(MONTH - 60, MONTH + 2),
    track_record=st.floats(0.4, 1.5),
    times=st.integers(1, 100),
)


def estimated(ratings: list[Rating], question: Question = HERE, dimensions: int = 1) -> Estimates:
    return estimate(statistics(ratings, MODEL_OF), question, neutral(2, dimensions))


def test_nothing_heard_is_the_middle_of_the_scale_with_a_wide_interval() -> None:
    empty = estimated([])
    model = sum(CONSTANTS.model_spread)
    here = model + CONSTANTS.model_use_case_spread[0]
    kin = CONSTANTS.model_spread[1] + here + CONSTANTS.model_use_case_spread[1]
    everywhere, (overall, dimension) = model + CONSTANTS.endpoint_spread, CONSTANTS.endpoint_use_case_spread
    variance = (kin - here) + (kin + everywhere + overall) + dimension
    assert empty.score.tolist() == [[3.0], [3.0], [3.0]]
    assert empty.variance == pytest.approx(np.full((3, 1), variance))
    assert empty.low[0, 0] == pytest.approx(3 - 1.96 * sqrt(variance))
    assert empty.facts.count.tolist() == [[0], [0], [0]]


def test_a_model_pools_its_endpoints_and_is_held_to_all_its_use_cases() -> None:
    alone = estimated([Rating(4, endpoint=0, level=5)], POOLED)
    pooled = estimated([Rating(4, endpoint=0, level=5), Rating(4, endpoint=1, level=5)], POOLED)
    elsewhere = estimated([Rating(4, endpoint=0, level=5), Rating(4, endpoint=1, use_case=1, level=5)], POOLED)
    assert 3 < alone.score[0, 0] < elsewhere.score[0, 0] < pooled.score[0, 0] < 4
    assert alone.variance[0, 0] > elsewhere.variance[0, 0] > pooled.variance[0, 0]
    assert pooled.effective[0, 0] == 2
    assert pooled.score[1, 0] == 3


def test_an_endpoint_is_held_to_its_model_and_an_unrated_one_inherits_it() -> None:
    told = estimated([Rating(4, endpoint=0, level=5, times=4)])
    assert told.score[0, 0] > told.score[1, 0] > told.score[2, 0] == 3
    assert told.variance[0, 0] < told.variance[1, 0] < told.variance[2, 0]


def test_what_an_endpoint_is_in_other_use_cases_tells_more_of_it_than_of_its_kin() -> None:
    told = estimated([Rating(4, endpoint=0, use_case=1, level=5, times=4)])
    assert told.score[0, 0] > told.score[1, 0] > told.score[2, 0] == 3
    assert told.effective[0, 0] == 0


def test_what_an_endpoint_is_in_one_dimension_tells_of_its_others() -> None:
    told = estimated([Rating(4, endpoint=0, dimension=1, level=5, times=4)], dimensions=2)
    assert told.score[0, 1] > told.score[0, 0] > told.score[1, 0] > told.score[2, 0] == 3
    assert told.variance[0, 1] < told.variance[0, 0] < told.variance[2, 0]


def test_a_storm_of_unproven_accounts_moves_a_proven_score_by_the_stated_limit() -> None:
    proven = [Rating(4, level=5, times=4)]
    before = estimated(proven, POOLED)
    after = estimated([*proven, Rating(1, level=0, times=1000)], POOLED)
    limit = 0.4 * sqrt(before.variance[0, 0])
    assert before.manipulation_limit[0, 0] == pytest.approx(limit)
    assert after.score[0, 0] == pytest.approx(before.score[0, 0] - limit)
    assert after.rungs[0, 0].tolist() == pytest.approx([after.score[0, 0]] + [before.score[0, 0]] * 4)
    assert after.stopped[0, 0].tolist() == [True, False, False, False, False]
    assert after.effective[0, 0] == pytest.approx(4)
    assert after.community[0, 0] < after.score[0, 0]


@pytest.mark.parametrize("question", [HERE, POOLED])
def test_an_agreeing_crowd_informs_but_saturates(question: Question) -> None:
    told = estimated([Rating(3, level=0, times=100)], question)
    assert told.effective[0, 0] == pytest.approx(100 * 0.20 / (1 + 100 * 0.20 / 4))
    assert told.facts.votes[0, 0] == pytest.approx(100 * 0.20)


def test_facts_tell_who_was_heard() -> None:
    ratings = [Rating(5, level=4, times=2), Rating(2, level=3), Rating(2, level=0, times=5)]
    facts = estimated(ratings).facts
    assert facts.votes[0, 0] == pytest.approx(2 * 1.0 + 0.60 + 5 * 0.20)
    assert facts.established[0, 0] == pytest.approx(2 * 1.0 + 0.60)
    assert facts.verified[0, 0] == pytest.approx(2 * 1.0 / (2 * 1.0 + 0.60 + 5 * 0.20))
    assert facts.count[0, 0] == 2 + 1 + 5


def test_a_rating_fades_by_its_month_and_the_drift_since_widens_the_interval() -> None:
    old = estimated([Rating(4, level=5, month=MONTH - 12, times=4)], POOLED)
    days = 365.25
    mass = 4 * 0.5 ** (days / 365)
    assert old.facts.votes[0, 0] == pytest.approx(mass)
    assert old.facts.age[0, 0] == pytest.approx(days)
    still = replace(CONSTANTS, drift_per_day=0.0)
    calm = estimate(statistics([Rating(4, level=5, month=MONTH - 12, times=4)], MODEL_OF), POOLED, neutral(2, 1), still)
    assert old.variance[0, 0] == pytest.approx(calm.variance[0, 0] + CONSTANTS.drift_per_day * days / 2)


def test_a_month_still_to_come_counts_as_today() -> None:
    assert estimated([Rating(5, month=MONTH + 3)]).facts.votes[0, 0] == 1


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        (replace(HERE, minimum_level=4), [1.0]),
        (replace(HERE, first_month=MONTH), [1.0, 0.60]),
        (replace(HERE, last_month=MONTH - 1), [0.20 * 0.5 ** (365.25 / 12 / 365)]),
        (replace(HERE, use_case=1), [0.25]),
    ],
)
def test_filters_choose_which_ratings_are_heard(asked: Question, heard: list[float]) -> None:
    ratings = [
        Rating(5, level=4),
        Rating(5, level=3),
        Rating(5, level=0, month=MONTH - 1),
        Rating(5, level=1, use_case=1),
    ]
    assert estimated(ratings, asked).facts.votes[0, 0] == pytest.approx(sum(heard))


def test_a_recompute_may_state_other_evidence_weights() -> None:
    constants = replace(CONSTANTS, evidence_weights=(0.1, 0.1, 0.1, 0.1, 0.7, 1.0))
    told = estimate(statistics([Rating(5, level=4)]), HERE, neutral(1, 1), constants)
    assert told.facts.votes[0, 0] == pytest.approx(0.7)


@pytest.mark.parametrize("question", [HERE, POOLED])
@pytest.mark.parametrize("ratings", [[], [Rating(1)], [Rating(5, level=0)], [Rating(3, times=500)]])
def test_no_figure_is_ever_missing(ratings: list[Rating], question: Question) -> None:
    told = estimated(ratings, question)
    figures = [getattr(told, each.name) for each in fields(told) if each.name != "facts"]
    figures += [getattr(told.facts, each.name) for each in fields(told.facts)]
    assert all(np.isfinite(figure).all() for figure in figures)


def test_no_models_at_all_give_no_estimates() -> None:
    told = estimate(statistics([], ()), HERE, neutral(2, 5))
    assert told.score.shape == (0, 5)


@settings(deadline=None, max_examples=50)
@given(st.lists(anything, max_size=12), st.booleans())
def test_scores_stay_on_the_scale_and_inside_their_interval(ratings: list[Rating], pooled: bool) -> None:
    told = estimated(ratings, replace(HERE, pooled=pooled), dimensions=2)
    assert ((told.low >= 1) & (told.low <= told.score) & (told.score <= told.high) & (told.high <= 5)).all()
    assert ((told.facts.verified >= 0) & (told.facts.verified <= 1 + 1e-12)).all()
    assert (told.variance > 0).all()


@settings(deadline=None, max_examples=50)
@given(st.data(), st.lists(anything, max_size=12))
def test_the_order_of_the_rows_does_not_matter(data: st.DataObject, ratings: list[Rating]) -> None:
    shuffled = data.draw(st.permutations(ratings))
    assert estimated(shuffled, dimensions=2).score == pytest.approx(estimated(ratings, dimensions=2).score, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 5), st.integers(1, 100), st.integers(1, 100), st.booleans())
def test_the_interval_shrinks_with_evidence(stars: int, some: int, more: int, pooled: bool) -> None:
    question = replace(HERE, pooled=pooled)
    before = estimated([Rating(stars, level=5, times=some)], question)
    after = estimated([Rating(stars, level=5, times=some + more)], question)
    assert after.variance[0, 0] < before.variance[0, 0]


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 5), st.integers(1, 100), st.integers(0, 60), st.integers(1, 60))
def test_the_interval_grows_with_age(stars: int, times: int, months: int, later: int) -> None:
    ratings = [Rating(stars, level=5, times=times)]
    before = estimated(ratings, replace(HERE, now=NOW + months))
    after = estimated(ratings, replace(HERE, now=NOW + months + later))
    assert after.variance[0, 0] > before.variance[0, 0]


def test_kept_statistics_take_a_third_of_what_64_bits_a_column_would() -> None:
    columns = statistics([Rating(5)]).columns.values()
    assert 3 * sum(column.itemsize for column in columns) <= 8 * len(columns)


def test_a_rating_is_of_its_own_endpoint_also_where_there_are_too_many_for_a_small_number() -> None:
    endpoints = 2**15 + 2
    rows = statistics([Rating(5, endpoint=endpoints - 1, use_case=1, dimension=1)], range(endpoints))
    found = estimate(rows, Question(use_case=1, now=NOW), neutral(2, 2))
    assert np.argwhere(found.facts.count).tolist() == [[endpoints - 1, 1]]
    assert np.flatnonzero(found.score[:, 1] > 3).tolist() == [endpoints - 1]

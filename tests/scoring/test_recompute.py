from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.constants import CONSTANTS
from scoring.recompute import Measured
from tests.scoring.columns import MONTH, NOW
from tests.scoring.facts import Told, measured, panel, ratings, voted

REVIEWERS, ENDPOINTS = 5, 3
told: Any = st.lists(
    st.builds(
        Told,
        reviewer=st.integers(0, REVIEWERS - 1),
        stars=st.integers(1, 5),
        endpoint=st.integers(0, ENDPOINTS - 1),
        level=st.integers(0, 5),
        month=st.integers(MONTH - 40, MONTH + 40),
    ),
    max_size=40,
)
votes: Any = st.lists(
    st.tuples(st.integers(0, REVIEWERS - 1), st.integers(0, REVIEWERS - 1), st.booleans()), max_size=20
)


def neutral(found: Measured) -> bool:
    """Whether nothing was learnt of anybody."""
    same = found.constants == replace(CONSTANTS, drift_per_day=found.drift_per_day)
    return same and bool((found.severity == 0).all() and (found.track_record == 1).all())


def test_without_reviews_everything_is_neutral() -> None:
    found = measured(ratings([], reviewers=3))
    assert neutral(found)
    assert found.baselines.tolist() == [[3.0]]
    assert found.drift_per_day == CONSTANTS.drift_per_day


def test_one_review_teaches_nothing_about_its_author() -> None:
    found = measured(ratings([Told(0, 5, level=5)]))
    assert neutral(found)
    assert found.baselines[0, 0] == pytest.approx((1 * 3 + 1 * 5) / (1 + 1))  # mid-scale counts one vote


def test_where_nobody_has_established_a_cell_reviewers_stay_neutral() -> None:
    crowd = [Told(who, 1 + who % 5, endpoint=where, level=0) for who in range(20) for where in range(3)]
    assert neutral(measured(ratings(crowd, models=3)))


def test_an_author_does_not_establish_a_cell_for_themselves() -> None:
    alone = [Told(0, stars, level=5) for stars in (1, 5, 5, 1)]
    assert neutral(measured(ratings(alone)))


def test_the_generous_have_a_severity_above_zero_and_the_harsh_below() -> None:
    found = measured(panel({0: 1, 1: -1})).severity
    assert found[0] > 0.3
    assert found[1] < -0.3
    assert np.abs(found[2:]).max() < 0.1


def test_where_all_are_equally_harsh_nobody_is() -> None:
    assert measured(panel(dict.fromkeys(range(8), -1))).severity == pytest.approx(np.zeros(8), abs=1e-9)


def test_an_accurate_reviewer_earns_more_than_one_who_guesses() -> None:
    facts = panel({})
    guesses = np.random.default_rng(4).integers(1, 6, len(facts.stars)).astype(np.float64)
    found = measured(replace(facts, stars=np.where(facts.reviewer == 0, guesses, facts.stars)))
    assert found.track_record[0] < 1 < found.track_record[1:].min()


def test_a_reviewer_with_ten_thousand_reviews_has_one_voice_in_what_holds_for_all() -> None:
    tireless = [Told(0, 5, endpoint=where % 30) for where in range(10_000)]
    others = panel({})
    facts = ratings(tireless, models=30)
    columns = ("endpoint", "use_case", "dimension", "level", "month", "stars")
    joined: Any = {name: np.concatenate([getattr(facts, name), getattr(others, name)]) for name in columns}
    reviewer = np.concatenate([facts.reviewer, others.reviewer + 1])
    both = replace(facts, reviewer=reviewer, review=np.arange(len(reviewer)), reviewers=9, **joined)
    found, without = measured(both), measured(others)
    assert found.severity[0] == CONSTANTS.severity_limit
    assert abs(found.baselines[0, 0] - without.baselines[0, 0]) < 2 / 9  # one voice in nine, two stars off
    assert found.evidence_weights[:4] == pytest.approx(CONSTANTS.evidence_weights[:4])


def test_a_clock_that_goes_backwards_makes_all_ratings_fresh() -> None:
    facts = panel({0: 1})
    early, fresh = (measured(facts, now=now) for now in (NOW - 500, NOW))
    assert early.severity.tolist() == fresh.severity.tolist()


@settings(deadline=None, max_examples=60)
@given(told, votes, st.floats(MONTH - 100, MONTH + 400), st.sampled_from([0.0, 0.8]))
def test_whatever_is_said_all_that_is_measured_stays_within_its_limits(
    said: list[Told], cast: Any, now: float, pretrust: float
) -> None:
    found = measured(ratings(said, ENDPOINTS, REVIEWERS), voted(cast), np.array([pretrust] + [0.0] * 4), now)
    limits = CONSTANTS.track_record_limits
    assert (np.abs(found.severity) <= CONSTANTS.severity_limit).all()
    assert ((found.track_record >= limits[0]) & (found.track_record <= limits[1])).all()
    assert ((found.trust >= 0) & (found.trust <= 1)).all()
    assert ((found.baselines >= 1) & (found.baselines <= 5)).all()
    assert list(found.evidence_weights) == sorted(found.evidence_weights)
    assert CONSTANTS.residual_variance_limits[0] <= found.residual_variance <= CONSTANTS.residual_variance_limits[1]
    assert CONSTANTS.drift_limits[0] <= found.drift_per_day <= CONSTANTS.drift_limits[1]
    drags = CONSTANTS.severity_lambda_limits
    assert drags[0] <= found.severity_lambda <= drags[1]


@settings(deadline=None, max_examples=40)
@given(told, votes, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(said: list[Told], cast: Any, random: Any) -> None:
    facts, pretrust = ratings(said, ENDPOINTS, REVIEWERS), np.array([0.8] + [0.0] * 4)
    order, recast = list(range(len(said))), list(cast)
    random.shuffle(order)
    random.shuffle(recast)
    one = measured(facts, voted(cast), pretrust)
    two = measured(facts.where(np.array(order, dtype=np.int64)), voted(recast), pretrust)
    assert two.constants == one.constants
    for name in ("trust", "standing", "severity", "track_record", "baselines"):
        assert getattr(two, name).tolist() == getattr(one, name).tolist()

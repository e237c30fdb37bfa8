from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.arrays import Floats
from scoring.constants import CONSTANTS
from scoring.drift import drift
from scoring.ground import Ground, Heard, chart, survey
from scoring.months import DAYS
from scoring.proof import reweighed
from scoring.ratings import Ratings, Votes
from scoring.recompute import Measured, recompute
from scoring.records import track_records
from scoring.reversal import reversed_votes, without_accounts, without_reviews, without_votes
from scoring.severity import severities
from scoring.suspicion import Finding, Kind
from tests.scoring.columns import MONTH, NOW
from tests.scoring.facts import NOBODY, Told, ratings

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


def measured(facts: Ratings, cast: Votes = NOBODY, pretrust: Floats | None = None, now: float = NOW) -> Measured:
    return recompute(facts, cast, np.zeros(facts.reviewers) if pretrust is None else pretrust, now)


def voted(cast: list[tuple[int, int, bool]]) -> Votes:
    voter, author, helpful = np.array(cast, dtype=np.int64).reshape(-1, 3).T
    return Votes(voter, author, helpful.astype(np.bool_))


def neutral(found: Measured) -> bool:
    """Whether nothing was learnt of anybody."""
    same = found.constants == replace(CONSTANTS, drift_per_day=found.drift_per_day)
    return same and bool((found.severity == 0).all() and (found.track_record == 1).all())


def ground(variance: float, count: int, established: float = 2.0) -> Ground:
    """Firm ground: others say 0, and no variance is theirs but the one given."""
    one = np.ones(count)
    return Ground(0 * one, variance * one, 12 * one, established * one, one)


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


def test_others_are_held_to_their_model_and_an_author_left_out() -> None:
    facts = ratings([Told(0, 5), Told(1, 4), Told(2, 2, level=3)])
    heard = Heard(np.array([1.0, 1.0, 0.6]), np.array([4, 4, 4]))  # a tier that does not saturate
    found = survey(chart(facts), facts.reviewer, heard, facts.stars - 3, CONSTANTS)
    # For the first: 1 vote at 1 and .6 at -1, in the cell in all 1.6; drawn for the model here 1.6/(1 + 2.6/4) of
    # it each, since the whole cell weighs 2.6; drawn once more for the model over all use cases.
    drawn = 1 / (1 + 2.6 / 4)
    twice = drawn / (1 + 2.6 * drawn / 4)
    signed, whole = 1 * 1 + 0.6 * -1, 1.6
    model = signed * twice / (1 + whole * twice)
    kin = (4 * model + signed * drawn) / (4 + whole * drawn)
    assert found.location[0] == pytest.approx((4 * kin + signed) / (4 + whole))
    variance = 0.45 / (1 + whole * twice)
    for mass in (whole * drawn, whole):
        variance = 0.45 / (4 + mass) + (4 / (4 + mass)) ** 2 * variance
    assert found.variance[0] == pytest.approx(variance)
    assert found.mass == pytest.approx([1.6, 1.6, 2.0])
    assert found.established == pytest.approx([1.6, 1.6, 2.0])


def test_an_account_has_at_most_one_voice_in_what_holds_for_all() -> None:
    facts = ratings([Told(0, 5, endpoint=where) for where in range(4)] + [Told(1, 3, level=3)], models=4)
    heard = Heard(np.array([1, 1, 1, 1, 0.6]), np.full(5, 4))
    found = survey(chart(facts), facts.reviewer, heard, facts.stars - 3, CONSTANTS)
    assert found.voice == pytest.approx([0.25, 0.25, 0.25, 0.25, 0.6])


def test_a_severity_is_a_shrunk_mean_with_the_mean_of_all_taken_off() -> None:
    facts = ratings([Told(0, 4), Told(0, 4, endpoint=1), Told(1, 3)], models=2)
    apart = np.array([0.6, 0.2, 0.1])
    found, drag = severities(facts, ground(0.1, 3), apart, CONSTANTS)
    q = 12 / (12 + 4)  # what a review counts
    # Three reviews of one vote each: the mean of q · distance². Reviewer 0 alone has a pair, .6 and .2, counted both
    # ways round: 2 q² (more than one) is brought down to the two votes that are reviewer 0's here.
    scatter, pairs = (q * 0.36 + q * 0.04 + q * 0.01) / 3, 2 * q**2
    start = scatter / (q + 8)
    spread = (2 / pairs * pairs * 0.6 * 0.2 + 30 * start) / (2 / pairs * pairs + 30)
    assert drag == pytest.approx(scatter / spread - q)
    own = q * 0.8 / (2 * q + drag), q * 0.1 / (q + drag)
    towards = 2 * q / (2 * q + drag), q / (q + drag)
    middle = (2 * own[0] + 1 * own[1]) / (2 * towards[0] + 1 * towards[1])
    assert found == pytest.approx([own[0] - middle * towards[0], own[1] - middle * towards[1]])


def test_a_track_record_compares_squared_errors_with_what_was_to_be_expected() -> None:
    facts = ratings([Told(0, 3), Told(0, 3, endpoint=1), Told(1, 3, level=0)], models=2)
    error = np.array([0.5, 0.0, 9.0])
    found = track_records(facts, ground(0.05, 3), error, CONSTANTS)
    near = 0.25 / (0.45 + 0.05)  # 9 stars off is capped at 9 expected variances
    usual = (near + 0 + 9 + 8) / (3 + 8)
    assert found[0] == pytest.approx((8 + 2 / 2) / (8 + near / 2 / usual))
    assert found[1] == pytest.approx((8 + 1 / 2) / (8 + 9 / 2 / usual))


def test_a_track_record_counts_only_where_others_have_established_the_cell() -> None:
    facts = ratings([Told(0, 3), Told(1, 3)])
    assert track_records(facts, ground(0.05, 2, established=0.99), np.array([0.0, 4.0]), CONSTANTS).tolist() == [1, 1]


def test_evidence_weights_move_as_far_as_three_hundred_voices_let_them() -> None:
    count = 600
    facts = ratings([Told(who, 3, level=who % 2 * 4) for who in range(count)])
    error = np.where(facts.level == 4, 0.7, 1.1)
    found = reweighed(facts, ground(0.04, count), error, CONSTANTS)
    spread = (300 * (0.49 - 0.04) + 300 * 0.45) / 600
    assert found.residual_variance == pytest.approx(spread)
    weakest = (300 * (1.21 - 0.04) + 300 * spread / 0.2) / 600
    # the second keeps its .25, so the weakest may not count more
    assert spread / weakest > 0.25
    assert found.evidence_weights == pytest.approx((0.25, 0.25, 0.4, 0.6, 1, 1))


def test_evidence_of_a_level_that_proves_unreliable_counts_less() -> None:
    facts = ratings([Told(who, 3, level=3 if who % 2 else 4) for who in range(1000)])
    found = reweighed(facts, ground(0.05, 1000), np.where(facts.level == 3, 2.0, 0.7), CONSTANTS)
    assert found.evidence_weights[3] == CONSTANTS.evidence_least[3]
    assert list(found.evidence_weights) == sorted(found.evidence_weights)


def test_drift_is_twice_the_slope_of_the_variogram() -> None:
    # One cell rises by .3 a month: after m months half the squared difference is (.3 m)²/2.
    month, lags = np.arange(4), np.repeat([1, 2, 3], [3, 2, 1]) * DAYS
    halves = (0.3 * lags / DAYS) ** 2 / 2
    middle, prior = lags.mean(), 300 * 180**2
    slope = ((lags - middle) @ halves + prior * 1e-5 / 2) / ((lags - middle) @ (lags - middle) + prior)
    assert drift(np.zeros(4, dtype=np.int64), month, np.asarray(0.3 * month, dtype=np.float64)) == pytest.approx(
        2 * slope
    )


def test_ratings_that_never_differ_show_less_drift_than_assumed() -> None:
    cell = np.repeat(np.arange(2000), 6)
    assert drift(cell, np.tile(np.arange(6), 2000), np.zeros(12_000)) < CONSTANTS.drift_per_day


def panel(shift: dict[int, float], endpoints: int = 30, reviewers: int = 8) -> Ratings:
    """Everybody reviews everything, around 3 and the endpoint's own merit, some of them shifted."""
    merit = [1 + where % 3 for where in range(endpoints)]
    return ratings(
        [
            Told(who, 1 + merit[where] + round(shift.get(who, 0)), where)
            for who in range(reviewers)
            for where in range(endpoints)
        ],
        models=endpoints,
    )


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
    assert abs(found.baselines[0, 0] - without.baselines[0, 0]) < 0.35
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


def test_votes_of_a_ring_and_of_a_series_can_be_taken_back() -> None:
    cast = voted([(0, 1, True), (1, 0, True), (0, 2, True), (2, 0, True), (2, 3, True), (2, 3, False), (3, 2, True)])
    found = [Finding(Kind.RING, (0, 1), ""), Finding(Kind.SERIAL, (2, 3), ""), Finding(Kind.COPIED, (0, 2), "")]
    taken = reversed_votes(cast.voter, cast.author, found)
    assert taken.tolist() == [True, True, False, False, True, True, False]
    left = without_votes(cast, found)
    assert (left.voter.tolist(), left.author.tolist()) == ([0, 2, 3], [2, 0, 2])


def test_taking_back_a_rings_votes_takes_back_its_trust() -> None:
    cast = voted([(0, 1, True)] + [(v, a, True) for v in (1, 2, 3) for a in (1, 2, 3) if v != a])
    left = without_votes(cast, [Finding(Kind.RING, (1, 2, 3), "")])
    facts, pretrust = panel({}, reviewers=4), np.array([0.8, 0, 0, 0])
    assert (measured(facts, cast, pretrust).trust > 0).all()
    assert measured(facts, left, pretrust).trust[2:].tolist() == [0, 0]


def test_a_recompute_without_accounts_is_as_if_they_had_never_spoken() -> None:
    cast = voted([(0, 1, True), (7, 1, True), (1, 7, True)])
    pretrust = np.array([0.8] + [0.0] * 7)
    kept, left = without_accounts(panel({7: 1}), cast, [7])
    found = measured(kept, left, pretrust)
    never = measured(panel({}, reviewers=7), voted([(0, 1, True)]), pretrust[:7])
    assert found.severity[:7].tolist() == pytest.approx(never.severity.tolist(), abs=1e-12)
    assert (found.trust[7], found.severity[7], found.track_record[7]) == (0, 0, 1)
    assert found.baselines == pytest.approx(never.baselines)


def test_reviews_can_be_left_out() -> None:
    assert without_reviews(panel({}), [0, 2]).review.tolist()[:3] == [1, 3, 4]

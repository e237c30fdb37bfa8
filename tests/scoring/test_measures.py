import numpy as np
import pytest

from scoring.constants import CONSTANTS
from scoring.drift import drift
from scoring.ground import Ground, Heard, chart, survey
from scoring.halo import correlated
from scoring.months import DAYS
from scoring.proof import reweighed
from scoring.records import track_records
from scoring.severity import severities
from tests.scoring.facts import Told, ratings


def ground(variance: float, count: int, established: float = 2.0) -> Ground:
    """Firm ground: others say 0, and no variance is theirs but the one given."""
    one = np.ones(count)
    return Ground(0 * one, variance * one, 12 * one, established * one, one)


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
    variance = 0.3 / (1 + whole * twice)
    for mass in (whole * drawn, whole):
        variance = 0.3 / (4 + mass) + (4 / (4 + mass)) ** 2 * variance
    assert found.variance[0] == pytest.approx(variance)
    assert found.mass == pytest.approx([1.6, 1.6, 2.0])
    assert found.established == pytest.approx([1.6, 1.6, 2.0])


def test_a_crowd_moves_the_ground_others_stand_on_only_so_far() -> None:
    proven = [Told(0, 3), Told(1, 3), Told(2, 3)]
    stormed = ratings([*proven, *(Told(who, 5, level=0) for who in range(3, 1003))])
    heard = Heard(np.array([1.0] * 3 + [0.2] * 1000), np.array([4] * 3 + [0] * 1000))
    quiet = ratings(proven)
    before = survey(chart(quiet), quiet.reviewer, Heard(np.ones(3), np.full(3, 4)), quiet.stars - 3, CONSTANTS)
    after = survey(chart(stormed), stormed.reviewer, heard, stormed.stars - 3, CONSTANTS)
    assert after.location[0] - before.location[0] == pytest.approx((0.4 + 0.5 + 0.8) * np.sqrt(before.variance[0]))
    assert (after.variance[0], after.mass[0]) == pytest.approx((before.variance[0], before.mass[0]))


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
    near = 0.25 / (0.3 + 0.05)  # 9 stars off is capped at 9 expected variances
    usual = (near + 0 + 9 + 8) / (3 + 8)
    assert found[0] == pytest.approx((8 + 2 / 2) / (8 + near / 2 / usual))
    assert found[1] == pytest.approx((8 + 1 / 2) / (8 + 9 / 2 / usual))


def test_a_track_record_counts_only_where_others_have_established_the_cell() -> None:
    facts = ratings([Told(0, 3), Told(1, 3)])
    assert track_records(facts, ground(0.05, 2, established=0.99), np.array([0.0, 4.0]), CONSTANTS).tolist() == [1, 1]


def test_evidence_weights_move_as_far_as_thirty_voices_let_them() -> None:
    count = 600
    facts = ratings([Told(who, 3, level=who % 2 * 4) for who in range(count)])
    error = np.where(facts.level == 4, 0.7, 1.1)
    found = reweighed(facts, ground(0.04, count), error, CONSTANTS)
    spread = (300 * (0.49 - 0.04) + 30 * 0.3) / 330
    assert found.residual_variance == pytest.approx(spread)
    weakest = (300 * (1.21 - 0.04) + 30 * spread / 0.2) / 330
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
    middle, prior = lags.mean(), 300 * (6 * DAYS) ** 2
    slope = ((lags - middle) @ halves + prior * 1e-5 / 2) / ((lags - middle) @ (lags - middle) + prior)
    assert drift(np.zeros(4, dtype=np.int64), month, np.asarray(0.3 * month, dtype=np.float64)) == pytest.approx(
        2 * slope
    )


def test_ratings_that_never_differ_show_less_drift_than_assumed() -> None:
    cell = np.repeat(np.arange(2000), 6)
    assert drift(cell, np.tile(np.arange(6), 2000), np.zeros(12_000)) < CONSTANTS.drift_per_day


def test_the_halo_is_how_far_the_errors_of_one_review_agree() -> None:
    facts = ratings([Told(who, 3, review=who, dimension=dimension) for who in range(70) for dimension in range(2)])
    shared = np.where(facts.reviewer % 2, 1.0, -1.0)
    agreed = correlated(facts, ground(0.05, 140), shared, CONSTANTS).error_correlation
    opposed = correlated(facts, ground(0.05, 140), shared * (1 - 2 * facts.dimension), CONSTANTS).error_correlation
    halo = (140 * 1 + 30 * 0.25) / (140 + 30)
    assert agreed == pytest.approx(min(halo, 0.8) + (1 - min(halo, 0.8)) * 0.2)
    assert opposed == pytest.approx(0.1 + 0.9 * 0.2)

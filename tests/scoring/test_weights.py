import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.constants import CONSTANTS
from scoring.weights import TIMES, freshness, scoring_level, standing, tier, weigh


@pytest.mark.parametrize(
    ("accepted", "level"),
    [
        ([], 0),
        ([0], 0),
        ([1], 1),
        ([2], 2),
        ([5], 2),
        ([1, 5], 2),
        ([3], 3),
        ([3, 5], 3),
        ([4], 4),
        ([4, 5], 4),
        ([6], 5),
        ([6, 1], 5),
    ],
)
def test_the_strongest_accepted_evidence_sets_the_scoring_level(accepted: list[int], level: int) -> None:
    assert scoring_level(accepted) == level


@pytest.mark.parametrize("missing", [-1, 7])
def test_evidence_of_an_unknown_level_is_an_error(missing: int) -> None:
    with pytest.raises(ValueError, match="evidence level"):
        scoring_level([missing])


@pytest.mark.parametrize(("trust", "earned"), [(0, 0), (0.0999, 0), (0.1, 1), (0.4999, 1), (0.5, 2), (1, 2)])
def test_trust_confers_standing_in_steps(trust: float, earned: int) -> None:
    assert standing(trust) == earned


@pytest.mark.parametrize(
    ("level", "tiers"),
    [(0, (0, 1, 2)), (1, (0, 1, 2)), (2, (0, 1, 2)), (3, (2, 2, 3)), (4, (3, 4, 4)), (5, (4, 4, 4))],
)
def test_proof_and_trust_together_choose_the_tier(level: int, tiers: tuple[int, ...]) -> None:
    assert tuple(tier(level, each) for each in range(3)) == tiers


@pytest.mark.parametrize(("level", "standing"), [(-1, 0), (6, 0), (0, -1), (0, 3)])
def test_a_level_or_standing_that_does_not_exist_is_an_error(level: int, standing: int) -> None:
    with pytest.raises(ValueError, match="it is 0 to"):
        tier(level, standing)


def test_freshness_halves_every_half_life() -> None:
    assert freshness(0) == 1
    assert freshness(365) == 0.5
    assert freshness(730) == 0.5 * 0.5
    assert freshness(182.5) == pytest.approx(0.5**0.5)


def test_a_date_in_the_future_counts_as_today() -> None:
    assert freshness(-30) == 1
    assert "less than a day since" in weigh(4, 0, 1.0, -30).words


def test_a_weight_is_evidence_times_track_record_times_freshness() -> None:
    weight = weigh(level=3, standing=1, track_record=1.2, age_days=730)
    assert weight.value == pytest.approx(0.60 * 1.2 * 0.25)
    assert (weight.evidence, weight.reputation, weight.freshness) == (0.60, 1.2, 0.25)
    assert (weight.scoring_level, weight.standing, weight.tier) == (3, 1, 2)


def test_a_weight_says_in_words_what_made_it() -> None:
    assert weigh(4, 1, 1.0, 461).words == (
        f"Counts 0.42: CI-attested evidence (1.00) {TIMES} track record (1.00) {TIMES} "
        "freshness (0.42, 461 days since its month was half over); tier 4, which nothing limits."
    )
    assert weigh(0, 0, 0.5, 1).words == (
        f"Counts 0.10: a claim without evidence (0.20) {TIMES} track record (0.50) {TIMES} "
        "freshness (1.00, 1 day since its month was half over); "
        "all of tier 0 together may move a score by at most 0.4 standard errors."
    )


@pytest.mark.parametrize("impossible", [-0.1, float("nan")])
def test_a_track_record_below_zero_is_an_error(impossible: float) -> None:
    with pytest.raises(ValueError, match="track record"):
        weigh(4, 0, impossible, 0)


@given(st.integers(0, 5), st.integers(0, 2), st.floats(*CONSTANTS.track_record_limits), st.floats(-1e6, 1e9))
def test_a_weight_is_never_negative_and_never_more_than_its_track_record(
    level: int, standing: int, track_record: float, age_days: float
) -> None:
    assert 0 <= weigh(level, standing, track_record, age_days).value <= track_record

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from scoring.constants import CONSTANTS, Constants


def test_every_constant_states_its_value_unit_and_reason() -> None:
    listed = list(CONSTANTS)
    assert [each.name for each in listed] == [each.name for each in fields(Constants)]
    assert all(each.value == getattr(CONSTANTS, each.name) for each in listed)
    assert all(each.unit and each.reason.endswith(".") for each in listed)


def test_constants_cannot_be_changed_but_a_recompute_can_state_others() -> None:
    with pytest.raises(FrozenInstanceError):
        CONSTANTS.half_life_days = 90.0  # type: ignore[misc]  # that it is refused is the test
    other = replace(CONSTANTS, half_life_days=90.0)
    assert {each.name: each.value for each in other}["half_life_days"] == 90.0
    assert CONSTANTS.half_life_days == 365.0


def test_tables_agree_on_how_many_tiers_levels_and_standings_there_are() -> None:
    tiers = len(CONSTANTS.tier_saturation)
    assert len(CONSTANTS.ladder_steps) == tiers
    assert {tier for row in CONSTANTS.tiers for tier in row} == set(range(tiers))
    assert len(CONSTANTS.tiers) == len(CONSTANTS.evidence_weights) == max(CONSTANTS.scoring_levels) + 1
    assert {len(row) for row in CONSTANTS.tiers} == {len(CONSTANTS.trust_thresholds) + 1}


def test_more_proof_or_more_trust_never_means_a_weaker_tier() -> None:
    columns = list(zip(*CONSTANTS.tiers, strict=True))
    assert all(list(line) == sorted(line) for line in [*CONSTANTS.tiers, *columns])
    assert list(CONSTANTS.evidence_weights) == sorted(CONSTANTS.evidence_weights)

import numpy as np
import pytest

from scoring.reversal import reversed_votes, without_accounts, without_reviews, without_votes
from scoring.suspicion import Finding, Kind
from tests.scoring.facts import measured, panel, voted


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

import numpy as np

from scoring.reversal import reversed_votes
from scoring.suspicion import Finding, Kind
from tests.scoring.facts import measured, panel, voted


def test_votes_of_a_ring_and_of_a_series_can_be_taken_back() -> None:
    cast = voted([(0, 1, True), (1, 0, True), (0, 2, True), (2, 0, True), (2, 3, True), (2, 3, False), (3, 2, True)])
    found = [Finding(Kind.RING, (0, 1), ""), Finding(Kind.SERIAL, (2, 3), ""), Finding(Kind.COPIED, (0, 2), "")]
    taken = reversed_votes(cast.voter, cast.author, found)
    assert taken.tolist() == [True, True, False, False, True, True, False]
    left = cast.where(~taken)
    assert (left.voter.tolist(), left.author.tolist()) == ([0, 2, 3], [2, 0, 2])


def test_taking_back_a_rings_votes_takes_back_its_trust() -> None:
    cast = voted([(0, 1, True)] + [(v, a, True) for v in (1, 2, 3) for a in (1, 2, 3) if v != a])
    ring = Finding(Kind.RING, (1, 2, 3), "")
    left = cast.where(~reversed_votes(cast.voter, cast.author, [ring]))
    facts, pretrust = panel({}, reviewers=4), np.array([0.8, 0, 0, 0])
    assert (measured(facts, cast, pretrust).trust > 0).all()
    assert measured(facts, left, pretrust).trust[2:].tolist() == [0, 0]

from math import log2
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.arrays import Floats, Integers
from scoring.trust import edges, propagate, standings

ACCOUNTS = 8
votes: Any = st.lists(
    st.tuples(st.integers(0, ACCOUNTS - 1), st.integers(0, ACCOUNTS - 1), st.integers(-2, 9)), max_size=40
)
given_trust: Any = st.lists(st.sampled_from([0.0, 0.0, 0.8, 0.3, 1.0]), min_size=ACCOUNTS, max_size=ACCOUNTS)
SLACK = 1e-7


def column(values: list[int]) -> Integers:
    return np.array(values, dtype=np.int64)


def trust(cast: list[tuple[int, int, int]], pretrust: list[float]) -> Floats:
    """Pairs are told once each: of several the last counts."""
    pairs = {(voter, author): net for voter, author, net in cast}
    voter, author = column([v for v, _ in pairs]), column([a for _, a in pairs])
    return propagate(voter, author, column(list(pairs.values())), np.array(pretrust))


def test_votes_are_netted_per_pair_and_nobody_votes_on_their_own_review() -> None:
    helpful = np.array([True, True, False, True, False, True])
    netted = edges(column([0, 0, 0, 2, 1, 1]), column([1, 1, 1, 2, 0, 2]), helpful)
    pairs = zip(netted.voter.tolist(), netted.author.tolist(), netted.net.tolist(), strict=True)
    assert list(pairs) == [(1, 0, -1), (0, 1, 1), (1, 2, 1)]


def test_no_votes_have_no_pairs() -> None:
    assert edges(column([]), column([]), np.array([], dtype=np.bool_)).net.tolist() == []


def test_a_vote_lends_its_share_of_what_the_voter_has() -> None:
    # 0 has .8 and gives 3 votes to 1 and one to 2: strengths log2(4) = 2 and log2(2) = 1, of 2 + 1 + 5
    found = trust([(0, 1, 3), (0, 2, 1)], [0.8, 0, 0])
    assert found == pytest.approx([0.8, 0.8 * 0.8 * 2 / 8, 0.8 * 0.8 * 1 / 8], abs=1e-12)


def test_a_cycle_of_votes_converges_to_its_exact_solution() -> None:
    # 0 and 1 vote for each other once: T0 = .5 + q T1 and T1 = q T0 with q = .8 · 1/(1 + 5)
    q = 0.8 / 6
    found = trust([(0, 1, 1), (1, 0, 1)], [0.5, 0])
    assert found == pytest.approx([0.5 / (1 - q * q), q * 0.5 / (1 - q * q)], abs=1e-8)


def test_the_strongest_cycle_there_can_be_is_solved_to_the_promised_precision() -> None:
    q = 0.8 * log2(1 + 2**40) / (log2(1 + 2**40) + 5)
    found = trust([(0, 1, 2**40), (1, 0, 2**40)], [0.1, 0])
    assert found == pytest.approx([0.1 / (1 - q * q), q * 0.1 / (1 - q * q)], abs=1e-8)


def test_a_ring_nobody_trusts_has_no_trust_however_often_it_votes() -> None:
    ring = [(v, a, 1000) for v in range(2, 8) for a in range(2, 8) if v != a]
    assert trust([*ring, (2, 0, 50)], [0.8] + [0.0] * 7).tolist() == [0.8] + [0.0] * 7


def test_unhelpful_votes_take_no_trust_away() -> None:
    assert trust([(0, 1, -5), (0, 2, 0)], [0.8, 0.3, 0]).tolist() == [0.8, 0.3, 0.0]


def test_trust_confers_standing_in_steps() -> None:
    assert standings(np.array([0, 0.0999, 0.1, 0.4999, 0.5, 1])).tolist() == [0, 0, 1, 1, 2, 2]


@settings(deadline=None)
@given(votes, given_trust)
def test_trust_lies_between_pretrust_and_one_and_fivefold_pretrust_in_all(cast: Any, pretrust: list[float]) -> None:
    found = trust(cast, pretrust)
    assert ((found >= np.array(pretrust)) & (found <= 1)).all()
    assert found.sum() <= sum(pretrust) / (1 - 0.8) + SLACK


@settings(deadline=None)
@given(votes, given_trust)
def test_trust_is_the_fixed_point_of_its_formula(cast: Any, pretrust: list[float]) -> None:
    found = trust(cast, pretrust)
    pairs = {(voter, author): log2(1 + max(0, net)) for voter, author, net in cast if voter != author}
    for author in range(ACCOUNTS):
        lent = 0.0
        for (voter, to), strength in pairs.items():
            total = sum(each for (who, _), each in pairs.items() if who == voter)
            lent += found[voter] * strength / (total + 5) if to == author else 0.0
        assert found[author] == pytest.approx(min(1, pretrust[author] + 0.8 * lent), abs=2e-8)


@settings(deadline=None)
@given(votes, given_trust, st.integers(0, 7), st.integers(0, 7), st.integers(1, 9))
def test_another_helpful_vote_never_lowers_the_trust_of_its_author(
    cast: Any, pretrust: list[float], voter: int, author: int, more: int
) -> None:
    pairs = {(v, a): net for v, a, net in cast}
    before = [(v, a, net) for (v, a), net in pairs.items()]
    after = [*before, (voter, author, max(0, pairs.get((voter, author), 0)) + more)]
    assert trust(after, pretrust)[author] >= trust(before, pretrust)[author] - SLACK


def test_another_vote_may_lower_the_trust_of_others_its_voter_votes_for() -> None:
    before, after = trust([(0, 1, 1)], [0.8, 0, 0]), trust([(0, 1, 1), (0, 2, 1)], [0.8, 0, 0])
    assert after[1] < before[1]


@settings(deadline=None)
@given(votes, given_trust, st.integers(0, 7), st.floats(0, 1))
def test_more_pretrust_lowers_nobody(cast: Any, pretrust: list[float], who: int, more: float) -> None:
    raised = [max(own, more) if place == who else own for place, own in enumerate(pretrust)]
    assert (trust(cast, raised) >= trust(cast, pretrust) - SLACK).all()


@settings(deadline=None)
@given(votes, votes, given_trust, st.integers(0, 7))
def test_one_account_moves_all_trust_together_by_at_most_eight_times_its_own(
    cast: Any, other: Any, pretrust: list[float], who: int
) -> None:
    # its row of shares changes by at most 2 · .8, and what follows adds at most 1/(1 - .8) = 5 times that
    rest = [each for each in cast if each[0] != who]
    one, two = (trust([*rest, *[each for each in own if each[0] == who]], pretrust) for own in (cast, other))
    assert np.abs(one - two).sum() <= 8 * min(one[who], two[who]) + SLACK


@settings(deadline=None)
@given(votes.flatmap(lambda cast: st.tuples(st.just(cast), st.permutations(cast))), given_trust)
def test_the_order_of_the_votes_does_not_matter(both: Any, pretrust: list[float]) -> None:
    def found(cast: Any) -> Floats:
        voter, author, net = (column([each[place] for each in cast]) for place in range(3))
        netted = edges(voter, author, net > 0)
        return propagate(netted.voter, netted.author, netted.net, np.array(pretrust))

    assert found(both[0]).tolist() == found(both[1]).tolist()

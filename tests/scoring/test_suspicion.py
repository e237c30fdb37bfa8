from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.arrays import Integers
from scoring.components import components
from scoring.shingles import near, phrases
from scoring.suspicion import Kind, copied, rings, serial

Pairs = list[tuple[int, int]]
WORDS = [f"word{number}" for number in range(3000)]


def found(pairs: Pairs, net: int = 1) -> list[tuple[int, ...]]:
    voter, author = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return [each.members for each in rings(voter, author, np.full(len(voter), net))]


def all_of(members: range) -> Pairs:
    return [(one, other) for one in members for other in members if one != other]


def bystanders(start: int, count: int) -> Pairs:
    return [(start + number, start + (number + 1) % count) for number in range(count)]


def test_five_who_vote_only_for_each_other_are_a_ring() -> None:
    assert found(all_of(range(5)) + bystanders(10, 20)) == [(0, 1, 2, 3, 4)]
    assert found(all_of(range(4)) + bystanders(10, 20)) == []


def test_a_ring_says_why() -> None:
    pairs = np.array([*all_of(range(5)), (0, 10), *bystanders(10, 20)], dtype=np.int64)
    (ring,) = rings(pairs[:, 0], pairs[:, 1], np.ones(len(pairs), dtype=np.int64))
    assert (ring.kind, ring.words) == (
        Kind.RING,
        "5 accounts give 95% of their helpful votes to each other.",  # 20 of 21
    )


def test_at_least_four_fifths_of_the_votes_stay_inside_a_ring() -> None:
    def outward(each: int) -> Pairs:
        return [(member, 10 + number) for member in range(5) for number in range(each)]

    assert found(all_of(range(5)) + outward(1) + bystanders(10, 20)) == [(0, 1, 2, 3, 4)]  # 20 of 25: .8
    assert found(all_of(range(5)) + outward(2) + bystanders(10, 20)) == []  # 20 of 30


def test_a_small_community_that_all_votes_for_each_other_is_no_ring() -> None:
    assert found(all_of(range(12))) == []


def test_unhelpful_votes_make_no_ring() -> None:
    assert found(all_of(range(5)) + bystanders(10, 20), net=-1) == []


def test_nobody_is_no_ring() -> None:
    assert found([]) == []


def test_planted_rings_are_found_and_hardly_anybody_else() -> None:
    random = np.random.default_rng(7)
    honest, planted = 4000, list[int]()
    authors = (honest * random.random(60_000) ** 2).astype(np.int64)
    cast = set(zip(random.integers(0, honest, 60_000).tolist(), authors.tolist(), strict=True))
    cast |= {(author, voter) for voter, author in cast if random.random() < 0.1}
    for size in (5, 6, 8, 10, 15, 20, 30, 40):
        ring = range(honest + sum(planted), honest + sum(planted) + size)
        planted.append(size)
        for member in ring:
            inside = [other for other in ring if other != member and random.random() < max(0.5, 6 / size)]
            outside = random.integers(0, honest, round(len(inside) * 0.15)).tolist()
            cast |= {(member, other) for other in (*inside, *outside)}
    caught = {member for ring_ in found(sorted(cast)) for member in ring_}
    assert sum(member >= honest for member in caught) >= 0.95 * sum(planted)
    assert sum(member < honest for member in caught) <= 0.005 * honest


def days(*hours: float) -> Any:
    return np.array(hours) / 24


def test_five_votes_on_one_author_within_a_day_are_serial() -> None:
    ones, twos = np.full(5, 1), np.full(5, 2)
    (series,) = serial(ones, twos, days(0, 5, 10, 20, 24))
    assert (series.kind, series.members) == (Kind.SERIAL, (1, 2))
    assert series.words == "5 of 5 votes were cast on one author, at least five of them within a day."
    assert serial(ones, twos, days(0, 5, 10, 20, 24.1)) == []
    assert serial(ones[:4], twos[:4], days(0, 1, 2, 3)) == []


def test_votes_are_not_serial_when_half_of_them_go_elsewhere() -> None:
    voter, author = np.full(10, 1), np.array([2] * 5 + [3, 4, 5, 6, 7])
    assert serial(voter, author, np.zeros(10)) == []
    assert len(serial(voter[:9], author[:9], np.zeros(9))) == 1


def test_planted_serial_voters_are_found_and_hardly_anybody_else() -> None:
    random = np.random.default_rng(8)
    honest, planted = 2000, 60
    voter = random.integers(0, honest, 40_000)
    author, when = random.integers(0, 300, 40_000), random.uniform(0, 365, 40_000)
    culprits = np.repeat(np.arange(honest, honest + planted), random.integers(5, 12, planted))
    target = culprits % 300
    voter, author = np.concatenate([voter, culprits, culprits[::7]]), np.concatenate([author, target, target[::7] + 1])
    when = np.concatenate([when, culprits % 90 + random.uniform(0, 0.9, len(culprits)), culprits[::7] * 0.1])
    caught = {finding.members[0] for finding in serial(voter, author, when)}
    assert len(caught & set(culprits.tolist())) >= 0.95 * planted
    assert len(caught - set(culprits.tolist())) <= 0.005 * honest


def sentence(random: np.random.Generator, count: int) -> list[str]:
    return [WORDS[place] for place in random.integers(0, len(WORDS), count)]


def test_texts_that_share_four_fifths_of_their_phrases_are_copies() -> None:
    text = [f"w{number}" for number in range(49)]  # 45 phrases of five words
    last, middle = [*text[:-1], "other"], [*text[:20], "other", *text[21:]]
    # changing the last word changes 1 phrase: 44 of 46; one in the middle changes 5: 40 of 50 in common
    (found_,) = copied([" ".join(each) for each in (text, last, middle)])
    assert (found_.members, found_.words) == ((0, 1, 2), "3 texts share most of their five-word phrases.")
    assert copied([" ".join(each) for each in (text[:-1], [*text[:20], "other", *text[21:-1]])]) == []  # 39 of 49


def test_case_and_punctuation_do_not_hide_a_copy() -> None:
    (found_,) = copied(["Great: it just works!", "something else", "great, IT just works"])
    assert (found_.members, found_.words) == ((0, 2), "2 texts are equal word for word.")


def test_short_texts_are_copies_only_when_equal() -> None:
    text = " ".join(f"w{number}" for number in range(19))
    assert copied([text, f"{text} more", "", "...", "", "..."]) == []


def test_planted_copies_are_found_and_hardly_any_other_text() -> None:
    random = np.random.default_rng(9)
    honest = [sentence(random, count) for count in random.integers(5, 120, 1500)]
    honest = [["in", "our", "agents", "this", "model", "has", *text] for text in honest]
    copies = [list(honest[place]) for place in range(0, 600, 4)]
    for text in copies[::2]:
        if len(text) >= 60:
            text[int(random.integers(len(text)))] = "changed"
    caught = {place for each in copied([" ".join(text) for text in honest + copies]) for place in each.members}
    planted = set(range(1500, 1500 + len(copies)))
    assert len(caught & planted) >= 0.95 * len(planted)
    assert len(caught - planted - set(range(0, 600, 4))) <= 0.005 * len(honest)


short: Any = st.lists(st.sampled_from("abc"), min_size=1, max_size=9).map(tuple)


@settings(deadline=None, max_examples=60)
@given(st.lists(short, max_size=8))
def test_no_pair_of_texts_as_alike_is_missed(texts: list[tuple[str, ...]]) -> None:
    def alike(one: int, other: int) -> float:
        first, second = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (texts[one], texts[other]))
        return len(first & second) / max(1, len(first | second))

    every = [(one, other) for other in range(len(texts)) for one in range(other)]
    assert list(near(texts, 2, 0.8)) == sorted(pair for pair in every if alike(*pair) >= 0.8)


def test_phrases_do_not_reach_over_the_end_of_a_text() -> None:
    found_ = phrases([("a", "b"), ("c",), ("a", "b", "a", "b")], 2)
    assert np.diff(found_.start).tolist() == [1, 0, 2]
    assert found_.alike(0, 2) == 1 / 2


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14))
def test_components_join_exactly_what_pairs_connect(pairs: Pairs) -> None:
    groups = [{member} for member in range(12)]
    for one, other in pairs:
        joined = groups[one] | groups[other]
        for member in joined:
            groups[member] = joined
    columns: Integers = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    assert components(columns[0], columns[1], 12).tolist() == [min(group) for group in groups]


@pytest.mark.parametrize("length", [2, 3, 1000])
def test_a_chain_is_one_component_however_long(length: int) -> None:
    chain = np.random.default_rng(3).permutation(length)
    assert not components(chain[:-1], chain[1:], length).any()

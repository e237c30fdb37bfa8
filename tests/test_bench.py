"""The benchmark is repeatable, its rivals are sane, its attacks are what they say, its figures counted right."""

from collections.abc import Callable
from dataclasses import astuple, replace

import numpy as np
import pytest

from bench.attack.__main__ import asked, measured
from bench.attack.attacks import LIFTS, SCENARIOS, trusted
from bench.attack.bars import Findings, bars
from bench.attack.community import Community, community
from bench.attack.measures import kendall, place, quality, rank, target
from bench.attack.parameters import COMMUNITY, VARIANTS
from bench.attack.product import epoch, statistics
from bench.attack.promise import promised
from bench.attack.propagation import bounded, walked
from bench.attack.report import printed
from bench.attack.runs import RIVALS, THIS, Lift, bisected
from bench.attack.speed import replayed
from scoring.histograms import entries
from scoring.recompute import Measured

SMALL = replace(COMMUNITY, models=4, use_cases=2, reviewers=80, reviews=200, votes=400, moderators=2, vetted=3)
EASY = replace(  # nobody errs, everybody proves it, and endpoints lie far apart
    COMMUNITY,
    models=6,
    endpoints_per_model=1,
    use_cases=1,
    reviewers=150,
    reviews=900,
    popularity=0.1,
    model_spread=1.5,
    general=1.0,
    severity=0.0,
    noise=0.2,
    halo=0.0,
    level_shares=(0.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    drift=0.0,
    moderator_votes=200,
)
NEW = [name for name, scenario in SCENARIOS.items() if scenario.own]


@pytest.fixture(scope="module")
def small() -> Community:
    return community(SMALL, 7)


def columns(whole: Community) -> list[np.ndarray]:
    return [whole.truth, whole.pretrusted, *astuple(whole.reviews), *astuple(whole.votes)]


def random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_seed_gives_one_community_and_another_seed_another(small: Community) -> None:
    again, other = community(SMALL, 7), community(SMALL, 8)
    assert all(np.array_equal(one, two) for one, two in zip(columns(small), columns(again), strict=True))
    assert not np.array_equal(small.reviews.stars, other.reviews.stars)


@pytest.mark.parametrize("name", RIVALS)
def test_an_estimator_gives_the_same_answer_twice_and_stays_on_the_scale(name: str, small: Community) -> None:
    first, second = RIVALS[name](small), RIVALS[name](small)
    assert np.array_equal(first.score, second.score)
    assert first.score.shape == small.truth.shape
    assert ((first.score >= 1) & (first.score <= 5)).all()


@pytest.mark.parametrize("name", RIVALS)
def test_every_estimator_recovers_the_order_of_an_easy_community(name: str) -> None:
    easy = community(EASY, 3)
    assert quality(easy, RIVALS[name](easy)).tau > 0.8


def test_no_estimator_reads_the_truth(small: Community) -> None:
    blind = replace(small, truth=np.zeros_like(small.truth))
    assert all(np.array_equal(rival(small).score, rival(blind).score) for rival in RIVALS.values())


@pytest.mark.parametrize("variant", VARIANTS)
def test_nobody_votes_on_their_own_review_and_levels_come_in_the_shares_stated(variant: str) -> None:
    whole = community(VARIANTS[variant], 1)
    assert (whole.votes.voter != whole.author).all()
    shares = np.bincount(whole.reviews.level, minlength=6) / len(whole.reviews.level)
    assert shares == pytest.approx(VARIANTS[variant].level_shares, abs=0.01)


@pytest.mark.parametrize("name", NEW)
def test_an_attack_adds_the_accounts_it_says_and_each_speaks_of_the_target(name: str, small: Community) -> None:
    aim = target(small)
    after = SCENARIOS[name].attack(small, 40, aim, random())
    assert after.accounts == small.accounts + 40
    about = after.reviews.reviewer[(after.reviews.endpoint == aim) & (after.reviews.use_case == 0)]
    assert set(range(small.accounts, after.accounts)) <= set(about.tolist())
    assert np.array_equal(after.truth, small.truth)


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_attack_changes_no_review_that_was_there(name: str, small: Community) -> None:
    after = SCENARIOS[name].attack(small, 12, target(small), random())
    assert np.array_equal(after.reviews.stars[: len(small.reviews.stars)], small.reviews.stars)
    assert np.array_equal(after.votes.voter[: len(small.votes.voter)], small.votes.voter)


def test_hijackers_and_downvoters_bring_no_accounts(small: Community) -> None:
    for name in ("hijacked", "downvotes"):
        assert SCENARIOS[name].attack(small, 12, target(small), random()).accounts == small.accounts


def test_the_hijacked_are_the_most_trusted_but_no_moderators(small: Community) -> None:
    trust, chosen = bounded(small), trusted(small, 5)
    rest = np.setdiff1d(small.reviews.reviewer, chosen)
    assert trust[chosen].min() >= trust[rest].max()
    assert np.isin(chosen, small.reviews.reviewer).all()


def test_trust_needs_a_vote_from_somebody_trusted(small: Community) -> None:
    ring = SCENARIOS["ring"].attack(small, 30, target(small), random())
    for trust in (bounded(ring), walked(ring)):
        assert (trust[small.accounts :] == 0).all()
        assert (trust[small.pretrusted] > 0).all()


def test_two_ways_to_propagate_trust_agree(small: Community) -> None:
    assert epoch(small).trust == pytest.approx(bounded(small), abs=1e-7)


def test_stored_rows_are_the_entries_of_the_ratings_one_by_one(small: Community) -> None:
    known = uneven(small)
    rows = statistics(small, known)
    expected: dict[tuple[int, ...], list[int]] = {}
    for number, author in enumerate(small.reviews.reviewer):
        place = (int(small.reviews.endpoint[number]), int(small.reviews.use_case[number]))
        rest = (int(small.reviews.level[number]), int(known.standing[author]), int(small.reviews.month[number]))
        for dimension, stars in enumerate(small.reviews.stars[number].tolist()):
            base = float(known.baselines[place[1], dimension])
            for entry in entries(stars, float(known.severity[author]), base, float(known.track_record[author])):
                held = expected.setdefault((*place, dimension, *rest, entry.bin), [0, 0])
                held[0] += entry.mass
                held[1] += entry.count
    keys = zip(
        rows.endpoint, rows.use_case, rows.dimension, rows.level, rows.standing, rows.month, rows.bin, strict=True
    )
    stored = {tuple(map(int, key)): [int(m), int(c)] for key, m, c in zip(keys, rows.mass, rows.count, strict=True)}
    assert stored == expected


def uneven(whole: Community) -> Measured:
    """An epoch in which everybody differs."""
    source, known = random(), epoch(whole)
    return replace(
        known,
        standing=source.integers(3, size=whole.accounts),
        severity=source.uniform(-0.5, 0.5, whole.accounts),
        track_record=source.uniform(0.4, 1.5, whole.accounts),
    )


def test_a_thousand_sybils_move_the_plain_mean_far_and_the_product_little() -> None:
    whole = community(COMMUNITY, 5)
    aim = target(whole)
    after = SCENARIOS["sybils"].attack(whole, 1000, aim, random())
    moved = {name: place(RIVALS[name](after), aim)[0] - place(RIVALS[name](whole), aim)[0] for name in RIVALS}
    assert moved["plain mean"] > 1
    assert 0 < moved[THIS] < 0.25 * moved["plain mean"]


def test_kendall_counts_pairs() -> None:
    assert kendall(np.array([1.0, 2, 3]), np.array([1.0, 2, 3])) == 1
    assert kendall(np.array([1.0, 2, 3]), np.array([2.0, 1, 3])) == pytest.approx((2 - 1) / 3)
    assert kendall(np.ones(3), np.array([1.0, 2, 3])) == 0


def test_equals_share_the_middle_rank() -> None:
    assert [rank(np.array([4.0, 5, 4, 4]), subject) for subject in range(4)] == [3, 1, 3, 3]


@pytest.mark.parametrize(("least", "most", "expected"), [(0, 9, 0), (7, 9, 7), (9, 9, 9), (10, 9, None)])
def test_bisection_finds_the_least_number_that_reaches(least: int, most: int, expected: int | None) -> None:
    reached: Callable[[int], bool] = lambda accounts: accounts >= least  # noqa: E731 - shorter than a def
    assert bisected(reached, most) == expected


def test_no_promise_is_broken_and_writes_equal_a_rebuild() -> None:
    promise, replay = promised(2000, 1), replayed(300, 1)
    assert (promise.checks, promise.violations, replay.differences) == (2000, 0, 0)
    assert 0.5 < promise.used <= 1 + 1e-9


def test_a_missed_bar_says_missed() -> None:
    never = {name: [Lift(None, 2000), Lift(None, 2000)] for name in RIVALS}
    lifted = Findings(lifts={"sybils": {**never, THIS: [Lift(None, 2000), Lift(1500, 2000)]}})
    (bar,) = bars(lifted)
    assert (bar.measured, bar.met) == ("1500", False)
    assert any("MISSED" in line for line in printed(lifted))


def test_a_small_run_prints_every_rival_and_the_bars() -> None:
    found = measured(asked(["--quick", "--only", "sybils"]))
    text = "\n".join(printed(found))
    assert all(name in text for name in RIVALS)
    assert "displacement / plain mean, sybils" in text
    assert set(found.moves) == {"sybils"}
    assert set(LIFTS) <= set(SCENARIOS)

"""Runs: every estimator against every community and attack, seed by seed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from bench.attack import rivals
from bench.attack.attacks import LIFTS, SCENARIOS, Attack
from bench.attack.community import Community, community
from bench.attack.measures import Quality, place, quality, target
from bench.attack.parameters import VARIANTS
from bench.attack.product import community_score, product
from bench.attack.ratings import Answer, Estimator

THIS = "this"
RIVALS: Mapping[str, Estimator] = {
    "plain mean": rivals.plain,
    "Bayesian average": rivals.bayesian,
    "verified only": rivals.verified,
    "reputation-gated": rivals.gated,
    "EigenTrust": rivals.eigentrust,
    "Dawid-Skene": rivals.dawid_skene,
    "Community Notes": rivals.community_notes,
    "Solidago-like": rivals.solidago,
    "undefended": rivals.undefended,
    THIS: product,
    "its community score": community_score,
}


@dataclass(frozen=True, slots=True)
class Move:
    """What an attack did to its target: composite in stars further, rank before and after."""

    stars: float
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Lift:
    """Accounts that put the target first, none if not even `most` (all there are, or the cap) do."""

    accounts: int | None
    most: int


def qualities(variants: Iterable[str], seeds: Iterable[int]) -> dict[str, dict[str, list[Quality]]]:
    """Quality of each estimator in each variant, a list over the seeds."""
    found: dict[str, dict[str, list[Quality]]] = {name: {rival: [] for rival in RIVALS} for name in variants}
    for seed in seeds:
        for name, by_rival in found.items():
            whole = community(VARIANTS[name], seed)
            for rival, estimator in RIVALS.items():
                by_rival[rival].append(quality(whole, estimator(whole)))
    return found


def moves(scenarios: Iterable[str], seeds: Iterable[int]) -> dict[str, dict[str, list[Move]]]:
    """What each attack does to its target under each estimator, a list over the seeds."""
    found: dict[str, dict[str, list[Move]]] = {name: {rival: [] for rival in RIVALS} for name in scenarios}
    for seed in seeds:
        quiet = {name: _answered(name, seed) for name in {SCENARIOS[each].variant for each in found}}
        for name, by_rival in found.items():
            scenario = SCENARIOS[name]
            before, answers = quiet[scenario.variant]
            aim = target(before)
            after = scenario.attack(before, scenario.accounts, aim, np.random.default_rng(seed))
            for rival, estimator in RIVALS.items():
                by_rival[rival].append(_moved(answers[rival], estimator(after), aim))
    return found


def lifts(attacks: Iterable[str], seeds: Iterable[int]) -> dict[str, dict[str, list[Lift]]]:
    """How many accounts put the target first under each estimator, a list over the seeds."""
    found: dict[str, dict[str, list[Lift]]] = {name: {rival: [] for rival in RIVALS} for name in attacks}
    for seed in seeds:
        base = community(VARIANTS["base"], seed)
        for name, by_rival in found.items():
            for rival, estimator in RIVALS.items():
                by_rival[rival].append(_lifted(base, estimator, *LIFTS[name], seed))
    return found


def _answered(variant: str, seed: int) -> tuple[Community, dict[str, Answer]]:
    whole = community(VARIANTS[variant], seed)
    return whole, {rival: estimator(whole) for rival, estimator in RIVALS.items()}


def _moved(before: Answer, after: Answer, aim: int) -> Move:
    (low, first), (high, then) = place(before, aim), place(after, aim)
    return Move(high - low, first, then)


def _lifted(base: Community, estimator: Estimator, attack: Attack, most: int, seed: int) -> Lift:
    """Halve the range of accounts, taking it that more never do less."""
    aim = target(base)

    def first(accounts: int) -> bool:
        after = attack(base, accounts, aim, np.random.default_rng(seed))
        return place(estimator(after), aim)[1] == 1

    return Lift(bisected(first, most), most)


def bisected(reached: Callable[[int], bool], most: int) -> int | None:
    """The least number from 0 to `most` that reaches, none if `most` does not."""
    if not reached(most):
        return None
    low, high = -1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high

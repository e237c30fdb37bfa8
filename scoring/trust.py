"""Trust: what helpful votes pass on from the accounts that are trusted from the start."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Flags, Floats, Integers, sums
from scoring.constants import CONSTANTS, Constants


@dataclass(frozen=True, slots=True)
class Edges:
    """Votes netted per pair (pairs), in order of author and voter: `net` is helpful less unhelpful votes."""

    voter: Integers
    author: Integers
    net: Integers


def edges(voter: Integers, author: Integers, helpful: Flags) -> Edges:
    """Net the votes of each voter on each author (votes); votes on oneself are left out."""
    apart = voter != author
    accounts = int(voter.max(initial=0)) + 1
    votes = np.sort(2 * (author[apart] * accounts + voter[apart]) + helpful[apart])  # sorting beats a table of pairs
    starts = np.flatnonzero(np.diff(votes // 2, prepend=-1))
    signs = np.concatenate([[0], np.cumsum(2 * (votes % 2) - 1)])
    pairs = votes[starts] // 2
    return Edges(pairs % accounts, pairs // accounts, np.diff(signs[np.append(starts, len(votes))]))


def propagate(
    voter: Integers, author: Integers, net: Integers, pretrust: Floats, constants: Constants = CONSTANTS
) -> Floats:
    """Trust of every account (accounts), 0 to 1, to 1e-8 (source: the LipschiTrust algorithm of Solidago).

    T = min(1, pre + .8·Σ T_v·a/(Σ a + 5)), where a = log₂(1 + net helpful votes) and the lower sum goes over all
    that v votes for. `voter`, `author` and `net` are (pairs); votes on oneself and net unhelpful ones pass nothing
    on. Trust is approached from below: each step passes on at most .8 of what the last one added.
    """
    voter, author, share = _shares(voter, author, net, len(pretrust), constants)
    trust = start = np.clip(pretrust, 0.0, 1.0)
    left = constants.trust_decay / (1 - constants.trust_decay)  # of a step, at most, in all that follow
    step = np.inf
    while step * left > constants.trust_precision:
        passed = start + sums(author, trust[voter] * share, len(start))
        before, trust = trust, np.minimum(1.0, passed)
        step = float(np.abs(trust - before).sum())
    return trust


def standings(trust: Floats, constants: Constants = CONSTANTS) -> Integers:
    """Standing of every account (accounts): 0 below trust .1, 1 from .1 on, 2 from .5 on."""
    return np.searchsorted(np.asarray(constants.trust_thresholds), trust, side="right").astype(np.int64)


def _shares(
    voter: Integers, author: Integers, net: Integers, accounts: int, constants: Constants
) -> tuple[Integers, Integers, Floats]:
    """Voter, author and the share of the voter's trust that each edge passes on, in an order of their own."""
    kept = (voter != author) & (net > 0)
    order = np.flatnonzero(kept)
    order = order[np.argsort(author[order] * accounts + voter[order], kind="stable")]
    voter, author = voter[order], author[order]
    strength = np.log2(1.0 + net[order])
    given = sums(voter, strength, accounts)[voter]
    return voter, author, constants.trust_decay * strength / (given + constants.trust_sink)

"""Trust from helpful votes, in the two ways the rivals know: as a walk (EigenTrust) and bounded (LipschiTrust)."""

from dataclasses import dataclass

import numpy as np

from bench.attack.community import Community
from scoring.arrays import Floats, Integers, sums

ROUNDS = 120  # each shrinks what is missing to .85 or less
DAMPING = 0.85  # share of trust that is passed on
PRETRUST, SINK = 0.8, 5.0  # of LipschiTrust: a seed's trust, and the votes' worth everybody keeps back


@dataclass(frozen=True, slots=True)
class Edges:
    """Who vouches for whom (edges), with the logarithm of the net helpful votes as weight."""

    voter: Integers
    author: Integers
    weight: Floats


def edges(community: Community) -> Edges:
    """The edges of a community: only net helpful ones, none to oneself."""
    size = community.accounts
    pair, place = np.unique(community.votes.voter * size + community.author, return_inverse=True)
    net = sums(place, community.votes.value.astype(np.float64), len(pair))
    voter, author = pair // size, pair % size
    keep = (net > 0) & (voter != author)
    return Edges(voter[keep], author[keep], np.log2(1 + net[keep]))


def walked(community: Community) -> Floats:
    """EigenTrust (Kamvar et al. 2003): stationary share of a walk along votes that restarts at the seeds (accounts)."""
    size, along = community.accounts, edges(community)
    given = sums(along.voter, along.weight, size)
    share = along.weight / given[along.voter]
    seeds = sums(community.pretrusted, np.ones(len(community.pretrusted)), size) / len(community.pretrusted)
    trust = seeds
    for _ in range(ROUNDS):
        passed = sums(along.author, share * trust[along.voter], size)
        trust = DAMPING * passed + (1 - DAMPING * passed.sum()) * seeds
    return trust


def bounded(community: Community) -> Floats:
    """LipschiTrust (Hoang et al.): trust 0 … 1 of each account, no more than its voters can afford (accounts)."""
    size, along = community.accounts, edges(community)
    share = PRETRUST * along.weight / (sums(along.voter, along.weight, size) + SINK)[along.voter]
    pretrust = np.zeros(size)
    pretrust[community.pretrusted] = PRETRUST
    trust = pretrust
    for _ in range(ROUNDS):
        trust = np.minimum(1.0, pretrust + sums(along.author, share * trust[along.voter], size))
    return trust

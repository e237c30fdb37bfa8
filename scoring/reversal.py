"""Reversal: the facts without what was found and confirmed, so that a recompute undoes its effect."""

from collections.abc import Iterable, Sequence

import numpy as np

from scoring.arrays import Flags, Integers
from scoring.ratings import Ratings, Votes
from scoring.suspicion import Finding, Kind


def reversed_votes(voter: Integers, author: Integers, findings: Iterable[Finding]) -> Flags:
    """Which votes (votes) the findings take back: those inside a ring, and all of a series' voter on its author."""
    taken = np.zeros(len(voter), dtype=np.bool_)
    for finding in findings:
        if finding.kind is Kind.RING:
            taken |= np.isin(voter, finding.members) & np.isin(author, finding.members)
        elif finding.kind is Kind.SERIAL:
            taken |= (voter == finding.members[0]) & (author == finding.members[1])
    return taken


def without_votes(votes: Votes, findings: Iterable[Finding]) -> Votes:
    """The votes that the findings leave."""
    return votes.where(~reversed_votes(votes.voter, votes.author, findings))


def without_accounts(ratings: Ratings, votes: Votes, accounts: Sequence[int] | Integers) -> tuple[Ratings, Votes]:
    """Ratings and votes as if some accounts had given none; votes on their reviews lend them nothing either."""
    involved = np.isin(votes.voter, accounts) | np.isin(votes.author, accounts)
    return ratings.where(~np.isin(ratings.reviewer, accounts)), votes.where(~involved)


def without_reviews(ratings: Ratings, reviews: Sequence[int] | Integers) -> Ratings:
    """The ratings without those of some reviews, such as copies."""
    return ratings.where(~np.isin(ratings.review, reviews))

"""Reversals: votes of rings and serial voters, and on copied reviews, stop conferring trust; the ledger says so."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from db.enums import Issuer
from db.tables import Review, Reviewer, Revision
from scoring.arrays import Flags, Floats, Integers, integers
from scoring.ratings import Votes
from scoring.reversal import reversed_votes
from scoring.suspicion import Finding, Kind, copied, rings, serial
from scoring.trust import edges

NOT_COUNTED = -1


@dataclass(frozen=True, slots=True)
class CastVotes:
    """Votes (votes) with the days since 1970 of each and the number of its review among the counted ones."""

    votes: Votes
    cast_at: Floats
    review: Integers


@dataclass(frozen=True, slots=True)
class Reversal:
    """Votes of one account, or on its copied reviews, that confer nothing, and why."""

    votes: int
    words: str


def reversals(
    cast: CastVotes, counted: Sequence[tuple[Review, Revision, Reviewer]]
) -> tuple[Flags, dict[int, Reversal]]:
    """Which votes are taken back, and from whom: voters of rings and series, authors of copies (by number)."""
    votes = cast.votes
    net = edges(votes.voter, votes.author, votes.helpful)
    found = [*rings(net.voter, net.author, net.net), *serial(votes.voter, votes.author, cast.cast_at)]
    on_copies = np.isin(cast.review, integers(_copies(counted)))
    taken = reversed_votes(votes.voter, votes.author, found)
    reasons = _reasons(votes.voter[taken], found) | _copied(votes.author[on_copies & ~taken])
    return taken | on_copies, reasons


def _copies(counted: Sequence[tuple[Review, Revision, Reviewer]]) -> Iterator[int]:
    """The reviews whose text is somebody else's earlier one; the demonstration's texts are all the same."""
    people = [number for number, (*_, author) in enumerate(counted) if author.issuer is not Issuer.DEMO]
    in_time = sorted(people, key=lambda number: (counted[number][1].created_at, counted[number][0].id))
    texts = [f"{revision.pros}\n{revision.cons}" for _, revision, _ in map(counted.__getitem__, in_time)]
    for finding in copied(texts):
        first, *others = [in_time[place] for place in finding.members]
        yield from (number for number in others if counted[number][2].id != counted[first][2].id)


def _reasons(voters: Integers, found: Sequence[Finding]) -> dict[int, Reversal]:
    counts = Counter(voters.tolist())
    words = {member: finding.words for finding in found for member in _blamed(finding)}
    return {voter: Reversal(count, words[voter]) for voter, count in counts.items()}


def _blamed(finding: Finding) -> tuple[int, ...]:
    """Who cast the votes: all of a ring, of a series the voter alone."""
    return finding.members if finding.kind is Kind.RING else finding.members[:1]


def _copied(authors: Integers) -> dict[int, Reversal]:
    words = "Votes on a review whose text is another reviewer's earlier one."
    return {author: Reversal(count, words) for author, count in Counter(authors.tolist()).items()}

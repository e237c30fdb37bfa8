"""Reversals: votes of rings and serial voters, and on copied reviews, stop conferring trust; the ledger says so."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from db.enums import Issuer
from db.queries import Record
from db.tables import Review, Reviewer, Revision
from scoring.arrays import Flags, Floats, Integers
from scoring.ratings import Votes
from scoring.reversal import reversed_votes
from scoring.suspicion import Finding, Kind, copied, rings, serial
from scoring.trust import edges

_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Reversal:
    """Votes of one account, or on its copied reviews, that confer nothing, and why."""

    votes: int
    words: str


def reversals(
    votes: Votes, records: Sequence[Record], counted: Sequence[tuple[Review, Revision, Reviewer]]
) -> tuple[Flags, dict[int, Reversal]]:
    """Which votes are taken back, and from whom: voters of rings and series, authors of copies (by number)."""
    cast_at: Floats = np.array([record["cast_at"] / _DAY for record in records])
    net = edges(votes.voter, votes.author, votes.helpful)
    found = [*rings(net.voter, net.author, net.net), *serial(votes.voter, votes.author, cast_at)]
    copies = _copies(counted)
    on_copies = np.array([record["review_id"] in copies for record in records], dtype=np.bool_)
    taken = reversed_votes(votes.voter, votes.author, found)
    reasons = _reasons(votes.voter[taken], found) | _copied(votes.author[on_copies & ~taken])
    return taken | on_copies, reasons


def _copies(counted: Sequence[tuple[Review, Revision, Reviewer]]) -> set[str]:
    """The reviews whose text is somebody else's earlier one; the demonstration's texts are all the same."""
    people = [each for each in counted if each[2].issuer is not Issuer.DEMO]
    in_time = sorted(people, key=lambda each: (each[1].created_at, each[0].id))
    texts = [f"{revision.pros}\n{revision.cons}" for _, revision, _ in in_time]
    return {review for finding in copied(texts) for review in _later([in_time[place] for place in finding.members])}


def _later(group: list[tuple[Review, Revision, Reviewer]]) -> Iterator[str]:
    first, *others = group
    yield from (review.id for review, _, author in others if author.id != first[2].id)


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

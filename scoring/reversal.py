"""Reversal: the facts without what was found and confirmed, so that a recompute undoes its effect."""

from collections.abc import Iterable

import numpy as np

from scoring.arrays import Flags, Integers
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

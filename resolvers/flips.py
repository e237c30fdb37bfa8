"""Flips: how many new accounts it would take to push somebody else past the first."""

import asyncio
from dataclasses import dataclass

import numpy as np
from strawberry import Info

from db.enums import Dimension
from db.statistics import Amount, Cell, Change
from resolvers.boards import Board
from resolvers.influences import rows
from resolvers.snapshots import DIMENSIONS, USE_CASES
from resolvers.standings import Standing, standings_at
from scoring.histograms import entries
from scoring.influence import variants
from scoring.months import month

MOST = 2_000
BEST = 5  # stars
UNVERIFIED, ATTESTED, TRUSTED = (0, 0), (4, 0), (4, 2)  # scoring level and standing
_AT_ONCE = 16
Kind = tuple[int, int]


@dataclass(frozen=True, slots=True)
class VotesToFlip:
    """How firm a first place is."""

    runner_up: Standing
    unverified: int | None
    attested: int | None
    trusted: int | None


async def of_standings(standings: list[Standing], info: Info) -> list[VotesToFlip | None]:
    """For a first place by score: how many new accounts it would take to push the second past it.

    Null for others, and for a first place that several share: nobody holds it.
    """
    drawn = await standings[0].board.ranks()
    return await asyncio.to_thread(lambda: [_flip(each, drawn.rank) for each in standings])


def _flip(standing: Standing, ranks: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> VotesToFlip | None:
    board = standing.board
    position = board.ranked.get(standing.place)
    if position is None or np.flatnonzero(ranks == 1).tolist() != [position] or len(ranks) < 2:
        return None
    others = [place for place in range(len(ranks)) if place != position]
    nearest = min(others, key=lambda place: int(ranks[place]))
    [second] = standings_at(board, [int(board.taking_part[nearest])])
    counts = [_needed(standing, second, kind) for kind in (UNVERIFIED, ATTESTED, TRUSTED)]
    return VotesToFlip(second, *counts)


def _needed(first: Standing, second: Standing, kind: Kind) -> int | None:
    """The fewest accounts of a kind that flip the two, by a search that tries 16 numbers at a time."""
    low, high = 0, MOST
    if not _flips(first, second, kind, [MOST])[0]:
        return None
    while high - low > 1:
        tried = sorted({int(count) for count in np.linspace(low, high, _AT_ONCE + 2)[1:-1]} - {low})
        flipped = [count for count, yes in zip(tried, _flips(first, second, kind, tried), strict=True) if yes]
        high = min(flipped, default=high)
        low = max((count for count in tried if count < high), default=low)
    return high


def _flips(first: Standing, second: Standing, kind: Kind, counts: list[int]) -> list[bool]:
    """Whether the second passes the first when so many new accounts give it five stars in all that is asked for."""
    board, place = second.board, second.board.endpoints(second.place)[0]
    added = [rows(board, _praise(board, place, kind, count)) for count in counts]
    beside = board.endpoints(first.place)[0]
    same = board.case.statistics.model_of[beside] == board.case.statistics.model_of[place]
    kept = variants(board.case, beside, added) if same else np.full(len(counts), _score(first))
    return [bool(new > old) for new, old in zip(variants(board.case, place, added), kept, strict=True)]


def _score(standing: Standing) -> float:
    return float(standing.board.composites.score[standing.place])


def _praise(board: Board, endpoint: int, kind: Kind, accounts: int) -> Change:
    """What new accounts of a kind add that give an endpoint five stars today."""
    question, added = board.case.question, {}
    for column, dimension in enumerate(DIMENSIONS):
        if board.shares[column] > 0:
            baseline = float(board.case.baselines[question.use_case, column])
            for entry in entries(BEST, 0.0, baseline, 1.0):
                cell = _cell(board, endpoint, dimension, kind, entry.bin)
                added[cell] = Amount(entry.mass * accounts, entry.count * accounts)
    return added


def _cell(board: Board, endpoint: int, dimension: Dimension, kind: Kind, bin: int) -> Cell:
    use_case = USE_CASES[board.case.question.use_case].value
    endpoint_id = board.endpoint_ids[endpoint]
    return Cell(0, endpoint_id, use_case, dimension.value, *kind, month(board.as_of), bin)

"""Changes: what moved a standing since a moment, step by step, from the facts."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from strawberry import Info

from db.tables import Review
from resolvers.boards import Board, case_of, snapshot_of, told
from resolvers.histories import History, history
from resolvers.questions import Pooling, past_moment
from resolvers.reviews import visible
from resolvers.standings import Standing
from scoring.figures import published
from scoring.months import moment

MOST = 50
LEAST = 1e-6  # stars: a smaller step is none
_INSTANT = timedelta(microseconds=1)


class ChangeKind(StrEnum):
    """What moved a standing."""

    PUBLISHED = "PUBLISHED"
    """A review was published."""
    REVISED = "REVISED"
    """A review was revised."""
    ENDED = "ENDED"
    """A review was retracted or hidden."""
    EVIDENCE = "EVIDENCE"
    """Evidence was accepted, rejected, revoked, or expired."""
    RECOMPUTED = "RECOMPUTED"
    """A recompute measured reputations and baselines anew."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event and the score on both sides of it."""

    at: datetime
    kind: ChangeKind
    review: Review | None
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """How a score got from one moment to another."""

    since: datetime
    before: float
    after: float
    steps: list[Step]
    complete: bool

    @property
    def faded(self) -> float:
        """What the steps do not explain: time passed and ratings faded."""
        return published(self.after - self.before - sum(step.after - step.before for step in self.steps))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may have moved a standing."""

    at: datetime
    kind: ChangeKind
    review: Review | None = None


async def of_standings(standings: list[Standing], info: Info, since: datetime) -> list[ScoreChange]:
    """What moved the score since a moment: of the events about its model the latest 50 that moved it."""
    board = standings[0].board
    start = past_moment(since, board.as_of, "since")
    models = frozenset(_model(board, standing) for standing in standings)
    past = await history(await snapshot_of(info), models)
    return await asyncio.to_thread(lambda: [_changed(past, each, start) for each in standings])


async def reviews_of(steps: list[Step], info: Info) -> list[Review | None]:
    """The review it happened to; null when it happened to none, or to one that is no longer public."""
    return await visible(info, [step.review for step in steps])


def _model(board: Board, standing: Standing) -> str:
    return board.model_ids[int(board.case.statistics.model_of[board.endpoints(standing.place)[0]])]


def _changed(past: History, standing: Standing, start: datetime) -> ScoreChange:
    end, own = standing.board.as_of, past.of(_model(standing.board, standing))
    events = sorted(_events(own, start, end), key=lambda event: event.at)
    steps = [step for step in _steps(own, standing, events[-MOST:]) if abs(step.after - step.before) >= LEAST]
    before, after = _score(own, standing, start, start), _score(own, standing, end, end)
    return ScoreChange(start, before, after, steps, complete=len(events) <= MOST)


def _events(past: History, start: datetime, end: datetime) -> Iterator[Event]:
    for event in _all_events(past):
        if start < event.at <= end:
            yield event


def _all_events(past: History) -> Iterator[Event]:
    for review in past.reviews:
        first, *later = past.revisions[review.id]
        yield Event(first.created_at, ChangeKind.PUBLISHED, review)
        yield from (Event(revision.created_at, ChangeKind.REVISED, review) for revision in later)
        yield from (Event(each.decided_at, ChangeKind.EVIDENCE, review) for each in past.decisions.get(review.id, []))
        if review.ended_at:
            yield Event(review.ended_at, ChangeKind.ENDED, review)
    yield from (Event(epoch.published_at, ChangeKind.RECOMPUTED) for epoch in past.epochs)


def _steps(past: History, standing: Standing, events: list[Event]) -> Iterator[Step]:
    """One step for each moment; of events at the same moment the first names it."""
    for at, together in groupby(events, key=lambda event: event.at):
        event = next(together)
        before, after = _score(past, standing, at - _INSTANT, at), _score(past, standing, at, at)
        yield Step(at, event.kind, event.review, before, after)


def _score(past: History, standing: Standing, facts: datetime, now: datetime) -> float:
    """The score from the facts of one moment, as fresh as they are at another."""
    board, snapshot = standing.board, past.snapshot(facts)
    question = replace(board.case.question, now=moment(now))
    _, whole = told(case_of(snapshot, question, board.shares))
    ids = snapshot.subjects.model_ids if board.pooling is Pooling.MODEL else snapshot.subjects.endpoint_ids
    return published(whole.score[ids.index(standing.id)])

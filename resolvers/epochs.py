"""Epochs: the recompute. Reputations and baselines are measured anew from the facts, and the statistics rebuilt.

Facts are read as they stood at one moment, and the statistics of the new epoch written as those of a draft, all beside
other work. One short transaction then makes up for what was written meanwhile, and publishes.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
from tortoise.transactions import in_transaction

from db import leases, statistics
from db.enums import ReputationEventKind, Role, Standing
from db.kept import related
from db.queries import Condition, Record, client, execute_many, fetch, slices
from db.statistics import Amount, Cell, Change, Pair, State
from db.tables import Endpoint, Epoch, ReputationEvent, Review, Reviewer, Revision
from resolvers.reversals import NOT_COUNTED, CastVotes, Reversal, reversals
from resolvers.reviews import PUBLIC
from resolvers.snapshots import DIMENSIONS, USE_CASES
from resolvers.statistics import AFFILIATED, contributions
from scoring.arrays import Integers, integers
from scoring.constants import CONSTANTS
from scoring.figures import published
from scoring.months import moment, month
from scoring.ratings import Ratings, Votes
from scoring.recompute import Measured
from scoring.recompute import recompute as measure

_NOTHING = Reversal(0, "The votes that were taken back confer trust again.")
_MEASURED = ("evidence_weights", "residual_variance", "drift_per_day", "severity_lambda", "error_correlation")
Counted = list[tuple[Review, Revision, Reviewer]]
_REVISIONS = "SELECT id, review_id FROM revision WHERE id > $1 ORDER BY id LIMIT $2"
# Along the index that holds all of it; joined with others, PostgreSQL would read these whole for each time.
_VOTES = """
    SELECT revision_id, cast_at, id, voter_id, helpful FROM vote WHERE (revision_id, cast_at, id) > ($1, $2, $3)
    ORDER BY revision_id, cast_at, id LIMIT $4
"""
_FIGURES = "UPDATE reviewer SET trust = $1, standing = $2, track_record = $3, severity = $4 WHERE id = $5"
_TAKEN_BACK = Condition("kind = {}", (ReputationEventKind.REVERSAL.value,))
_AT_ONCE = 2_000  # rows that are read in one statement: some milliseconds for everybody else
_LEASE = timedelta(hours=2)  # far longer than a recompute takes; who loses it may lose a draft, and nothing else
_DAY = 86_400_000_000  # microseconds
_STEPS = {
    ReputationEventKind.TRACK_RECORD: CONSTANTS.track_record_step,
    ReputationEventKind.SEVERITY: CONSTANTS.severity_step,
}
_REASONS = {
    ReputationEventKind.TRUST: "Helpful votes by trusted reviewers, as they stand in this recompute.",
    ReputationEventKind.STANDING: "The step that this trust reaches.",
    ReputationEventKind.TRACK_RECORD: "How near the ratings are to what others have established since.",
    ReputationEventKind.SEVERITY: "How much higher or lower the ratings are than others' of the same endpoints.",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a recompute measures from, and the state of the statistics at the same moment."""

    state: State
    reviewers: list[Reviewer]
    counted: Counted
    votes: CastVotes
    models: dict[str, str]
    reversed: dict[str, float]


async def recompute(now: datetime) -> str:
    """Publish a new epoch and say what it holds; no write falls between the two epochs. One at a time."""
    holder = uuid4().hex
    try:
        if not await leases.taken("recompute", holder, now, _LEASE):
            return "Another recompute is under way, or was killed less than two hours ago."
        await statistics.sweep()  # what is left of one that was broken off
        told = await _published(now)
        await statistics.sweep()
        return told
    finally:
        await leases.returned("recompute", holder)


async def _published(now: datetime) -> str:
    async with client().snapshot():
        facts = await _facts()
    found, taken = await asyncio.to_thread(_measured, facts, now)
    epoch = await _draft(facts.state.epoch_id + 1, found, now)
    moved = await asyncio.to_thread(_ledger, epoch, facts, found)
    entries = [*moved, *_reversals(epoch, facts, taken)]
    changed = {entry.reviewer_id for entry in moved}
    await statistics.write(await asyncio.to_thread(_rebuilt, epoch, facts.counted))
    async with in_transaction():
        await statistics.current_epoch(exclusive=True)
        await ReputationEvent.bulk_create(entries, batch_size=500)
        await _keep(reviewer for reviewer in facts.reviewers if reviewer.id in changed)
        for pair in await statistics.changed(facts.state.versions):
            await statistics.exchange(epoch, pair, await _of_pair(epoch, pair))
        await statistics.publish(epoch)
    return f"Epoch {epoch.id}: {len(facts.counted)} reviews, {len(changed)} reputations moved."


async def _draft(number: int, found: Measured, now: datetime) -> Epoch:
    """The row of a new epoch: baselines by use case and dimension, and the constants that were measured."""
    return await Epoch.create(
        id=number,
        baselines={
            statistics.area(use_case, dimension): float(found.baselines[row, column])
            for row, use_case in enumerate(USE_CASES)
            for column, dimension in enumerate(DIMENSIONS)
        },
        parameters={name: getattr(found.constants, name) for name in _MEASURED},
        published_at=now,
        draft=True,
    )


async def _facts() -> Facts:
    """Everything as it stands: reviews that count, votes on them, and who wrote and voted."""
    by_id = {reviewer.id: reviewer async for some in slices(Reviewer) for reviewer in some}
    counted: Counted = []
    author_of: dict[str, str] = {}
    async for said in _said():
        author_of |= {review.id: review.reviewer_id for review, _ in said}
        counted += [
            (review, revision, by_id[review.reviewer_id])
            for review, revision in said
            if revision.interest not in AFFILIATED
        ]
    votes = await _votes(_places(by_id), _places(review.id for review, *_ in counted), author_of)
    models = dict(await Endpoint.all().values_list("id", "model_id"))
    taken = [each async for some in slices(ReputationEvent, (_TAKEN_BACK,)) for each in some]
    reversed_ = {each.reviewer_id: each.after for each in sorted(taken, key=lambda each: each.epoch_id)}
    return Facts(await statistics.state(), list(by_id.values()), counted, votes, models, reversed_)


async def _said(*conditions: Condition) -> AsyncIterator[list[tuple[Review, Revision]]]:
    """The published reviews under conditions, each with what it says now, some at a time."""
    async for reviews in slices(Review, (PUBLIC, *conditions)):
        revisions = await related(Revision, [review.revision_id for review in reviews])
        yield list(zip(reviews, revisions, strict=True))


async def _votes(reviewers: dict[str, int], reviews: dict[str, int], author_of: dict[str, str]) -> CastVotes:
    """All votes on published reviews as numbers, some read at a time, in the order of their authors and voters."""
    about = {
        revision["id"]: (reviewers[author_of[review]], reviews.get(review, NOT_COUNTED))
        async for some in _some(_REVISIONS, {"id": ""})
        for revision in some
        if (review := revision["review_id"]) in author_of
    }
    parts = [np.zeros((0, 5), dtype=np.int64)]
    async for some in _some(_VOTES, {"revision_id": "", "cast_at": 0, "id": ""}):
        rows = [
            (reviewers[vote["voter_id"]], bool(vote["helpful"]), vote["cast_at"], *about[vote["revision_id"]])
            for vote in some
            if vote["revision_id"] in about
        ]
        parts.append(np.array(rows, dtype=np.int64).reshape(-1, 5))
    return await asyncio.to_thread(_in_order, parts)


async def _some(sql: str, place: dict[str, Any]) -> AsyncIterator[list[Record]]:
    """What a statement reads along an index from a place on, which is told by columns: some rows at a time."""
    while found := await fetch(sql, [*place.values(), _AT_ONCE]):
        yield found
        place = {column: found[-1][column] for column in place}


def _in_order(parts: list[Integers]) -> CastVotes:
    columns = np.concatenate(parts)
    voter, helpful, cast_at, author, review = columns[np.lexsort((columns[:, 0], columns[:, 3]))].T
    return CastVotes(Votes(voter, author, helpful.astype(np.bool_)), cast_at / _DAY, review)


def _places(ids: Iterable[str]) -> dict[str, int]:
    return {each: place for place, each in enumerate(ids)}


def _measured(facts: Facts, now: datetime) -> tuple[Measured, dict[int, Reversal]]:
    """What the recompute measures, and the votes it took back before."""
    place = _places(reviewer.id for reviewer in facts.reviewers)
    trusted = [CONSTANTS.pretrust if reviewer.role is Role.MODERATOR else 0.0 for reviewer in facts.reviewers]
    taken, reasons = reversals(facts.votes, facts.counted)
    return measure(_ratings(facts, place), facts.votes.votes.where(~taken), np.array(trusted), moment(now)), reasons


def _ratings(facts: Facts, reviewer_place: dict[str, int]) -> Ratings:
    endpoints = {endpoint: number for number, endpoint in enumerate(facts.models)}
    models = {model: number for number, model in enumerate(dict.fromkeys(facts.models.values()))}
    rows = [
        (reviewer_place[author.id], number, endpoints[review.endpoint_id], USE_CASES.index(review.use_case),
         DIMENSIONS.index(rating.dimension), rating.stars, review.scoring_level, month(revision.created_at))
        for number, (review, revision, author) in enumerate(facts.counted)
        for rating in revision.ratings
    ]  # fmt: skip
    reviewer, review, endpoint, use_case, dimension, stars, level, months = (
        np.array(rows, dtype=np.int64).reshape(-1, 8).T
    )
    return Ratings(
        reviewer, review, endpoint, use_case, dimension, stars.astype(np.float64), level, months,
        model_of=integers(models[model] for model in facts.models.values()),
        reviewers=len(facts.reviewers), use_cases=len(USE_CASES), dimensions=len(DIMENSIONS),
    )  # fmt: skip


Moved = tuple[Reviewer, dict[ReputationEventKind, float]]


def _ledger(epoch: Epoch, facts: Facts, found: Measured) -> list[ReputationEvent]:
    """The ledger's entries for whatever has moved."""
    return [entry for each in _moved(facts.reviewers, found) for entry in _entries(epoch, *each)]


def _moved(reviewers: list[Reviewer], found: Measured) -> Iterator[Moved]:
    """Each reviewer with what was measured of them."""
    for place, reviewer in enumerate(reviewers):
        yield (
            reviewer,
            {
                ReputationEventKind.TRUST: published(found.trust[place]),
                ReputationEventKind.STANDING: Standing(int(found.standing[place])),
                ReputationEventKind.TRACK_RECORD: published(found.track_record[place]),
                ReputationEventKind.SEVERITY: published(found.severity[place]),
            },
        )


def _entries(epoch: Epoch, reviewer: Reviewer, figures: dict[ReputationEventKind, float]) -> Iterator[ReputationEvent]:
    """The ledger's entries for what has moved; the reviewer's row follows."""
    for kind, after in figures.items():
        before = getattr(reviewer, kind.value.lower())
        if after == before or abs(after - before) < _STEPS.get(kind, 0.0):
            continue  # a reputation keeps what the ledger says of it
        setattr(reviewer, kind.value.lower(), after)
        yield _entry(epoch, reviewer, kind, before, after, _REASONS[kind])


def _reversals(epoch: Epoch, facts: Facts, taken: dict[int, Reversal]) -> Iterator[ReputationEvent]:
    """The ledger's entries for votes taken back since the last recompute, or given back."""
    for place, reviewer in enumerate(facts.reviewers):
        now, before = taken.get(place, _NOTHING), facts.reversed.get(reviewer.id, 0.0)
        if now.votes != before:
            yield _entry(epoch, reviewer, ReputationEventKind.REVERSAL, before, now.votes, now.words)


def _entry(
    epoch: Epoch, reviewer: Reviewer, kind: ReputationEventKind, before: float, after: float, reason: str
) -> ReputationEvent:
    return ReputationEvent(
        reviewer_id=reviewer.id,
        epoch_id=epoch.id,
        kind=kind,
        before=float(before),
        after=float(after),
        reason=reason,
        created_at=epoch.published_at,
    )


async def _keep(reviewers: Iterable[Reviewer]) -> None:
    figures = ((each.trust, int(each.standing), each.track_record, each.severity, each.id) for each in reviewers)
    await execute_many(_FIGURES, figures)


async def _of_pair(epoch: Epoch, pair: Pair) -> Change:
    """What counts now of an endpoint in a use case."""
    said = [each async for some in _said(Condition("use_case = {} AND endpoint_id = {}", pair)) for each in some]
    authors = await related(Reviewer, [review.reviewer_id for review, _ in said])
    return _rebuilt(epoch, [(*each, author) for each, author in zip(said, authors, strict=True)])


def _rebuilt(epoch: Epoch, counted: Counted) -> Change:
    def all_contributions() -> Iterator[tuple[Cell, Amount]]:
        for each in counted:
            yield from contributions(epoch, *each)

    return statistics.summed((1, all_contributions()))

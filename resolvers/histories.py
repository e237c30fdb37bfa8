"""Histories: the facts behind standings as they were at any past moment, and what the statistics were then."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self, TypeVar

from tortoise.models import Model

from db import statistics
from db.enums import EvidenceLevel, EvidenceState, ReputationEventKind, UseCase
from db.fields import microseconds
from db.queries import rows_with
from db.statistics import Change
from db.tables import Decision, Epoch, ReputationEvent, Review, Reviewer, Revision
from resolvers import snapshots
from resolvers.snapshots import Snapshot, Subjects
from resolvers.statistics import Voice, contributions
from scoring.weights import scoring_level

Row = TypeVar("Row")
Table = TypeVar("Table", bound=Model)
_SEED_LIMIT = 2**31


@dataclass(frozen=True, slots=True)
class PastVoice:
    """What an earlier epoch measured of a reviewer, from the ledger."""

    severity: float = 0.0
    track_record: float = 1.0
    standing: int = 0


@dataclass(frozen=True)
class History:
    """All facts about some endpoints: reviews with their revisions and decisions, authors, epochs, the ledger."""

    reviews: list[Review]
    revisions: dict[str, list[Revision]]
    decisions: dict[str, list[Decision]]
    authors: dict[str, Reviewer]
    epochs: list[Epoch]
    ledger: dict[str, list[ReputationEvent]]
    subjects: Subjects
    demo: bool
    voices: dict[tuple[str, int], Voice] = field(default_factory=dict)

    def of(self, model_id: str) -> Self:
        """The part of the history that is about one model."""
        subjects = self.subjects.of(frozenset([model_id]))
        own = set(subjects.endpoint_ids)
        reviews = [review for review in self.reviews if review.endpoint_id in own]
        return replace(self, reviews=reviews, subjects=subjects)

    def epoch(self, at: datetime) -> Epoch:
        """The epoch that was in force."""
        return self.epochs[max(0, bisect_right([epoch.published_at for epoch in self.epochs], at) - 1)]

    def counted(self, at: datetime) -> Iterator[tuple[Review, Revision, Voice, int]]:
        """Every review that counted, with what it said, its author's voice and its scoring level then."""
        epoch = self.epoch(at)
        for review in self.reviews:
            if review.published_at <= at and (review.ended_at is None or review.ended_at > at):
                revision = _latest(self.revisions[review.id], at, lambda row: row.created_at)
                yield review, revision, self.voice(review.reviewer_id, epoch), self.level(review, at)

    def level(self, review: Review, at: datetime) -> int:
        """The scoring level of a review's evidence at a moment."""
        states: dict[EvidenceLevel, EvidenceState] = {}
        for decision in self.decisions.get(review.id, []):
            if decision.decided_at <= at:
                states[decision.level] = decision.state
        return scoring_level(level for level, state in states.items() if state is EvidenceState.ACCEPTED)

    def voice(self, reviewer_id: str, epoch: Epoch) -> Voice:
        """What an epoch had measured of a reviewer; of the last epoch, the reviewer's own row says it."""
        if epoch.id == self.epochs[-1].id:
            return self.authors[reviewer_id]
        key = (reviewer_id, epoch.id)
        if key not in self.voices:
            entries = [entry for entry in self.ledger.get(reviewer_id, []) if entry.epoch_id <= epoch.id]
            last = {entry.kind: entry.after for entry in entries}
            self.voices[key] = PastVoice(
                severity=last.get(ReputationEventKind.SEVERITY, 0.0),
                track_record=last.get(ReputationEventKind.TRACK_RECORD, 1.0),
                standing=int(last.get(ReputationEventKind.STANDING, 0)),
            )
        return self.voices[key]

    def change(self, at: datetime) -> Change:
        """The statistics as they were, computed from the facts."""
        epoch = self.epoch(at)
        entries = (
            entry
            for review, revision, voice, level in self.counted(at)
            for entry in contributions(epoch, review, revision, voice, level)
        )
        return statistics.summed((1, entries))

    def snapshot(self, at: datetime) -> Snapshot:
        """What standings were computed from at a moment; the moment seeds the rank draws."""
        epoch = self.epoch(at)
        return Snapshot(
            subjects=self.subjects,
            statistics=snapshots.columns(statistics.histograms_of(self.change(at)), self.subjects),
            baselines=snapshots.baselines(epoch.baselines),
            constants=snapshots.measured(epoch.parameters),
            versions=dict.fromkeys(UseCase, microseconds(at) % _SEED_LIMIT),
            demo=self.demo,
        )


async def history(present: Snapshot, models: frozenset[str] | None = None) -> History:
    """The history of some models' endpoints, or of all; the number of statements does not depend on its length."""
    subjects = present.subjects if models is None else present.subjects.of(models)
    if models is None:
        found, ids, people = await Review.all(), None, None
    else:
        found = await rows_with(Review, "endpoint_id", set(subjects.endpoint_ids) - {""})
        ids, people = {review.id for review in found}, {review.reviewer_id for review in found}
    revisions = sorted(await _rows(Revision, "review_id", ids), key=lambda row: row.number)
    decisions = sorted(await _rows(Decision, "review_id", ids), key=lambda row: (row.decided_at, row.id))
    ledger = sorted(await _rows(ReputationEvent, "reviewer_id", people), key=lambda row: row.epoch_id)
    return History(
        reviews=sorted(found, key=lambda row: row.id),
        revisions=_by(revisions, lambda row: row.review_id),
        decisions=_by(decisions, lambda row: row.review_id),
        authors={row.id: row for row in await _rows(Reviewer, "id", people)},
        epochs=await Epoch.filter(draft=False).order_by("id"),
        ledger=_by(ledger, lambda row: row.reviewer_id),
        subjects=subjects,
        demo=present.demo,
    )


async def _rows(table: type[Table], column: str, values: set[str] | None) -> list[Table]:
    """The rows with these values, or all of the table."""
    return await table.all() if values is None else await rows_with(table, column, values)


def _by(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _latest(rows: list[Row], at: datetime, when: Callable[[Row], datetime]) -> Row:
    return [row for row in rows if when(row) <= at][-1]

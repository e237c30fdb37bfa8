"""How reviews move the statistics: what each one adds, in the same transaction as the write itself."""

from collections.abc import Iterator
from typing import Protocol

from db import statistics
from db.enums import Interest, ReviewState
from db.statistics import Amount, Cell
from db.tables import Epoch, Review, Reviewer, Revision
from scoring.constants import CONSTANTS
from scoring.histograms import entries
from scoring.months import month

AFFILIATED = (Interest.VENDOR_AFFILIATED, Interest.COMPETITOR_AFFILIATED)


async def add(review: Review, revision: Revision) -> None:
    """A published review begins to count."""
    epoch, author = await _measured(review)
    await statistics.apply(statistics.summed((1, contributions(epoch, review, revision, author))))


async def remove(review: Review, revision: Revision) -> None:
    """A review stops counting."""
    epoch, author = await _measured(review)
    await statistics.apply(statistics.summed((-1, contributions(epoch, review, revision, author))))


async def replace(review: Review, before: Revision, after: Revision) -> None:
    """A review counts for what its new revision says."""
    epoch, author = await _measured(review)
    gone = contributions(epoch, review, before, author)
    come = contributions(epoch, review, after, author)
    await statistics.apply(statistics.summed((-1, gone), (1, come)))


async def relevel(review: Review, level: int) -> None:
    """A review counts at the scoring level of its evidence, if it counts at all."""
    if level == review.scoring_level:
        return
    epoch, author = await _measured(review)
    revision = await Revision.get(id=review.revision_id)
    gone = contributions(epoch, review, revision, author, review.scoring_level)
    come = contributions(epoch, review, revision, author, level)
    if review.state is ReviewState.PUBLISHED:
        await statistics.apply(statistics.summed((-1, gone), (1, come)))
    review.scoring_level = level
    await review.save(update_fields=["scoring_level"])


async def _measured(review: Review) -> tuple[Epoch, Reviewer]:
    """The epoch in force and its author's figures, read together: a recompute waits, or has changed both."""
    epoch = await statistics.current_epoch()
    return epoch, await Reviewer.get(id=review.reviewer_id)


class Voice(Protocol):
    """What the last recompute measured of an author: a reviewer's row, or what the ledger says of an earlier epoch."""

    @property
    def severity(self) -> float: ...
    @property
    def track_record(self) -> float: ...
    @property
    def standing(self) -> int: ...


def contributions(
    epoch: Epoch, review: Review, revision: Revision, author: Voice, level: int | None = None
) -> Iterator[tuple[Cell, Amount]]:
    """What one review adds to the histograms under an epoch, at a scoring level. An affiliated one adds nothing."""
    if revision.interest in AFFILIATED:
        return
    at_level = review.scoring_level if level is None else level
    for rating in revision.ratings:
        key = (epoch.id, review.endpoint_id, review.use_case.value, rating.dimension.value, at_level)
        baseline = epoch.baselines.get(statistics.area(review.use_case, rating.dimension), CONSTANTS.baseline)
        for entry in entries(rating.stars, author.severity, baseline, author.track_record):
            cell = Cell(*key, int(author.standing), month(revision.created_at), entry.bin)
            yield cell, Amount(entry.mass, entry.count)

"""Epochs: the nightly recompute. It measures the baselines anew and rebuilds the statistics from the facts."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from tortoise.transactions import in_transaction

from db import statistics
from db.enums import ReviewState
from db.queries import related
from db.statistics import Amount, Cell, Change
from db.tables import Endpoint, Epoch, Review, Reviewer, Revision
from resolvers.statistics import AFFILIATED, contributions
from scoring.baselines import Rated, measured
from scoring.months import moment, month

Counted = list[tuple[Review, Revision, Reviewer]]


async def recompute(now: datetime) -> str:
    """Publish a new epoch in one transaction and say what it holds; no write falls between the two epochs."""
    async with in_transaction():
        before = await statistics.current_epoch(exclusive=True)
        counted = await _counted()
        models = dict(await Endpoint.all().values_list("id", "model_id"))
        baselines = await asyncio.to_thread(measured, list(_rated(counted, models)), moment(now))
        epoch = await Epoch.create(id=before.id + 1, baselines=baselines, published_at=now)
        await statistics.rebuild(epoch, await asyncio.to_thread(_rebuilt, epoch, counted))
    return f"Epoch {epoch.id}: {len(counted)} reviews, {len(baselines)} baselines."


async def _counted() -> Counted:
    """Every review that counts, with its current revision and its author."""
    reviews = await Review.filter(state=ReviewState.PUBLISHED)
    revisions = await related(Revision, [review.revision_id for review in reviews])
    authors = await related(Reviewer, [review.reviewer_id for review in reviews])
    return list(zip(reviews, revisions, authors, strict=True))


def _rated(counted: Counted, models: dict[str, str]) -> Iterator[Rated]:
    for review, revision, author in counted:
        for rating in revision.ratings if revision.interest not in AFFILIATED else []:
            yield Rated(
                cell=f"{review.use_case.value}/{rating.dimension.value}",
                model=models[review.endpoint_id],
                stars=rating.stars - author.severity,
                level=review.scoring_level,
                track_record=author.track_record,
                month=month(revision.created_at),
            )


def _rebuilt(epoch: Epoch, counted: Counted) -> Change:
    def all_contributions() -> Iterator[tuple[Cell, Amount]]:
        for each in counted:
            yield from contributions(epoch, *each)

    return statistics.summed((1, all_contributions()))

"""Epochs: a recompute is published whole or not at all, beside everything else, and one at a time."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import Any
from unittest.mock import patch

import pytest
from strawberry import ID

from db import statistics
from db.queries import fetch
from db.statistics import Change
from db.tables import Epoch, ReputationEvent, Reviewer
from resolvers import epochs, reviews
from resolvers.inputs import RetractReviewInput
from tests.front_door import Client
from tests.make import World
from tests.test_statistics import rebuilt, stored

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

RANKING = """{ ranking(useCase: CODING, first: 3, filter: {includeProvisional: true}) {
  nodes { score dimensions { dimension score } subject { ... on Endpoint { id } } } } }"""


async def broken_off(*_given: Any) -> None:
    raise OSError("the disk is full")


async def test_a_recompute_that_fails_leaves_everything_as_it_was(client: Clients, make: World) -> None:
    for stars in (2, 4):
        await make.review(tool_calling=stars)
    before = await in_force(), await client().ask(RANKING)
    with patch.object(statistics, "publish", broken_off), pytest.raises(OSError, match="full"):
        await epochs.recompute(make.now)
    assert before == (await in_force(), await client().ask(RANKING))
    assert not await ReputationEvent.exists()
    assert (await epochs.recompute(make.now)).startswith("Epoch 1: 2 reviews")


@pytest.mark.parametrize("where", ["publish", "write"])
async def test_what_a_broken_recompute_left_counts_for_nothing_and_is_cleared_by_the_next(
    client: Clients, make: World, where: str
) -> None:
    review = await make.review(tool_calling=2)
    before = await rebuilt(), await client().ask(RANKING)
    with patch.object(statistics, where, broken_off), pytest.raises(OSError, match="full"):
        await epochs.recompute(make.now)
    assert await Epoch.filter(draft=True).count() == 1
    assert before == (await in_force(), await client().ask(RANKING))
    author = await Reviewer.get(id=review.reviewer_id)
    await reviews.retract(make.info(author), RetractReviewInput(review_id=ID(review.id)))
    assert (await epochs.recompute(make.now)).startswith("Epoch 1: 0 reviews")
    assert (await stored(), await Epoch.filter(draft=True).exists()) == ({}, False)


async def in_force() -> Change:
    """The statistics of the epoch that readers see."""
    present = (await statistics.latest_epoch()).id
    return {cell: amount for cell, amount in (await stored()).items() if cell.epoch_id == present}


async def test_of_two_recomputes_at_once_one_is_made(make: World) -> None:
    await make.review()
    said = sorted(await asyncio.gather(epochs.recompute(make.now), epochs.recompute(make.now)))
    assert said[0].startswith("Another recompute is under way")
    assert said[1] == "Epoch 1: 1 reviews, 0 reputations moved."
    assert await stored() == await rebuilt()


async def test_a_recompute_whose_draft_another_has_cleared_publishes_nothing(make: World) -> None:
    await make.review()
    draft = epochs._draft

    async def cleared(*given: Any) -> Epoch:
        epoch = await draft(*given)
        await statistics.sweep()
        return epoch

    with patch.object(epochs, "_draft", cleared), pytest.raises(Exception, match=r"(?i)foreign key|no draft"):
        await epochs.recompute(make.now)
    assert (await stored(), await Epoch.all().count()) == (await rebuilt(), 1)
    assert (await epochs.recompute(make.now)).startswith("Epoch 1: 1 reviews")


async def test_readers_see_a_new_epoch_at_once_and_all_of_it(client: Clients, make: World) -> None:
    for stars in (1, 1, 5):
        await make.review(tool_calling=stars)
    before = await client().ask(RANKING)
    await epochs.recompute(make.now)
    after = await client().ask(RANKING)
    assert before != after
    await fetch("DELETE FROM statistic_version")  # as where reviews were brought in without the product
    await epochs.recompute(make.now)
    assert after == await client().ask(RANKING)


async def test_facts_are_those_of_one_moment(make: World) -> None:
    await make.review()
    facts, outside = epochs._facts, copy_context()

    async def disturbed() -> epochs.Facts:
        found = await facts()
        await asyncio.create_task(make.review(), context=outside)
        again = await facts()
        assert (len(again.counted), again.state) == (len(found.counted), found.state)
        return again

    with patch.object(epochs, "_facts", disturbed):
        assert (await epochs.recompute(make.now)).startswith("Epoch 1: 1 reviews")
    assert await stored() == await rebuilt()

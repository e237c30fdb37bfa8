"""The nightly job: one process runs it, once a night, and the dead are replaced."""

import asyncio
from datetime import timedelta

import pytest

from db import leases
from db.enums import EvidenceLevel
from db.tables import Epoch, Review
from resolvers import nights
from tests.make import World

pytestmark = pytest.mark.anyio


async def test_a_lease_has_one_holder_until_its_time_is_up(make: World) -> None:
    hour = timedelta(hours=1)
    assert [await leases.taken("job", holder, make.now, hour) for holder in ("a", "b", "a")] == [True, False, True]
    assert await leases.taken("other job", "b", make.now, hour)
    make.later(hours=1)
    assert await leases.taken("job", "b", make.now, hour)
    assert not await leases.taken("job", "a", make.now, hour)


async def test_of_many_who_want_a_lease_at_once_one_gets_it(make: World) -> None:
    taken = [leases.taken("job", str(holder), make.now, timedelta(hours=1)) for holder in range(20)]
    assert sum(await asyncio.gather(*taken)) == 1


async def test_a_night_recomputes_once_and_only_where_there_are_reviews(make: World) -> None:
    assert await nights.run(make.now, "a") is None
    await make.review()
    assert await nights.run(make.now, "b") is None  # the lease is a's
    assert str(await nights.run(make.now, "a")).startswith("Epoch 1")
    assert await nights.run(make.now, "a") is None
    make.later(hours=14)  # 02:00
    assert await nights.run(make.now, "a") is None
    make.later(hours=1)
    assert str(await nights.run(make.now, "b")).startswith("Epoch 2")
    assert await Epoch.all().count() == 3


async def test_a_night_lets_evidence_expire(make: World) -> None:
    review = await make.review(level=EvidenceLevel.E4)
    make.later(days=89)
    await nights.run(make.now, "a")
    assert (await Review.get(id=review.id)).scoring_level == 4
    make.later(days=1)
    await nights.run(make.now, "a")
    assert (await Review.get(id=review.id)).scoring_level == 0

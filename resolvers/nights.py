"""The nightly job: evidence expires, reputations and baselines are measured anew. One process of all runs it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from uuid import uuid4

from tortoise.transactions import in_transaction

from db import leases
from db.tables import Epoch, Review
from resolvers import epochs, evidence, measurements, sustained
from resolvers.rounds import repeated

HOUR = time(3)  # UTC: the quietest
PAUSE = 600.0  # seconds between looks at the clock
_LEASE = timedelta(minutes=30)  # far longer than a recompute takes
Recompute = Callable[[datetime], Awaitable[str]]


async def watch(clock: Callable[[], datetime], recompute: Recompute) -> None:
    """Run the nightly job whenever it is due, until cancelled; a failure is logged and tried again later."""
    holder = uuid4().hex
    await asyncio.sleep(PAUSE)
    await repeated(lambda: run(clock(), holder, recompute), PAUSE, "the nightly job failed")


async def run(now: datetime, holder: str, recompute: Recompute = epochs.recompute) -> str | None:
    """Do what is due, if no other process is at it; say what was done."""
    if not await leases.taken("nightly", holder, now, _LEASE):
        return None
    await evidence.expire(now)
    await sustained.recheck(now)
    await _repool(now)
    if await _due(now):
        return await recompute(now)
    return None


async def _repool(now: datetime) -> None:
    """Take reports of too long ago out of the measurements, each endpoint in its own short transaction."""
    for endpoint_id, use_case in await measurements.stale(now):
        async with in_transaction():
            await measurements.pool(endpoint_id, use_case, now)


async def _due(now: datetime) -> bool:
    """Whether there are reviews and the last recompute was before the last 03:00."""
    last = datetime.combine(now.date(), HOUR, tzinfo=now.tzinfo)
    last = last if last <= now else last - timedelta(days=1)
    return await Review.exists() and not await Epoch.exists(draft=False, published_at__gte=last)

"""Compare the executors for as long as one likes: `python -m tests.execution --minutes 10`."""

import asyncio
import time
from typing import Annotated

import typer
from rich import print as say

from tests.execution import mischief
from tests.execution.compare import Difference, Pair, pair
from tests.execution.planted import planted

RATES = (0, 1, 3, 10, 30)


async def compare(minutes: float, seed: int) -> int:
    """Compare until the time is over or the executors part; gives how many operations were compared."""
    end = time.monotonic() + 60 * minutes
    toy = pair(mischief.orchard, mischief.context)
    async with planted() as own:
        while time.monotonic() < end:
            mischief.RATE[0] = RATES[seed % len(RATES)]
            for each in (toy, own):
                await one(each, seed)
            seed += 1
        say(f"{toy.compared + own.compared} operations, {toy.strayed + own.strayed} with another choice of errors.")
    return seed


async def one(each: Pair, seed: int) -> None:
    try:
        await each.compare(*each.written(seed))
    except Difference:
        say(f"The executors part at --seed {seed}:")
        raise


def main(
    minutes: Annotated[float, typer.Option(help="How long to compare.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The number of the first document.")] = 0,
) -> None:
    """Random documents under both executors, over misbehaving values and over the product's own schema."""
    asyncio.run(compare(minutes, seed))


if __name__ == "__main__":
    typer.run(main)

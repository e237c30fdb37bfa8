"""Works at the same time: what never waits costs no task, what waits does not keep the others."""

import asyncio
from typing import Any

import pytest

from execution.run import together

pytestmark = pytest.mark.anyio


async def at_once(value: int) -> int:
    return value


async def later(value: int, seen: list[str], steps: int = 3) -> int:
    for step in range(steps):
        seen.append(f"{value}.{step}")
        await asyncio.sleep(0)
    return value


async def test_what_never_waits_is_done_without_a_task() -> None:
    before = asyncio.all_tasks()
    work = together([at_once(1), at_once(2)])
    with pytest.raises(StopIteration) as done:
        work.send(None)
    assert done.value.value == [1, 2]
    assert asyncio.all_tasks() == before


async def test_those_that_wait_go_on_side_by_side_and_answer_in_their_order() -> None:
    seen: list[str] = []
    works: list[Any] = [at_once(0), later(1, seen), at_once(2), later(3, seen)]
    assert await together(works) == [0, 1, 2, 3]
    assert seen == ["1.0", "3.0", "1.1", "3.1", "1.2", "3.2"]


async def test_real_futures_are_waited_for() -> None:
    gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def waits() -> int:
        return await gate + await asyncio.wait_for(at_once(1), 1)

    async def opens() -> int:
        gate.set_result(40)
        return 2

    assert await together([waits(), opens()]) == [41, 2]


async def test_the_first_error_in_their_order_is_raised_and_nobody_behind_it_goes_on() -> None:
    ended: list[str] = []

    async def works(name: str, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        finally:
            ended.append(name)

    async def fails(name: str) -> None:
        await asyncio.sleep(0)
        raise ValueError(name)

    with pytest.raises(ValueError, match="second"):
        async with asyncio.timeout(5):
            await together([works("first", 0.01), fails("second"), fails("third"), works("fourth", 60)])
    assert ended == ["first", "fourth"]


async def test_one_that_raises_before_it_waits_keeps_the_others_from_beginning() -> None:
    async def fails() -> int:
        raise ValueError("no")

    seen: list[str] = []
    with pytest.raises(ValueError, match="no"):
        await together([at_once(1), fails(), later(2, seen)])
    assert seen == []


async def test_who_is_cancelled_may_clean_up() -> None:
    ended: list[str] = []

    async def careful(name: str) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            ended.append(name)
            raise

    task = asyncio.create_task(together([careful("a"), careful("b")]))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(ended) == ["a", "b"]

"""Gathering: calls that come while one is under way are made together, and answer each for itself."""

import asyncio
from collections.abc import Sequence

import pytest

from db.gathering import LEAST, Gathering

pytestmark = pytest.mark.anyio


class Clerk:
    """Answers tens at once, and refuses negative numbers together with all that came along."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []

    async def answer(self, asked: list[int]) -> Sequence[int]:
        self.calls.append(asked)
        await asyncio.sleep(0.01)
        if min(asked) < 0:
            raise ValueError(asked)
        return [10 * number for number in asked]

    def gathering(self) -> Gathering[int, int]:
        return Gathering(self.answer, apart=lambda number: number)


async def test_what_waits_is_asked_together() -> None:
    clerk = Clerk()
    gathering = clerk.gathering()
    assert await asyncio.gather(*[gathering.ask(number) for number in range(20)]) == [10 * n for n in range(20)]
    assert [len(call) for call in clerk.calls] == [10, LEAST, 2]  # a half is made while the other is prepared
    await gathering.ask(7)
    assert clerk.calls[3:] == [[7]]


async def test_when_enough_wait_theirs_is_made_at_once_and_no_third_beside_it() -> None:
    clerk = Clerk()
    gathering = clerk.gathering()
    asked = [asyncio.create_task(gathering.ask(0))]
    for numbers in (range(1, LEAST), range(LEAST, LEAST + 1), range(LEAST + 1, 3 * LEAST)):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked += [asyncio.create_task(gathering.ask(number)) for number in numbers]
        clerk.calls.append([])  # a moment has passed
    await asyncio.gather(*asked)
    assert [len(call) for call in clerk.calls] == [1, 0, 0, LEAST, 0, LEAST, LEAST - 1]


async def test_what_is_kept_apart_from_what_is_under_way_waits_for_it() -> None:
    clerk = Clerk()
    gathering = Gathering(clerk.answer, apart=lambda number: number % 10)
    asked = [asyncio.create_task(gathering.ask(1))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asked += [asyncio.create_task(gathering.ask(number)) for number in (11, *range(2, 2 + LEAST), 21)]
    await asyncio.gather(*asked)
    assert clerk.calls == [[1], [*range(2, 2 + LEAST)], [11], [21]]


async def test_equals_are_never_asked_together_and_no_call_grows_without_end() -> None:
    clerk = Clerk()
    gathering = clerk.gathering()
    asked = [1, 2, 1, *range(10, 10 + LEAST)]
    assert await asyncio.gather(*[gathering.ask(number) for number in asked]) == [10 * number for number in asked]
    assert [len(call) for call in clerk.calls] == [LEAST, 3]
    assert all(len(call) == len(set(call)) for call in clerk.calls)


async def test_one_that_fails_takes_nobody_along() -> None:
    clerk = Clerk()
    gathering = clerk.gathering()
    found = await asyncio.gather(*[gathering.ask(number) for number in (1, -1, 2)], return_exceptions=True)
    assert [found[0], found[2]] == [10, 20]
    assert isinstance(found[1], ValueError)


async def test_one_that_no_longer_waits_hinders_nobody() -> None:
    clerk = Clerk()
    gathering = clerk.gathering()
    leaving, staying = asyncio.create_task(gathering.ask(1)), asyncio.create_task(gathering.ask(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 20
    assert await gathering.ask(3) == 30

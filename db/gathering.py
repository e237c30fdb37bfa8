"""Calls that come while one is under way wait and are then made together: one statement answers them all.

When enough of them wait, theirs is made while that one is still under way, so that the database goes on at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from db.queries import Client, client

A = TypeVar("A")
B = TypeVar("B")
LEAST = 8  # calls made together when as many wait; of more the half, so that these are made while those are prepared
MOST = 2  # works under way at once: what one does, and what is to follow it


class Gathering(Generic[A, B]):
    """The calls of one open database. Two that are equal in `apart` are never made together."""

    def __init__(self, answer: Callable[[list[A]], Awaitable[Sequence[B]]], apart: Callable[[A], Hashable]) -> None:
        self.answer, self.apart = answer, apart
        self.waiting: list[tuple[A, asyncio.Future[B]]] = []
        self.works: set[asyncio.Task[None]] = set()
        self.under_way: set[Hashable] = set()  # what the calls that are being made are to be kept apart by

    async def ask(self, asked: A) -> B:
        answer: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self.waiting.append((asked, answer))
        if not self.works or (len(self.works) < MOST and len(self.waiting) >= LEAST):
            self.works.add(asyncio.create_task(self._work()))
        return await answer

    async def _work(self) -> None:
        try:
            while (len(self.works) == 1 or len(self.waiting) >= LEAST) and (taken := self._taken()):
                self.under_way |= taken.keys()
                try:
                    await self._answered(list(taken.values()))
                finally:
                    self.under_way -= taken.keys()
        finally:
            self.works.remove(cast("asyncio.Task[None]", asyncio.current_task()))

    def _taken(self) -> dict[Hashable, tuple[A, asyncio.Future[B]]]:
        """The calls that are made next: the first that waits and those that may go with it."""
        taken: dict[Hashable, tuple[A, asyncio.Future[B]]] = {}
        left, most = [], max(LEAST, len(self.waiting) // 2)
        for call in self.waiting:
            if len(taken) < most and (key := self.apart(call[0])) not in taken and key not in self.under_way:
                taken[key] = call
            else:
                left.append(call)
        self.waiting = left
        return taken

    async def _answered(self, calls: list[tuple[A, asyncio.Future[B]]]) -> None:
        try:
            answers = await self.answer([asked for asked, _ in calls])
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told to whom it is about
            await self._failed(calls, error)
            return
        for (_, waits), answer in zip(calls, answers, strict=True):
            if not waits.done():  # nobody may wait any more
                waits.set_result(answer)

    async def _failed(self, calls: list[tuple[A, asyncio.Future[B]]], error: Exception) -> None:
        """Tell the one that failed; what failed together, and so did nothing, is made one by one."""
        if len(calls) > 1:
            for call in calls:
                await self._answered([call])
        elif not calls[0][1].done():
            calls[0][1].set_exception(error)


class Gathered(Generic[A, B]):
    """A function of many at once, all or nothing, that is called for one.

    It is called outside transactions, of which the calls would become part.
    """

    def __init__(
        self, answer: Callable[[list[A]], Awaitable[Sequence[B]]], apart: Callable[[A], Hashable] = lambda asked: asked
    ) -> None:
        self.answer, self.apart = answer, apart
        self.gatherings: WeakKeyDictionary[Client, Gathering[A, B]] = WeakKeyDictionary()

    async def __call__(self, asked: A) -> B:
        database = client()
        if database not in self.gatherings:
            self.gatherings[database] = Gathering(self.answer, self.apart)
        return await self.gatherings[database].ask(asked)

"""One call of a resolver for all the parents of a level, under graphql-core (docs/decisions/0002)."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from strawberry import Info

Resolver = Callable[..., Coroutine[Any, Any, Any]]


class Batch:
    """The parents of one level that wait for one call of a resolver.

    The executor completes a level without a pause, so all its parents have joined when the event loop turns.
    """

    def __init__(self, resolver: Resolver, info: Info, arguments: dict[str, Any], batches: Any, place: Any) -> None:
        self.resolver, self.info, self.arguments = resolver, info, arguments
        self.parents: list[Any] = []
        self.answers: list[asyncio.Future[Any]] = []
        self.loop = asyncio.get_running_loop()
        self.batches, self.place = batches, place
        self.loop.call_soon(self._start)

    def join(self, parent: Any) -> asyncio.Future[Any]:
        """Wait for the answer to one parent."""
        answer: asyncio.Future[Any] = self.loop.create_future()
        self.parents.append(parent)
        self.answers.append(answer)
        return answer

    def _start(self) -> None:
        del self.batches[self.place]
        self.task = self.loop.create_task(self._run())

    async def _run(self) -> None:
        try:
            values = await self.resolver(self.parents, self.info, **self.arguments)
            settled = list(zip(self.answers, values, strict=True))
        except asyncio.CancelledError:  # the operation was given up; nobody may wait for ever
            for answer in self.answers:
                answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, every parent's field must report it
            settled = [(answer, error) for answer in self.answers]
        for answer, value in settled:
            _settle(answer, value)


def _settle(answer: asyncio.Future[Any], value: Any) -> None:
    if answer.done():  # the executor gave up on it
        return
    if isinstance(value, Exception):
        answer.set_exception(value)
    else:
        answer.set_result(value)

"""One run of a plan: what its parts share."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import coroutine
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import to_nodes
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from strawberry import Info
from strawberry.types.field import StrawberryField

from execution.contract import Shown
from execution.failures import Failed, Wave


class UnplannableError(Exception):
    """This is left to graphql-core."""


@dataclass(eq=False)
class Site:
    """A field at one place of the response, as its errors and its `info` tell it."""

    parent: GraphQLObjectType
    definition: GraphQLField
    details: FieldDetailsList
    wave: Wave
    path: Path

    def __post_init__(self) -> None:
        self.nodes = to_nodes(self.details)
        self.name = self.nodes[0].name.value

    def __str__(self) -> str:
        return f"{self.parent}.{self.name}"


@dataclass(eq=False)
class Run:
    """One run of an operation, by a plan if there is one.

    `build` makes graphql-core's executor of it, which most runs do without. `switches` are the variables on which the
    plan depends. `native` and `keeper`: see `Operation`. `failed` tells whether any value has; `patience` is how
    many comprehensions may still be generated.
    """

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    variables: VariableValues
    context: Any
    root: Any
    build: Callable[[], Any]
    switches: Sequence[str]
    native: bool = False
    keeper: Any = None
    failed: bool = False
    patience: int = 20

    @cached_property
    def executor(self) -> Any:
        """The `PlannedExecution` of this run, which answers whatever the plan leaves to graphql-core."""
        return self.build()

    def fail(self, error: Exception, site: Site, *, nullable: bool) -> Failed:
        """What to put in place of a value."""
        self.failed = True
        return Failed(nullable, site.wave, site.nodes, error)

    def info(self, site: Site) -> GraphQLResolveInfo[Any]:
        """One for all values at the site; its path has no list positions."""
        info: GraphQLResolveInfo[Any] = self.executor.build_resolve_info(
            site.definition, site.nodes, site.parent, site.path
        )
        return info

    def check(self, value: Any) -> None:
        """Leave to graphql-core what has to be waited for before it is a value."""
        if self.executor.is_awaitable(value) or self.executor.is_async_iterable(value):
            raise UnplannableError(f"Cannot plan {value.__class__}.")

    async def check_awaited(self, value: Any) -> None:
        """The same, but a row that gives itself when it is waited for, as Tortoise's do, is a value."""
        if not self.executor.is_awaitable(value) or await value is not value:
            self.check(value)


class PlannedInfo(Info[Any, Any]):
    """The `info` of a planned field. `shown`: the attributes that will be read of the values it answers, by class."""

    def __init__(self, run: Run, site: Site, field: StrawberryField, shown: Shown) -> None:
        self.run, self.site, self._field, self.shown = run, site, field, shown

    @cached_property
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]  # most resolvers never ask for it
        return self.run.info(self.site)

    @property
    def context(self) -> Any:
        """The context passed to the query execution."""
        return self.run.context


async def together(works: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """What all of them give; when one raises, none behind it goes on.

    Each begins at once, and those that never wait are done by then. The first that waits goes on without a task of its
    own; those behind it get one.
    """
    begun: list[Any] = []
    for place, work in enumerate(works):
        try:
            waits = work.send(None)
        except StopIteration as done:
            begun.append(done.value)
            continue
        except BaseException:
            for other in works[place + 1 :]:
                other.close()
            raise
        tasks = [asyncio.create_task(other) for other in works[place + 1 :]]
        try:
            return [*begun, await _resumed(work, waits), *[await task for task in tasks]]
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
    return begun


@coroutine
def _resumed(work: Coroutine[Any, Any, Any], waits: Any) -> Generator[Any, Any, Any]:
    """Go on with a coroutine that was begun by hand, and now waits for something."""
    try:
        while True:
            try:
                sent = yield waits
            except BaseException as error:  # noqa: BLE001  # it is told to whom it interrupts, as `await` tells it
                waits = work.throw(error)
            else:
                waits = work.send(sent)
    except StopIteration as done:
        return done.value

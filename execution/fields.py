"""The fields of a selection set: where their values come from, for all rows at once."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Protocol

from graphql import ListValueNode, ObjectValueNode, ValueNode, VariableNode
from graphql.execution.values import get_argument_values
from strawberry import Info, Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from execution.contract import Arguments, Batched, PlannedInfo, Shown
from execution.failures import Failed, Wave
from execution.leaves import Completer, Leaves
from execution.run import Run, Site


class Source(Protocol):
    """Where the values of a field come from; an exception among them is that row's error."""

    async def values(self, rows: Sequence[Any], run: Run) -> Sequence[Any]: ...


class Attribute:
    """What the rows say themselves."""

    def __init__(self, name: str) -> None:
        self.name, self.read = name, attrgetter(name)

    async def values(self, rows: Sequence[Any], run: Run) -> Sequence[Any]:
        try:
            return list(map(self.read, rows))
        except Exception:  # noqa: BLE001  # a row's property raised: ask again, one by one
            return [self.one(row) for row in rows]

    def one(self, row: Any) -> Any:
        try:
            return self.read(row)
        except Exception as error:  # noqa: BLE001  # it is this row's error
            return error


class Answers:
    """What a resolver answers for all rows at once. `before` is the wave of the rows."""

    def __init__(self, site: Site, before: Wave, field: StrawberryField, schema: Schema) -> None:
        self.site, self.before, self.field, self.schema = site, before, field, schema
        self.batched: Batched = field.metadata[Batched]
        self.nullable = not str(site.definition.type).endswith("!")
        self.varies = any(_varies(argument.value) for argument in site.nodes[0].arguments or ())
        self.constant: Arguments | None = None
        self.shown: Shown = {}

    async def values(self, rows: Sequence[Any], run: Run) -> Sequence[Any]:
        info = PlannedInfo(run.info(self.site), self.field, self.shown)
        try:
            arguments = self.arguments(info, run) if self.constant is None else self.constant
        except Exception as error:  # noqa: BLE001  # it is an error of every row, before anything was waited for
            run.failed = True
            return [Failed(self.nullable, self.before, self.site.nodes, error)] * len(rows)
        try:
            answers = await self.batched.answer(rows if rows.__class__ is list else list(rows), info, arguments)
            if len(answers) != len(rows):
                raise ValueError(f"{self.site} has {len(answers)} answers for {len(rows)} parents.")
            return answers
        except Exception as error:  # noqa: BLE001  # it is an error of every row
            return [error] * len(rows)

    def arguments(self, info: Info, run: Run) -> Arguments:
        variables, details = run.executor.variable_values, self.site.details[0]
        given = get_argument_values(
            self.site.definition, details.node, variables, hide_suggestions=run.executor.hide_suggestions
        )
        registry = self.schema.schema_converter.scalar_registry
        converted = convert_arguments(given, self.field.arguments, registry, self.schema.config, info)
        received = self.batched.receive(converted)
        self.constant = None if self.varies else received
        return received


class Constant:
    """A field that is the same for every row: `__typename`."""

    waits = False

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value

    async def column(self, rows: Sequence[Any], run: Run) -> list[Any]:
        return [self.value] * len(rows)


class Column:
    """A field whose values are fetched and completed for all rows before any of the rows is written."""

    def __init__(self, key: str, source: Source, completer: Completer) -> None:
        self.key, self.source, self.completer = key, source, completer
        self.waits = completer.waits or isinstance(source, Answers)

    async def column(self, rows: Sequence[Any], run: Run) -> list[Any]:
        return await self.completer.complete(await self.source.values(rows, run), run)


class Cell(Column):
    """A scalar or enum the row says itself: read and completed while the row is written."""

    def __init__(self, key: str, source: Attribute, completer: Leaves) -> None:
        super().__init__(key, source, completer)
        self.name, self.leaves = source.name, completer


Field = Constant | Column


def _varies(value: ValueNode) -> bool:
    """Whether a variable is in the value."""
    if isinstance(value, ListValueNode):
        return any(_varies(item) for item in value.values)
    if isinstance(value, ObjectValueNode):
        return any(_varies(field.value) for field in value.fields)
    return isinstance(value, VariableNode)

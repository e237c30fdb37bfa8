"""The fields of a selection set: where their values come from, for all rows at once."""

from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Any, Protocol, cast

from graphql import GraphQLField
from graphql.execution.values import get_argument_values
from strawberry import Info, Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from execution.arguments import converter, filled, form, variables_in
from execution.contract import Arguments, Batched, Shown
from execution.failures import Failed, Wave
from execution.leaves import Completer, Leaves
from execution.run import PlannedInfo, Run, Site


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
        varying = {each.name.value for each in site.nodes[0].arguments or () if variables_in([each], {})}
        self.fixed, self.varying = _parted(site.definition, varying)
        self.form = form(self.varying, site.nodes[0], variables_in(site.nodes[0].arguments or (), {}))
        self.given: dict[str, Any] | None = None
        self.received: Arguments | None = None
        self.convert = converter(field.arguments, schema)
        self.shown: Shown = {}

    async def values(self, rows: Sequence[Any], run: Run) -> Sequence[Any]:
        info = PlannedInfo(run, self.site, self.field, self.shown)
        try:
            arguments = self.arguments(info, run) if self.received is None else self.received
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
        """What the resolver receives. What does not depend on variables is worked out once."""
        if self.given is None:
            self.given = self.values_of(self.fixed, run)
        given = self.given | self.varied(run) if self.varying.args else self.given
        if self.convert is None:
            registry = self.schema.schema_converter.scalar_registry
            converted = convert_arguments(given, self.field.arguments, registry, self.schema.config, info)
        else:
            converted = self.convert(given)
        received = self.batched.receive(converted)
        if not self.varying.args:
            self.received = received
        return received

    def varied(self, run: Run) -> dict[str, Any]:
        """The arguments that depend on variables."""
        if self.form is not None:
            try:
                return cast("dict[str, Any]", filled(self.form, run.variables.coerced))
            except KeyError:
                pass  # what stands for a variable without a value, graphql-core knows
        return self.values_of(self.varying, run)

    def values_of(self, arguments: GraphQLField, run: Run) -> dict[str, Any]:
        hide, node = run.executor.hide_suggestions, self.site.details[0].node
        return get_argument_values(arguments, node, run.variables, hide_suggestions=hide)


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


def _parted(field: GraphQLField, names: Collection[str]) -> tuple[GraphQLField, GraphQLField]:
    """The field without the arguments of these names, and with them alone."""
    without = {name: argument for name, argument in field.args.items() if name not in names}
    alone = {name: argument for name, argument in field.args.items() if name in names}
    return GraphQLField(field.type, without), GraphQLField(field.type, alone)

"""An operation becomes a plan: a tree of selections, made once for all its runs.

Which fields are selected is asked of graphql-core itself, so fragments, merged fields and @skip and @include
mean what they mean there.
"""

from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationType,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields, FieldDetailsList, collect_fields
from graphql.pyutils import Path
from strawberry import Info, Schema
from strawberry.types.field import StrawberryField

from execution.arguments import variables_in
from execution.complete import Items, Objects
from execution.contract import Batched
from execution.failures import Failed, Wave, spoils
from execution.fields import Answers, Attribute, Cell, Column, Constant, Field, Source
from execution.kept import Kept, worth_keeping
from execution.leaves import Completer, Leaves
from execution.run import Run, Site, UnplannableError
from execution.select import Selection
from execution.shown import shown_by

MOST_FIELDS = 5_000


class Plan:
    """How to run one operation, for one choice of the variables that @skip and @include look at."""

    def __init__(self, root: Selection, size: int) -> None:
        self.root, self.size = root, size

    async def data(self, run: Run) -> Any:
        """The data, with what has failed standing in it."""
        [data] = await self.root.run([run.root], run)
        spoilt = run.failed and any(spoils(value) for value in data.values())
        return Failed(True, Wave(), [], inside=data) if spoilt else data


def planned(executor: Executor[Any], schema: Schema, native: bool) -> Plan:
    """Plan the executor's operation, or raise `UnplannableError`."""
    root = executor.schema.get_root_type(executor.operation.operation)
    config = schema.config
    if root is None or schema.exception_handlers or (config.default_resolver, config.info_class) != (getattr, Info):
        raise UnplannableError("Cannot plan for this schema.")
    planner = Planner(executor, schema, native)
    try:
        collected = collect_fields(
            executor.schema,
            executor.fragments,
            executor.variable_values,
            root,
            executor.operation,
            executor.hide_suggestions,
        )
        return Plan(planner.selection(root, collected), planner.fields)
    except (GraphQLError, RecursionError) as error:
        raise UnplannableError(str(error)) from error


class Planner:
    """Counts the fields it has planned."""

    def __init__(self, executor: Executor[Any], schema: Schema, native: bool) -> None:
        self.executor, self.schema, self.native, self.fields = executor, schema, native, 0
        self.keeps = native and executor.operation.operation is OperationType.QUERY

    def selection(self, kind: GraphQLObjectType, collected: CollectedFields, above: Site | None = None) -> Selection:
        """What is written for each object of a type, at a field or, where there is none above, at the root."""
        wave, path = (above.wave, above.path) if above else (Wave(), None)
        grouped = collected.grouped_field_set
        fields = [self.field(kind, key, grouped[key], wave, path) for key in grouped]
        if above is None or not self.keeps or not worth_keeping(fields):
            return Selection(kind, fields)
        inside = [each.node.selection_set for each in above.details if each.node.selection_set]
        return Kept(kind, fields, variables_in(inside, self.executor.fragment_definitions))

    def field(
        self, kind: GraphQLObjectType, key: str, details: FieldDetailsList, wave: Wave, path: Path | None
    ) -> Field:
        self.fields += 1
        name = details[0].node.name.value
        if self.fields > MOST_FIELDS:
            raise UnplannableError("Too many fields.")
        if name == "__typename":
            return Constant(key, kind.name)
        definition, place = kind.fields.get(name), Path(path, key, kind.name)
        if definition is None or any(each.fragment_variable_values for each in details):
            raise UnplannableError(f"Cannot plan {kind}.{name}.")
        return self.column(key, Site(kind, definition, details, wave, place))

    def column(self, key: str, site: Site) -> Field:
        field = strawberry_field(site.definition)
        if field is None or field.extensions:
            raise UnplannableError(f"Cannot plan {site}.")
        source: Source
        if Batched in field.metadata:
            before, depth = site.wave, len(site.path.as_list())
            site.wave = Wave(before.number + 1, self.fields, depth)
            source = Answers(site, before, field, self.schema)
        elif field.base_resolver is None:
            source = Attribute(field.python_name)
        else:
            raise UnplannableError(f"Cannot plan {site}.")
        completer = self.completer(site.definition.type, site)
        if isinstance(source, Answers):
            source.shown = shown_by(completer)
        if isinstance(source, Attribute) and isinstance(completer, Leaves):
            return Cell(key, source, completer)
        return Column(key, source, completer)

    def completer(self, kind: GraphQLOutputType, site: Site) -> Completer:
        nullable = not isinstance(kind, GraphQLNonNull)
        inner: Any = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(inner, GraphQLList):
            return Items(site, nullable, self.completer(inner.of_type, site))
        if is_leaf_type(inner):
            return Leaves(site, nullable, inner, self.native)
        kinds = self.executor.schema.get_possible_types(inner) if is_abstract_type(inner) else [inner]
        return Objects(site, nullable, inner, {each: self.below(each, site) for each in kinds})

    def below(self, kind: GraphQLObjectType, site: Site) -> Selection:
        return self.selection(kind, self.executor.collect_subfields(kind, site.details), site)


def strawberry_field(definition: GraphQLField) -> StrawberryField | None:
    """The Strawberry field behind a GraphQL field; introspection has none."""
    return next((each for each in definition.extensions.values() if isinstance(each, StrawberryField)), None)

"""Lists and objects become JSON, a column at a time, as graphql-core's `complete_value` says."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from graphql import GraphQLCompositeType, GraphQLError, GraphQLObjectType
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import is_iterable

from execution.contract import InstanceOf
from execution.failures import Failed, spoils
from execution.leaves import Completer, absent, without
from execution.run import Run, Site, together
from execution.select import Selection


class Items:
    """Lists: their items are completed in one column."""

    def __init__(self, site: Site, nullable: bool, item: Completer) -> None:
        self.site, self.nullable, self.item = site, nullable, item
        self.waits = item.waits

    async def complete(self, values: Sequence[Any], run: Run) -> list[Any]:
        lists = [value if value.__class__ is list else self.listed(value, run) for value in values]
        flat = [item for each in lists if each.__class__ is list for item in each]
        done = iter(await self.item.complete(flat, run) if flat else flat)
        filled = [list(islice(done, len(each))) if each.__class__ is list else each for each in lists]
        return [self.spread(each) for each in filled] if run.failed else filled

    def listed(self, value: Any, run: Run) -> Any:
        if absent(value):
            return without(value, self, run)
        run.check(value)
        try:
            if not is_iterable(value):
                raise GraphQLError(f"Expected Iterable, but did not find one for field '{self.site}'.")
            return list(value)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this field's error
            return run.fail(error, self.site, nullable=self.nullable)

    def spread(self, items: Any) -> Any:
        if items.__class__ is list and any(spoils(item) for item in items):
            return Failed(self.nullable, self.site.wave, self.site.nodes, inside=items)
        return items


class Objects:
    """Objects, interfaces and unions: the values of each concrete type are completed by its selection.

    `certain`: the class of a value decides its type. Then `known` keeps what each class was found to be.
    """

    def __init__(
        self, site: Site, nullable: bool, kind: GraphQLCompositeType, selections: dict[GraphQLObjectType, Selection]
    ) -> None:
        self.site, self.nullable, self.kind, self.selections = site, nullable, kind, selections
        self.waits = any(selection.waits for selection in selections.values())
        self.certain = class_decides(kind, selections)
        self.known: dict[type, Selection] = {}

    async def complete(self, values: Sequence[Any], run: Run) -> list[Any]:
        classes = set(map(type, values))
        only = self.known.get(classes.pop()) if len(classes) == 1 else None
        return await (self.mixed(values, run) if only is None else self.filled(only, values, run))

    async def mixed(self, values: Sequence[Any], run: Run) -> list[Any]:
        chosen = [self.known.get(value.__class__) or await self.choice(value, run) for value in values]
        groups: dict[Selection, list[int]] = {}
        for place, choice in enumerate(chosen):
            if isinstance(choice, Selection):
                groups.setdefault(choice, []).append(place)
        works = [self.filled(each, [values[place] for place in places], run) for each, places in groups.items()]
        for places, done in zip(groups.values(), await together(works) if works else [], strict=True):
            for place, value in zip(places, done, strict=True):
                chosen[place] = value
        return chosen

    async def filled(self, selection: Selection, values: Sequence[Any], run: Run) -> list[Any]:
        done = await selection.run(values, run)
        return [self.spread(each) for each in done] if run.failed else done

    def spread(self, fields: Any) -> Any:
        if fields.__class__ is dict and any(spoils(field) for field in fields.values()):
            return Failed(self.nullable, self.site.wave, self.site.nodes, inside=fields)
        return fields

    async def choice(self, value: Any, run: Run) -> Any:
        """The selection that fits a value, or what stands for a value without one."""
        if absent(value):
            return without(value, self, run)
        await run.check_awaited(value)
        try:
            selection = self.selections[self.concrete(value, run)]
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this field's error
            return run.fail(error, self.site, nullable=self.nullable)
        if self.certain and not isinstance(value, Mapping):  # a mapping may name its own type
            self.known[value.__class__] = selection
        return selection

    def concrete(self, value: Any, run: Run) -> GraphQLObjectType:
        kind, info, details = self.kind, run.info(self.site), self.site.details
        if not isinstance(kind, GraphQLObjectType):
            resolve = kind.resolve_type or run.executor.type_resolver
            name: Any = resolve(value, info, kind)
            run.check(name)
            kind = run.executor.ensure_valid_runtime_type(name, kind, details, info, value)
        fits = kind.is_type_of is None or kind.is_type_of(value, info)
        run.check(fits)
        if not fits:
            raise invalid_return_type_error(kind, value, details)
        return kind


def class_decides(kind: GraphQLCompositeType, selections: dict[GraphQLObjectType, Selection]) -> bool:
    """Whether values of one class are always of one type."""
    if isinstance(kind, GraphQLObjectType):
        return kind.is_type_of is None or isinstance(kind.is_type_of, InstanceOf)
    custom = any(
        getattr(each, "resolve_type", None) for each in kind.extensions.values()
    )  # a Strawberry interface's own
    return not custom and all(isinstance(each.is_type_of, InstanceOf) for each in selections)

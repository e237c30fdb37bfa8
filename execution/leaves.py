"""Scalars, enums, and what is no value at all, become JSON as graphql-core's `complete_value` says."""

from collections.abc import Sequence
from typing import Any, Protocol

from graphql import GraphQLLeafType, Undefined
from graphql.pyutils import inspect
from strawberry.schema.types.base_scalars import isoformat

from execution.failures import Failed
from execution.run import Run, Site


class Completer(Protocol):
    """Makes JSON of all the values at one place. `waits`: it calls resolvers."""

    site: Site
    nullable: bool
    waits: bool

    async def complete(self, values: Sequence[Any], run: Run) -> list[Any]: ...


def without(value: Any, completer: Completer, run: Run) -> Any:
    """What stands for a value that is none: null, the error it is, or the error that null is here."""
    if isinstance(value, Failed):
        return value
    if not isinstance(value, Exception):
        if completer.nullable:
            return None
        value = TypeError(f"Cannot return null for non-nullable field {completer.site}.")
    return run.fail(value, completer.site, nullable=completer.nullable)


def absent(value: Any) -> bool:
    """Whether there is no value to complete."""
    return value is None or value is Undefined or isinstance(value, Exception | Failed)


class Leaves:
    """Scalars and enums. Moments and days that stay `native` are left to the encoder."""

    waits = False

    def __init__(self, site: Site, nullable: bool, kind: GraphQLLeafType, native: bool = False) -> None:
        self.site, self.nullable, self.kind = site, nullable, kind
        self.native = native and kind.coerce_output_value is isoformat
        self.known: set[type] = set()

    async def complete(self, values: Sequence[Any], run: Run) -> list[Any]:
        one = self.one
        return [one(value, run) for value in values]

    def one(self, value: Any, run: Run) -> Any:
        if absent(value):
            return without(value, self, run)
        if value.__class__ not in self.known:
            run.check(value)
            self.known.add(value.__class__)
        try:
            coerced = self.kind.coerce_output_value(value)
            if coerced is None or coerced is Undefined:
                told = f"{inspect(self.kind)}.coerce_output_value({inspect(value)})"
                raise TypeError(f"Expected `{told}` to return non-nullable value, returned: {inspect(coerced)}")
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this field's error
            return run.fail(error, self.site, nullable=self.nullable)
        return coerced

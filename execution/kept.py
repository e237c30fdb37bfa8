"""Selections whose objects are kept, encoded, by the row they are written for: a row seen again costs a look-up."""

from collections.abc import Hashable, Sequence
from typing import Any, Protocol

import orjson
from graphql import GraphQLObjectType

from execution.fields import Answers, Column, Field
from execution.run import Run
from execution.select import Selection


class Keeper(Protocol):
    """Keeps encoded objects for an operation whose data are the same for everybody who may use the same keeper.

    `keys` name what a place of a plan writes for each of some rows under the values of some variables, with None for a
    row that has no name; `find` answers what is kept and still true.
    """

    def keys(self, place: Hashable, rows: Sequence[Any], variables: Sequence[str]) -> list[Hashable | None]: ...
    def find(self, key: Hashable) -> orjson.Fragment | None: ...
    def keep(self, key: Hashable, text: bytes) -> None: ...


class Kept(Selection):
    """A selection that asks the run's keeper first. `variables` are those on which its objects depend."""

    def __init__(self, kind: GraphQLObjectType, fields: list[Field], variables: Sequence[str]) -> None:
        super().__init__(kind, fields)
        self.variables = variables

    async def run(self, rows: Sequence[Any], run: Run) -> list[Any]:
        keeper: Keeper | None = run.keeper
        if keeper is None:
            return await super().run(rows, run)
        keys = keeper.keys(self, rows, self.variables)
        objects: list[Any] = [None if key is None else keeper.find(key) for key in keys]
        if missing := [place for place, found in enumerate(objects) if found is None]:
            made = await super().run([rows[place] for place in missing], run)
            for place, written in zip(missing, made, strict=True):
                key = keys[place]
                objects[place] = written if key is None or run.failed else encoded(written, key, keeper)
        return objects


def worth_keeping(fields: Sequence[Field]) -> bool:
    """Whether one of the fields is answered by a resolver with others below it."""
    return any(
        isinstance(each, Column) and isinstance(each.source, Answers) and each.completer.waits for each in fields
    )


def encoded(written: Any, key: Hashable, keeper: Keeper) -> orjson.Fragment:
    """The object as text, which is kept."""
    text = orjson.dumps(written)
    keeper.keep(key, text)
    return orjson.Fragment(text)

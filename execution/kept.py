"""Columns whose cells are kept, encoded, by the row they belong to: a row seen again costs a look-up."""

from collections.abc import Hashable, Sequence
from typing import Any, Protocol

import orjson

from execution.fields import Column, Source
from execution.leaves import Completer
from execution.run import Run


class Keeper(Protocol):
    """Keeps encoded values for an operation whose data are the same for everybody who may use the same keeper.

    `key` names a row and the values of some variables, or is None for a row that has no name; `find` answers what
    is kept and still true.
    """

    def key(self, row: Any, variables: Sequence[str]) -> Hashable | None: ...
    def find(self, key: Hashable) -> orjson.Fragment | None: ...
    def keep(self, key: Hashable, text: bytes) -> None: ...


class Kept(Column):
    """A column that asks the run's keeper first. `variables` are those on which the cells depend."""

    def __init__(self, key: str, source: Source, completer: Completer, variables: Sequence[str]) -> None:
        super().__init__(key, source, completer)
        self.variables = variables

    async def column(self, rows: Sequence[Any], run: Run) -> list[Any]:
        keeper: Keeper | None = run.keeper
        if keeper is None:
            return await super().column(rows, run)
        names = [keeper.key(row, self.variables) for row in rows]
        keys = [None if name is None else (self, name) for name in names]
        cells: list[Any] = [None if key is None else keeper.find(key) for key in keys]
        if missing := [place for place, cell in enumerate(cells) if cell is None]:
            made = await super().column([rows[place] for place in missing], run)
            for place, cell in zip(missing, made, strict=True):
                cells[place] = cell if run.failed else encoded(cell, keys[place], keeper)
        return cells


def encoded(cell: Any, key: Hashable | None, keeper: Keeper) -> orjson.Fragment:
    """The cell as text, which is kept if it has a key."""
    text = orjson.dumps(cell)
    if key is not None:
        keeper.keep(key, text)
    return orjson.Fragment(text)

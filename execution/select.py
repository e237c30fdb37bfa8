"""Selection sets: what is written for each row of one type."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLObjectType

from execution.fields import Cell, Column, Field
from execution.run import Run, UnplannableError, together
from execution.source import comprehension


class Selection:
    """What to write for each row of one type. From its second run on a generated comprehension writes it."""

    def __init__(self, kind: GraphQLObjectType, fields: list[Field]) -> None:
        self.kind, self.fields = kind, fields
        self.keys = [field.key for field in fields]
        self.columns = [field for field in fields if isinstance(field, Column) and not isinstance(field, Cell)]
        self.waits = any(field.waits for field in fields)
        self.several = sum(field.waits for field in self.columns) > 1
        self.known = False
        self.write: Callable[..., list[dict[str, Any]]] | None = None

    async def run(self, rows: Sequence[Any], run: Run) -> list[Any]:
        columns = await self.done(rows, run)
        if self.write is None and self.known and run.patience:
            run.patience -= 1
            self.write = comprehension(self.fields)
        self.known = True
        if self.write is not None:
            try:
                return self.write(rows, run, *columns)
            except UnplannableError:
                raise
            except Exception:  # noqa: BLE001, S110  # a row's property raised: find out below which
                pass
        done = dict(zip(self.columns, columns, strict=True))
        cells = [done[field] if field in done else await field.column(rows, run) for field in self.fields]
        return [dict(zip(self.keys, values, strict=True)) for _, *values in zip(rows, *cells, strict=True)]

    async def done(self, rows: Sequence[Any], run: Run) -> list[list[Any]]:
        """The columns, those that wait for resolvers at the same time."""
        if self.several:
            return await together([field.column(rows, run) for field in self.columns])
        return [await field.column(rows, run) for field in self.columns]

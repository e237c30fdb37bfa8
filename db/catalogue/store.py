"""Writing catalogue rows: insert what is new, update in place what changed, delete nothing that is rated."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TypeVar

from tortoise.models import Model as Table

from db.fields import stable_id

_BATCH = 500  # rows a statement
Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True, slots=True)
class Tally:
    """What an import did to one table, in rows."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    absent: int = 0
    """Kept in the database although the files no longer name them."""
    removed: int = 0

    def __str__(self) -> str:
        told = [f"{count:,} {name}" for name, count in asdict(self).items() if count]
        return ", ".join(told) or "no rows"

    @property
    def imported(self) -> int:
        """How many rows the files hold."""
        return self.inserted + self.updated + self.unchanged


def key_id(prefix: str, *key: str) -> str:
    """The public id of the row with this natural key, equal on every instance."""
    return stable_id(prefix, sha256("\n".join(key).encode()).digest())


def nothing(_row: Table) -> bool:
    """Prune no row."""
    return False


async def write(table: type[Row], rows: Sequence[Row], prunes: Callable[[Row], bool] = nothing) -> Tally:
    """Make the table hold `rows`, found again by id; of the others, delete only those that `prunes` names."""
    held = {row.pk: row for row in await table.all()}
    new = [row for row in rows if row.pk not in held]
    changed = [row for row in rows if row.pk in held and _values(row) != _values(held[row.pk])]
    absent = held.keys() - {row.pk for row in rows}
    stale = [key for key in absent if prunes(held[key])]
    if stale:
        await table.filter(pk__in=stale).delete()
    await _upsert(table, new + changed)
    unchanged = len(rows) - len(new) - len(changed)
    return Tally(len(new), len(changed), unchanged, len(absent) - len(stale), len(stale))


async def _upsert(table: type[Row], rows: list[Row]) -> None:
    # An upsert also where the row is new: another process may be importing the same catalogue.
    columns = [name for name in table._meta.fields_db_projection if name != "id"]
    if rows:
        await table.bulk_create(rows, batch_size=_BATCH, update_fields=columns, on_conflict=["id"])


def _values(row: Table) -> list[object]:
    return [getattr(row, name) for name in row._meta.fields_db_projection]

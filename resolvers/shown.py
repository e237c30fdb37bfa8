"""Which columns of its rows an answer will show: a resolver that only hands rows on need not read the others."""

from collections.abc import Callable
from typing import Any, TypeVar

from strawberry import Info
from tortoise.models import Model as Table

from db.rows import columns_of

R = TypeVar("R", bound=Callable[..., Any])


def reads(*attributes: str) -> Callable[[R], R]:
    """Say of a resolver that these are all the attributes that it reads of its parents, whose `id` is always there."""

    def told(resolver: R) -> R:
        resolver.reads = frozenset(attributes)  # type: ignore[attr-defined]  # read by schema/shape.py
        return resolver

    return told


def shown(info: Info, table: type[Table]) -> frozenset[str] | None:
    """The columns of a table that will be shown or read, where the executor knows them and rows have no other use."""
    names = _attributes(info, table)
    return names if names is not None and names.issubset(columns_of(table)) else None


def shows(info: Info, value: type, attribute: str) -> bool:
    """Whether an attribute of the values that a resolver answers may be read: True where the executor does not know."""
    names = _attributes(info, value)
    return names is None or attribute in names


def _attributes(info: Info, value: type) -> frozenset[str] | None:
    names: frozenset[str] | None = getattr(info, "shown", {}).get(value)
    return names

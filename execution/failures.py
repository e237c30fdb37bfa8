"""Errors of a planned run: kept in the data where they happened, and told at the end as graphql-core tells them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLError, located_error

Path = tuple[str | int, ...]


class Wave(NamedTuple):
    """The values that one call of a resolver brings: under graphql-core they arrive in the same turn of the loop.

    `number` counts the calls that had to come before, `order` is the place of its field in the document, `depth`
    the number of response names down to that field.
    """

    number: int = 0
    order: int = 0
    depth: int = 0


@dataclass(slots=True, eq=False)
class Failed:
    """Stands in the data where a value should: `error` happened here, or it spread from `inside` to here."""

    nullable: bool
    wave: Wave
    nodes: list[FieldNode]
    error: Exception | None = None
    inside: Any = None


class Found(NamedTuple):
    """An error at its path, and the path of the value that becomes null because of it."""

    failed: Failed
    path: Path
    nulled: Path

    @property
    def answer(self) -> Path:
        """The path of the resolver's answer that held the error."""
        ends = [end for end, key in enumerate(self.path, 1) if isinstance(key, str)]
        depth = self.failed.wave.depth
        return self.path[: ends[depth - 1]] if depth else ()


def spoils(value: Any) -> bool:
    """Whether what holds this value must itself become null."""
    return isinstance(value, Failed) and not value.nullable


def settled(data: Any) -> tuple[Any, list[GraphQLError]]:
    """The data with null where something failed, and the errors to report."""
    errors = [
        located_error(found.failed.error, found.failed.nodes, list(found.path))
        for found in _reported(_found(data, (), ()))
        if found.failed.error is not None
    ]
    return _nulled(data), errors


def _found(value: Any, path: Path, nulled: Path) -> Iterator[Found]:
    if isinstance(value, Failed):
        nulled = path if value.nullable else nulled
        if value.error is not None:
            yield Found(value, path, nulled)
        value = value.inside
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _found(item, (*path, key), nulled)


def _nulled(value: Any) -> Any:
    if isinstance(value, Failed):
        return None
    if isinstance(value, dict):
        return {key: _nulled(item) for key, item in value.items()}
    return [_nulled(item) for item in value] if isinstance(value, list) else value


def _reported(found: Iterable[Found]) -> Iterator[Found]:
    """Of several errors beneath one nulled value those that graphql-core comes to see.

    It completes each answer of a wave in one go, up to the first error that nulls more than the answer; such
    errors need further turns of the loop to arrive above. Nothing is reported beneath what is already null.
    """
    nulled: set[Path] = set()
    waves = sorted(found, key=lambda each: each.failed.wave)
    for _, wave in groupby(waves, key=lambda each: each.failed.wave.number):
        late: list[Found] = []
        for answer, errors in groupby(wave, key=lambda each: each.answer):
            for each in errors:
                if len(each.nulled) < len(answer):
                    late.append(each)
                    break
                yield from _unless_null(each, nulled)
        for each in late:
            yield from _unless_null(each, nulled)


def _unless_null(found: Found, nulled: set[Path]) -> Iterator[Found]:
    if not any(found.nulled[:end] in nulled for end in range(len(found.nulled) + 1)):
        nulled.add(found.nulled)
        yield found

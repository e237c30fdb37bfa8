"""A schema whose values and resolvers raise, return errors, nothing, too little, or values of the wrong type.

What goes wrong is decided by the name of the value and the field, so it goes wrong in the same way every time.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from zlib import crc32

import strawberry
from graphql import GraphQLError
from strawberry import Info, Schema

from resolvers.context import Context
from resolvers.refusals import BadUserInput
from schema.errors import LoggedSchema
from schema.shape import asked, interface, listed, resolved, root, shape

RATE = [0]
"""Percent of the values that go wrong."""


class Colour(Enum):
    """Colours."""

    RED = "r"
    """Red."""
    BLUE = "b"
    """Blue."""


@dataclass(frozen=True)
class Fruit:
    """A value with properties that may go wrong."""

    name: str

    def __getattr__(self, field: str) -> Any:
        if field not in PLAIN:
            raise AttributeError(field)
        return spoilt(self.name, field, PLAIN[field])


class Apple(Fruit):
    """One class of values."""


class Pear(Fruit):
    """Another."""


class Worm(Fruit):
    """No GraphQL type."""


@dataclass(kw_only=True)
class Wish:
    """What to ask for."""

    plus: int = 0
    """A number."""
    colours: list[Colour] | None = None
    """Colours."""
    wish: "Wish | None" = None
    """Another."""


def number(*said: object) -> int:
    return crc32(repr(said).encode())


def a(name: str, *, of: type[Fruit] | None = None) -> Fruit:
    kinds: list[type[Fruit]] = [Apple, Pear]
    return (of or kinds[number(name) % 2])(f"{name}"[-40:])


def some(name: str, field: str, *, of: type[Fruit] | None = None) -> list[Any]:
    return [a(f"{name}{field[0]}{place}", of=of) for place in range(number(name, field) % 3)]


def spoilt(name: str, field: str, fine: Callable[[str], Any]) -> Any:
    """The fine value, or in `RATE` percent of the names another, or an exception raised."""
    chance, kind = number(name, field, "spoilt") % 100, number(name, field, "kind") % 9
    if chance >= RATE[0]:
        return fine(name)
    if kind < 2:
        raise [RuntimeError(f"raised {name}"), GraphQLError("said", extensions={"code": "X"})][kind]
    wrong = [None, None, ValueError("returned"), "text", 7, 2.5, Worm(name), [None, 1, Worm(name)], {"a": 1}, (), True]
    return wrong[number(name, field, "which") % len(wrong)]


PLAIN: dict[str, Callable[[str], Any]] = {
    "text": lambda name: name,
    "note": lambda name: name if number(name) % 2 else None,
    "count": lambda name: number(name) % 1000,
    "ratio": lambda name: number(name) / 7,
    "flag": lambda name: number(name) % 2 == 0,
    "colour": lambda name: list(Colour)[number(name) % 2],
    "colours": lambda name: [Colour.RED, None, Colour.BLUE],
    "day": lambda name: date(2026, 1, 1 + number(name) % 28),
    "amount": lambda name: Decimal(number(name)) / 100,
    "words": lambda name: (name, "more"),
    "grid": lambda name: [[1, None], None, [], [number(name) % 5]],
    "core": lambda name: a(f"{name}c", of=Apple),
    "stone": lambda name: a(f"{name}s", of=Pear) if number(name) % 3 else None,
    "seeds": lambda name: some(name, "seeds", of=Apple),
    "leaves": lambda name: [*some(name, "leaves", of=Pear), None],
    "mix": lambda name: some(name, "mix"),
    "table": lambda name: [some(name, "row"), some(name, "line")],
    "same": lambda name: a(f"{name}e"),
}


async def answers(parents: list[Fruit], field: str, fine: Callable[[str], Any]) -> Any:
    """An answer for each parent, some of them spoilt, or trouble for all of them."""
    trouble = number(RATE, len(parents[0].name), field) % 400  # the same however the parents are batched
    await asyncio.sleep(0)
    if trouble < RATE[0]:
        return [None, (), 5][trouble % 3]
    if trouble < 2 * RATE[0]:
        raise [RuntimeError("all"), BadUserInput("refused", "input")][trouble % 2]
    return [_answer(parent.name, field, fine) for parent in parents]


def _answer(name: str, field: str, fine: Callable[[str], Any]) -> Any:
    try:
        return spoilt(name, field, fine)
    except Exception as error:  # noqa: BLE001  # resolvers return what went wrong for one parent
        return error


def batched(field: str, fine: Callable[[str], Any]) -> Any:
    """A resolver that gives these answers."""

    async def resolver(parents: list[Any], info: Info) -> Any:
        """Answers."""
        return await answers(parents, field, fine)

    resolver.__name__ = field
    return resolved(resolver)


async def score(
    parents: list[Any], info: Info, plus: int = 0, wish: Wish | None = None, only: Colour | None = None
) -> Any:
    """The number of a value."""
    more = plus + (wish.plus if wish else 0) + (only is Colour.RED)
    return await answers(parents, "score", lambda name: number(name) % 99 + more)


async def friends(parents: list[Any], info: Info, names: list[str] | None = None) -> Any:
    """Others."""
    named = [a(name, of=Apple) for name in names or ()]
    return await answers(parents, "friends", lambda name: some(name, "friends", of=Apple) + named)


async def start(info: Info, name: str = "a") -> Any:
    """Where to start."""
    return spoilt(name, "start", lambda name: a(name, of=Apple))


async def starts(info: Info, count: int, name: str = "b") -> Any:
    """Several."""
    return spoilt(name, "starts", lambda name: [a(f"{name}{place}") for place in range(min(max(count, 0), 3))])


listed(Colour)
asked(Wish, "Wish")


@interface
class FruitType:
    """Any fruit."""

    text: str
    """Text."""
    count: int | None
    """Number."""


@shape(Apple, name="Apple")
class AppleType(FruitType):
    """An apple."""

    text: str
    """Text."""
    note: str | None
    """Text."""
    count: int | None
    """Number."""
    ratio: float
    """Number."""
    flag: bool
    """Flag."""
    colour: Colour
    """Colour."""
    colours: list[Colour | None] | None
    """Colours."""
    day: date | None
    """Day."""
    amount: Decimal
    """Amount."""
    words: list[str]
    """Words."""
    grid: list[list[int | None] | None] | None
    """Numbers."""
    core: "AppleType"
    """Apple."""
    stone: "PearType | None"
    """Pear."""
    seeds: list["AppleType"]
    """Apples."""
    leaves: "list[PearType | None] | None"
    """Pears."""
    mix: "list[Either] | None"
    """Fruit."""
    same: FruitType
    """Fruit."""
    table: "list[list[Either]] | None"
    """Fruit."""
    score: int = resolved(score)
    nickname: str | None = batched("nickname", lambda name: name[::-1])
    friend: "AppleType | None" = batched("friend", lambda name: a(f"{name}f", of=Apple) if number(name) % 4 else None)
    mate: "PearType" = batched("mate", lambda name: a(f"{name}m", of=Pear))
    friends: list["AppleType"] | None = resolved(friends)
    basket: "list[Either | None]" = batched("basket", lambda name: [*some(name, "basket"), None])
    bowl: "list[FruitType | None] | None" = batched("bowl", lambda name: some(name, "bowl"))
    shelf: "list[list[PearType]] | None" = batched("shelf", lambda name: [some(name, "shelf", of=Pear), []])


@shape(Pear, name="Pear")
class PearType(FruitType):
    """A pear."""

    text: str
    """Text."""
    count: int | None
    """Number."""
    day: date | None
    """Day."""
    core: AppleType
    """Apple."""
    leaves: "list[PearType | None] | None"
    """Pears."""
    score: int = resolved(score)
    mate: "PearType" = batched("mate", lambda name: a(f"{name}m", of=Pear))
    friend: AppleType | None = batched("friend", lambda name: a(f"{name}f", of=Apple) if number(name) % 4 else None)
    bowl: "list[FruitType | None] | None" = batched("bowl", lambda name: some(name, "bowl"))


Either = Annotated[AppleType | PearType, strawberry.union("Either")]


@root
class Orchard:
    """A schema to try executors on."""

    must: AppleType = resolved(start)
    named: list[FruitType | None] = resolved(starts)
    start: AppleType | None = resolved(start)
    starts: list[Either] | None = resolved(starts)  # after their namesakes are done with


def orchard(**options: Any) -> Schema:
    """The schema."""
    return LoggedSchema(Orchard, **options)


def context() -> Context:
    """A context of the toy."""
    return Context(secret=b"toy")

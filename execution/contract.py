"""What a schema hands over so that its queries can be planned: batched fields, and types known by a Python class."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from strawberry import Info

Arguments = dict[str, Any]
Shown = dict[type, frozenset[str] | None]


@dataclass(frozen=True)
class Batched:
    """A field that answers for all its parents at once; it stands in the field's metadata under `Batched`.

    `receive(arguments)` checks the arguments Strawberry has converted and gives them the form that
    `answer(parents, info, arguments)` takes. It depends on nothing else: for arguments without variables it is
    called once and what it gave is used again, so `answer` may not change it. `answer` gives one value for each
    parent, in their order; an exception among them is that parent's error. The root is a parent like any other.
    `reads` are the attributes of its parents that it looks at; None when it does not say.
    """

    answer: Callable[[list[Any], Info, Arguments], Awaitable[Sequence[Any]]]
    receive: Callable[[Arguments], Arguments]
    reads: frozenset[str] | None = None


@dataclass(frozen=True)
class InstanceOf:
    """An `is_type_of` that the class of a value decides, so that each class is asked about once."""

    value: type

    def __call__(self, value: Any, _info: Any) -> bool:
        return isinstance(value, self.value)

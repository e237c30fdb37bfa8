"""What a selection will read of values of each class, so that a resolver need not fetch the rest."""

from collections.abc import Iterator

from execution.complete import Items, Objects
from execution.contract import InstanceOf, Shown
from execution.fields import Answers, Attribute, Column
from execution.leaves import Completer
from execution.select import Selection


def shown_by(completer: Completer) -> Shown:
    """The attributes read of each class of values; None for all, where a resolver does not say what it reads."""
    found: Shown = {}
    for value, names in _read(completer):
        known = found.get(value, frozenset())
        found[value] = None if names is None or known is None else known | names
    return found


def _read(completer: Completer) -> Iterator[tuple[type, frozenset[str] | None]]:
    if isinstance(completer, Items):
        yield from _read(completer.item)
    elif isinstance(completer, Objects):
        for kind, selection in completer.selections.items():
            if isinstance(kind.is_type_of, InstanceOf):
                yield kind.is_type_of.value, _attributes(selection)
            for field in selection.fields:
                if isinstance(field, Column) and isinstance(field.source, Attribute):
                    yield from _read(field.completer)


def _attributes(selection: Selection) -> frozenset[str] | None:
    """What is read of each row of a selection."""
    names: set[str] = set()
    for field in selection.fields:
        source = field.source if isinstance(field, Column) else None
        if isinstance(source, Attribute):
            names.add(source.name)
        elif isinstance(source, Answers):
            if source.batched.reads is None:
                return None
            names |= source.batched.reads
    return frozenset(names)

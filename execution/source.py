"""The comprehension that writes the rows of one selection set, generated.

Its text holds attribute names of the schema's own classes, and numbers. What a client chose, such as an alias, is
never in the text: keys like 'k0' stand for it there, and are exchanged for it once the text is compiled.

lambda rows, run, c1: [{'k0': (v if (v := r.name).__class__ is str else s0(v, run)), 'k1': c1}
                       for r, c1 in zip(rows, c1)]
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from keyword import iskeyword
from types import CodeType
from typing import Any

from graphql import GraphQLBoolean, GraphQLEnumType, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLLeafType, GraphQLString

from execution.fields import Cell, Constant, Field
from execution.run import UnplannableError

Names = dict[str, Any]
Writer = Callable[..., list[dict[str, Any]]]
AS_IT_IS: dict[GraphQLLeafType, str] = {
    GraphQLString: "{read}.__class__ is str",
    GraphQLID: "{read}.__class__ is str",
    GraphQLBoolean: "{read}.__class__ is bool",
    GraphQLInt: f"{{read}}.__class__ is int and {-(2**31)} <= v < {2**31}",
    GraphQLFloat: "{read}.__class__ is float and v - v == 0.0",  # neither infinite nor no number
}
"""For each scalar when a value is written as it is; whatever else it may be is left to `Leaves.one`."""


def comprehension(fields: Sequence[Field]) -> Writer:
    """A function of the rows, the run, and a column for every field that is neither cell nor constant."""
    names: Names = {"date": date, "datetime": datetime}
    pairs = [f"'k{place}': {_expression(place, field, names)}" for place, field in enumerate(fields)]
    columns = [f"c{place}" for place, field in enumerate(fields) if not isinstance(field, Cell | Constant)]
    source = f"{', '.join(['r', *columns])} in zip({', '.join(['rows', *columns])})" if columns else "r in rows"
    text = f"lambda {', '.join(['rows', 'run', *columns])}: [{{{', '.join(pairs)}}} for {source}]"
    keys = {f"k{place}": field.key for place, field in enumerate(fields)}
    writer: Writer = eval(_exchanged(_code(text), keys), names)  # noqa: S307  # the text is ours, see above
    return writer


@lru_cache(2_048)
def _code(text: str) -> CodeType:
    return compile(text, "<plan>", "eval")


def _exchanged(constant: Any, keys: Mapping[str, str]) -> Any:
    """The constant with other strings in it. An object whose keys are constants is written a third faster."""
    if isinstance(constant, CodeType):
        return constant.replace(co_consts=_exchanged(constant.co_consts, keys))
    if isinstance(constant, tuple):
        return tuple(_exchanged(each, keys) for each in constant)
    return keys.get(constant, constant) if isinstance(constant, str) else constant


def _expression(place: int, field: Field, names: Names) -> str:
    if isinstance(field, Constant):
        names[f"t{place}"] = field.value
        return f"t{place}"
    return _cell(place, field, names) if isinstance(field, Cell) else f"c{place}"


def _cell(place: int, cell: Cell, names: Names) -> str:
    """The value as it is, or an enum's name, or what `Leaves.one` makes of it."""
    names[f"s{place}"], kind, read = cell.leaves.one, cell.leaves.kind, f"r.{attribute(cell.name)}"
    if isinstance(kind, GraphQLEnumType) and hasattr(kind, "wrapped_cls"):
        names[f"e{place}"], names[f"n{place}"] = kind.wrapped_cls, _members(kind)
        return f"(n{place}[v] if (v := {read}).__class__ is e{place} else s{place}(v, run))"
    if cell.leaves.native:
        return f"(v if (v := {read}).__class__ is datetime or v.__class__ is date else s{place}(v, run))"
    if kind not in AS_IT_IS:
        return f"s{place}({read}, run)"
    test = AS_IT_IS[kind].format(read=f"(v := {read})") + (" or v is None" if cell.leaves.nullable else "")
    return f"(v if {test} else s{place}(v, run))"


def attribute(name: str) -> str:
    """The name, which a class of the schema gave, if it can stand in the text."""
    if not name.isidentifier() or iskeyword(name):
        raise UnplannableError(f"Cannot write {name!r} as an attribute.")
    return name


def _members(kind: GraphQLEnumType) -> dict[Any, str]:
    return {member: kind.coerce_output_value(member) for member in kind.wrapped_cls}  # type: ignore[attr-defined]  # Strawberry's own subclass has it

"""Plans by their operation, the least recently used forgotten first."""

import logging
from collections.abc import Hashable
from dataclasses import dataclass

from cachetools import LRUCache
from graphql import NamedTypeNode, NonNullTypeNode, OperationDefinitionNode, Undefined
from strawberry import Schema

from execution.plan import Plan, planned
from execution.run import Run, UnplannableError

log = logging.getLogger("execution")
FIELD = 5  # a planned field takes about as much memory as this many characters of a parsed document


@dataclass(frozen=True)
class Kept:
    """A plan, or None for what cannot be planned. The operation and schema are held so that no other has their `id`."""

    plan: Plan | None
    operation: OperationDefinitionNode
    schema: Schema

    @property
    def size(self) -> int:
        """In characters of text that take the same memory."""
        text = self.operation.loc.source.body if self.operation.loc else ""
        return len(text) + FIELD * (self.plan.size if self.plan else 1)


class Plans:
    """Plans of the operations last run: all together no larger than `most` characters of parsed documents."""

    def __init__(self, most: int = 256_000) -> None:
        self.kept: LRUCache[Hashable, Kept] = LRUCache(most, lambda kept: kept.size)

    def find(self, run: Run) -> Plan | None:
        """The plan of the run's operation and of its variables, made if need be."""
        # the operation itself as the key would be hashed with all that is in it
        schema: Schema = run.schema._strawberry_schema  # type: ignore[attr-defined]  # set by Strawberry
        switches = [run.variables.coerced.get(name, Undefined) for name in run.switches]
        key = (id(run.operation), id(schema), run.native, *switches)
        kept = self.kept.get(key)
        if kept is None:
            kept = Kept(made(run, schema), run.operation, schema)
            if kept.size <= self.kept.maxsize:
                self.kept[key] = kept
        return kept.plan


def made(run: Run, schema: Schema) -> Plan | None:
    """The plan; None when there can be none."""
    try:
        return planned(run.executor, schema, run.native)
    except UnplannableError as reason:
        log.debug("No plan: %s", reason)
    except Exception:
        log.exception("A bug kept an operation from being planned.")
    return None


def switches(operation: OperationDefinitionNode) -> list[str]:
    """The variables that @skip and @include may look at: those that are Booleans."""
    found = []
    for definition in operation.variable_definitions or ():
        kind = definition.type.type if isinstance(definition.type, NonNullTypeNode) else definition.type
        if isinstance(kind, NamedTypeNode) and kind.name.value == "Boolean":
            found.append(definition.variable.name.value)
    return found

"""A document that was found valid, remembered by its text so that it is parsed, validated and measured once."""

from dataclasses import dataclass, field

from graphql import DocumentNode
from strawberry.types.graphql import OperationType

from execution import Operation
from schema.measure import Cost


@dataclass(frozen=True, slots=True)
class Ready:
    """One operation of it, of what kind it is and what it costs."""

    operation: Operation
    kind: OperationType
    cost: Cost


@dataclass(frozen=True, eq=False)
class Known:
    """A valid document, its length in characters, what its operations cost by their `id`, and those that have run."""

    document: DocumentNode
    length: int
    costs: dict[int, Cost]
    ready: dict[str | None, Ready] = field(default_factory=dict)  # by the name that was asked for

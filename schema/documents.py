"""A document that was found valid, remembered by its text so that it is parsed, validated and measured once."""

from dataclasses import dataclass, field

from graphql import DocumentNode, OperationDefinitionNode

from schema.measure import FREE, Cost


@dataclass(frozen=True, eq=False)
class Known:
    """A valid document, its length in characters, and what each of its operations costs, by the node's `id`."""

    document: DocumentNode
    length: int
    costs: dict[int, Cost] = field(default_factory=dict)

    def cost(self, operation: OperationDefinitionNode) -> Cost:
        """What one of its operations costs."""
        return self.costs.get(id(operation), FREE)

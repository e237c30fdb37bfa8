"""Documents that were found valid, remembered by their text so that they are parsed, validated and measured once."""

from collections import OrderedDict
from dataclasses import dataclass, field

from graphql import DocumentNode, OperationDefinitionNode

from schema.guard import Limits
from schema.measure import FREE, Cost


@dataclass(frozen=True, eq=False)
class Known:
    """A valid document, and what each of its operations costs, by the node's `id`."""

    document: DocumentNode
    costs: dict[int, Cost] = field(default_factory=dict)

    def cost(self, operation: OperationDefinitionNode) -> Cost:
        """What one of its operations costs."""
        return self.costs.get(id(operation), FREE)


class Documents:
    """Known documents by their text, the least recently used forgotten first."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.characters = 0
        self.kept: OrderedDict[str, Known] = OrderedDict()

    def find(self, text: str) -> Known | None:
        """What is known of a text."""
        known = self.kept.get(text)
        if known is not None:
            self.kept.move_to_end(text)
        return known

    def keep(self, text: str, known: Known) -> Known:
        """Remember a document, unless it is too long."""
        if text in self.kept or len(text) > self.limits.cached_document:
            return known
        self.kept[text] = known
        self.characters += len(text)
        while len(self.kept) > self.limits.cached_documents or self.characters > self.limits.cached_characters:
            forgotten, _ = self.kept.popitem(last=False)
            self.characters -= len(forgotten)
        return known

"""Relay connections over pages: keyset cursors, opaque and signed, stable while rows are added."""

from typing import Generic, TypeVar

from resolvers import windows
from schema.shape import resolved, shape

Node = TypeVar("Node")


@shape(windows.PageInfo)
class PageInfo:
    """Whether and where a list goes on."""

    has_next_page: bool
    """Whether rows follow."""
    has_previous_page: bool
    """Whether rows come before."""
    start_cursor: str | None
    """Cursor of the first row shown; null when none is."""
    end_cursor: str | None
    """Cursor of the last row shown; null when none is."""


@shape(windows.Edge)
class Edge(Generic[Node]):
    """A row in its list."""

    cursor: str
    """The row's place in this list and order, for `after` and `before`."""
    node: Node
    """The row."""


@shape(windows.Page)
class Connection(Generic[Node]):
    """A stretch of a list."""

    edges: list[Edge[Node]]
    """The rows of this stretch with their cursors."""
    nodes: list[Node]
    """The rows of this stretch alone."""
    page_info: PageInfo
    """Whether and where the list goes on."""
    total_count: int = resolved(windows.totals)

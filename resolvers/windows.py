"""Windows onto lists: `first`/`after`/`last`/`before` checked, and the page of rows they show."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from strawberry import Info

from db import kept, queries
from db.queries import Listing, Ordering, Span, Stretch
from resolvers import cursors
from resolvers.refusals import BadUserInput
from resolvers.shown import shown, shows

LARGEST = 100
T = TypeVar("T")


class Window(NamedTuple):
    """Which part of a list a client asks to see."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def span(self, secret: bytes, order: str) -> Span:
        """The stretch of the order to read, or BadUserInput."""
        return Span(
            limit=self._limit(),
            backward=self.first is None,
            after=_place(secret, order, "after", self.after),
            before=_place(secret, order, "before", self.before),
        )

    def _limit(self) -> int:
        if (self.first is None) == (self.last is None):
            raise BadUserInput("Give either `first` or `last`.", "first")
        name, limit = ("first", self.first) if self.last is None else ("last", self.last)
        if limit is None or not 1 <= limit <= LARGEST:
            raise BadUserInput(f"`{name}` is {limit}; it must be 1 to {LARGEST}.", name)
        return limit


def _place(secret: bytes, order: str, name: str, cursor: str | None) -> list[Any] | None:
    if cursor is None:
        return None
    try:
        return cursors.decode(secret, order, cursor)
    except cursors.BadCursor:
        raise BadUserInput(f"`{name}` is no cursor of this field in this order.", name) from None


@dataclass(slots=True)
class Page:
    """A stretch of a list with what is needed to count the whole and to continue."""

    nodes: Sequence[Any]
    ordering: Ordering
    more_after: bool
    more_before: bool
    secret: bytes
    listing: Listing | None = None
    parent: str | None = None
    known_total: int | None = None

    @property
    def edges(self) -> list["Edge"]:
        """The rows with their cursors."""
        return [Edge(node, self) for node in self.nodes]

    @property
    def page_info(self) -> "PageInfo":
        """Whether and where the list goes on."""
        return PageInfo(self)

    def cursor(self, node: Any) -> str:
        """The signed place of a row."""
        return cursors.encode(self.secret, self.ordering.name, self.ordering.place(node))


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of a page."""

    node: Any
    page: Page

    @property
    def cursor(self) -> str:
        """The row's place, for `after` and `before`."""
        return self.page.cursor(self.node)


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Whether and where a page goes on."""

    page: Page

    @property
    def has_next_page(self) -> bool:
        return self.page.more_after

    @property
    def has_previous_page(self) -> bool:
        return self.page.more_before

    @property
    def start_cursor(self) -> str | None:
        return self.page.cursor(self.page.nodes[0]) if self.page.nodes else None

    @property
    def end_cursor(self) -> str | None:
        return self.page.cursor(self.page.nodes[-1]) if self.page.nodes else None


async def page(info: Info, window: Window, listing: Listing) -> Page:
    """One page of a whole table, in one statement."""
    span = window.span(info.context.secret, listing.ordering.name)
    return _page(info.context.secret, listing, await queries.stretch(listing, span), None)


async def pages(parents: Sequence[str], info: Info, window: Window, listing: Listing) -> list[Page]:
    """A page of children for each parent's id, in one statement."""
    span = window.span(info.context.secret, listing.ordering.name)._replace(beyond=shows(info, Page, "page_info"))
    found = await kept.stretches(listing, span, parents, shown(info, listing.table))
    secret = info.context.secret
    return [_page(secret, listing, stretch, parent) for stretch, parent in zip(found, parents, strict=True)]


def page_of(
    info: Info,
    window: Window,
    ordering: Ordering,
    ordered: Sequence[T],
    made: Callable[[Sequence[T]], Sequence[Any]] = lambda some: some,
) -> Page:
    """One page of a list that is computed and ordered as a whole and read from its start, its rows `made` on demand."""
    span = window.span(info.context.secret, ordering.name)
    if span.backward:
        raise BadUserInput("This list is read from its start: use `first`.", "last")
    after, start = span.after, 0
    if after is not None:
        start = bisect_right(ordered, after, key=lambda each: ordering.place(made([each])[0]))
    end = start + span.limit
    return Page(
        nodes=made(ordered[start:end]),
        ordering=ordering,
        more_after=end < len(ordered),
        more_before=start > 0,
        secret=info.context.secret,
        known_total=len(ordered),
    )


async def totals(pages: list[Page], info: Info) -> list[int]:
    """How many rows the whole list has, before any `first` or `after`."""
    known, listing = pages[0].known_total, pages[0].listing
    if known is not None or listing is None:
        return [page.known_total or 0 for page in pages]
    if listing.parent_column is None:
        return [await queries.total(listing)] * len(pages)
    return await queries.totals(listing, [str(page.parent) for page in pages])


def _page(secret: bytes, listing: Listing, stretch: Stretch, parent: str | None) -> Page:
    return Page(stretch.rows, listing.ordering, stretch.more_after, stretch.more_before, secret, listing, parent)

"""Sources: where public facts were read."""

from strawberry import Info

from db.kept import related
from db.queries import Listing, Ordering, column
from db.tables import AgentResult, BenchmarkScore, EndpointResult, Source
from resolvers.shown import reads, shown
from resolvers.windows import Page, Window, page

BY_NAME = Ordering("NAME", (column("name"),))


async def listed(info: Info, window: Window) -> Page:
    """Sources of public facts by name, each with its licence and the words that attribute it."""
    return await page(info, window, Listing(Source, BY_NAME))


@reads("source_id")
async def of_facts(facts: list[BenchmarkScore] | list[AgentResult] | list[EndpointResult], info: Info) -> list[Source]:
    """Where it was read, with licence and attribution."""
    return await related(Source, [fact.source_id for fact in facts], shown(info, Source))

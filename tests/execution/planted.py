"""The product's own schema over a small SQLite database with a row of every kind."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from strawberry import Schema

from db.connect import Database
from db.enums import EvidenceLevel, UseCase
from db.migrate import migrate_sqlite
from db.tables import Endpoint, Model, Provider, Review, Reviewer, Revision, Vote
from execution import PlannedExecution
from resolvers.context import Context
from schema.errors import LoggedSchema
from schema.inputs import INPUTS
from schema.mutation import Mutation
from schema.query import Query
from tests.execution.compare import Pair, pair
from tests.make import World


def unguarded(**options: Any) -> Schema:
    """The schema without its limits."""
    return LoggedSchema(Query, Mutation, types=INPUTS, **options)


@asynccontextmanager
async def planted() -> AsyncIterator[Pair]:
    """Both executors over the same rows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "planted.db"
        migrate_sqlite(path)
        async with Database(f"sqlite:///{path}").opened():
            world = World()
            viewer = await plant(world)
            context = contexts(world, viewer)
            yield pair(unguarded, context, await pools(context))


async def plant(world: World) -> Reviewer:
    """Three models on two providers, seven reviews with votes, evidence and prices; gives a moderator."""
    providers = [await world.provider() for _ in range(2)]
    reviewers = [await world.reviewer() for _ in range(4)]
    for model in [await world.model(family="f", context_window=2**33) for _ in range(3)]:
        for provider in providers:
            endpoint = await world.endpoint(model_id=model.id, provider_id=provider.id)
            await world.price(endpoint)
            review = await world.review(
                endpoint, reviewers[0], UseCase.CODING, EvidenceLevel.E4, latency=2, cost_per_task=5
            )
            world.later(days=3)
            for voter in reviewers[1:]:
                await world.vote(review, voter, helpful=voter is not reviewers[2])
    await world.review(endpoint, reviewers[1], list(UseCase)[-1], api_reliability=1)
    return await world.moderator()


def contexts(world: World, viewer: Reviewer) -> Callable[[], Context]:
    return lambda: Context(secret=b"tests", viewer=viewer, clock=world.clock)


async def pools(context: Callable[[], Context]) -> dict[str, Sequence[Any]]:
    """Values that arguments can have here, by the argument's name."""
    tables: list[Any] = [Model, Provider, Endpoint, Review, Reviewer, Revision, Vote]
    rows = [row for table in tables for row in await table.all().order_by("id").limit(3)]
    slugs = [row.slug for row in rows if hasattr(row, "slug")]
    cursors = await cursors_of(context)
    return {
        "id": [row.id for row in rows],
        "ids": [*[row.id for row in rows], "mdl_nothing"],
        "slug": slugs,
        "model": slugs,
        "providers": slugs,
        "login": ["reviewer-1", "REVIEWER-2", "nobody"],
        "first": [1, 1, 2, 2, 3, 5, 100, 101],
        "last": [1, 2],
        "after": cursors,
        "before": cursors,
    }


async def cursors_of(context: Callable[[], Context]) -> list[str]:
    """Cursors of several lists; each fits but one field and order."""
    query = "{ models(first: 2) { edges { cursor } } reviews(first: 2) { edges { cursor } } }"
    result = await unguarded(execution_context_class=PlannedExecution).execute(query, context_value=context())
    assert result.data is not None
    return [edge["cursor"] for listing in result.data.values() for edge in listing["edges"]]

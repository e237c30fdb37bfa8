"""`python -m bench.speed.plain PORT DATABASE_URL`: an ordinary Strawberry, Tortoise and DataLoader server.

Written as one would without this product's design: a type for each table, a loader for each relation, aiosqlite or
asyncpg under Tortoise, stock graphql-core with Strawberry's parser and validation caches.
"""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from math import sqrt
from secrets import token_hex
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache
from tortoise import Tortoise, fields
from tortoise.connection import get_connection
from tortoise.models import Model as Table
from tortoise.transactions import in_transaction

PORT, URL = int(sys.argv[1]), sys.argv[2]
POSTGRESQL = not URL.startswith("sqlite")
DIMENSIONS = ("tool_calling", "api_reliability", "cost_per_task", "context_quality", "latency")


class DeveloperRow(Table):
    id = fields.CharField(primary_key=True, max_length=20)
    slug, name = fields.TextField(), fields.TextField()

    class Meta:
        table = "developer"


class ProviderRow(Table):
    id = fields.CharField(primary_key=True, max_length=20)
    slug, name = fields.TextField(), fields.TextField()

    class Meta:
        table = "provider"


class ModelRow(Table):
    id = fields.CharField(primary_key=True, max_length=20)
    slug, name, developer_id = fields.TextField(), fields.TextField(), fields.TextField()
    context_window = fields.BigIntField()
    open_weights = fields.BooleanField()

    class Meta:
        table = "model"


class EndpointRow(Table):
    id = fields.CharField(primary_key=True, max_length=20)
    slug, model_id, provider_id = fields.TextField(), fields.TextField(), fields.TextField()
    context_limit = fields.BigIntField()

    class Meta:
        table = "endpoint"


class ReviewerRow(Table):
    id = fields.CharField(primary_key=True, max_length=20)
    login = fields.TextField()

    class Meta:
        table = "reviewer"


class ReviewRow(Table):
    id = fields.CharField(primary_key=True, max_length=20)
    reviewer_id, endpoint_id = fields.TextField(), fields.TextField()
    use_case, state = fields.TextField(), fields.TextField()
    published_at = fields.BigIntField()

    class Meta:
        table = "review"


class VoteRow(Table):
    id = fields.CharField(primary_key=True, max_length=20)
    review_id, voter_id = fields.TextField(), fields.TextField()
    helpful = fields.BooleanField()
    cast_at = fields.BigIntField()

    class Meta:
        table = "vote"


class SessionRow(Table):
    digest = fields.CharField(primary_key=True, max_length=64)
    reviewer_id = fields.TextField()
    expires_at = fields.BigIntField()

    class Meta:
        table = "session"


@strawberry.enum
class UseCase(Enum):
    CODING = "CODING"
    CUSTOMER_SERVICE = "CUSTOMER_SERVICE"
    FINANCIAL_ANALYSIS = "FINANCIAL_ANALYSIS"
    GENERAL_ASSISTANT = "GENERAL_ASSISTANT"
    RAG = "RAG"


@strawberry.enum
class Dimension(Enum):
    TOOL_CALLING = "TOOL_CALLING"
    API_RELIABILITY = "API_RELIABILITY"
    COST_PER_TASK = "COST_PER_TASK"
    CONTEXT_QUALITY = "CONTEXT_QUALITY"
    LATENCY = "LATENCY"


def one(table: type[Table]) -> DataLoader[str, Any]:
    """Loads rows by id."""

    async def load(keys: list[str]) -> list[Any]:
        found = {row.pk: row for row in await table.filter(id__in=keys)}
        return [found.get(key) for key in keys]

    return DataLoader(load)


def many(table: type[Table], parent: str, order: str) -> Callable[[str, int], Any]:
    """Loads the first rows of each parent: window functions, as one finds them advised."""
    loaders: dict[int, DataLoader[str, list[Any]]] = {}
    name = table._meta.db_table

    def loader(first: int) -> DataLoader[str, list[Any]]:
        async def load(keys: list[str]) -> list[list[Any]]:
            holes = ", ".join(f"${n + 1}" if POSTGRESQL else "?" for n in range(len(keys)))
            sql = (
                f"SELECT * FROM (SELECT t.*, row_number() OVER (PARTITION BY {parent} ORDER BY {order}) AS place "  # noqa: S608  # constants
                f"FROM {name} t WHERE {parent} IN ({holes})) n WHERE place <= {first} ORDER BY {parent}, place"
            )
            found: dict[str, list[Any]] = {key: [] for key in keys}
            for row in await get_connection("default").execute_query_dict(sql, keys):
                found[row[parent]].append(table._init_from_db(**row))
            return [found[key] for key in keys]

        return DataLoader(load)

    return lambda key, first: loaders.setdefault(first, loader(first)).load(key)


def moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp / 1_000_000, UTC)


@strawberry.type
class Developer:
    id: strawberry.ID
    slug: str
    name: str


@strawberry.type
class Provider:
    id: strawberry.ID
    slug: str
    name: str


@strawberry.type
class Reviewer:
    id: strawberry.ID
    login: str


async def reviewer_of(info: strawberry.Info, key: str) -> Reviewer:
    row = await info.context["reviewer"].load(key)
    return Reviewer(id=row.id, login=row.login)


@strawberry.type
class Vote:
    id: strawberry.ID
    helpful: bool
    cast_at: datetime
    voter_id: strawberry.Private[str]

    @strawberry.field
    async def voter(self, info: strawberry.Info) -> Reviewer:
        return await reviewer_of(info, self.voter_id)


def vote_of(row: Any) -> Vote:
    return Vote(id=row.id, helpful=bool(row.helpful), cast_at=moment(row.cast_at), voter_id=row.voter_id)


@strawberry.type
class VoteConnection:
    nodes: list[Vote]


@strawberry.type
class Review:
    id: strawberry.ID
    use_case: UseCase
    published_at: datetime
    reviewer_id: strawberry.Private[str]

    @strawberry.field
    async def reviewer(self, info: strawberry.Info) -> Reviewer:
        return await reviewer_of(info, self.reviewer_id)

    @strawberry.field
    async def votes(self, info: strawberry.Info, first: int) -> VoteConnection:
        return VoteConnection(nodes=[vote_of(row) for row in await info.context["votes"](str(self.id), first)])


def review_of(row: Any) -> Review:
    use_case = UseCase[row.use_case]
    return Review(id=row.id, use_case=use_case, published_at=moment(row.published_at), reviewer_id=row.reviewer_id)


@strawberry.type
class ReviewConnection:
    nodes: list[Review]


@strawberry.type
class Endpoint:
    id: strawberry.ID
    slug: str
    context_limit: float | None
    provider_id: strawberry.Private[str]

    @strawberry.field
    async def provider(self, info: strawberry.Info) -> Provider:
        row = await info.context["provider"].load(self.provider_id)
        return Provider(id=row.id, slug=row.slug, name=row.name)

    @strawberry.field
    async def reviews(self, info: strawberry.Info, first: int) -> ReviewConnection:
        return ReviewConnection(nodes=[review_of(row) for row in await info.context["reviews"](str(self.id), first)])


def endpoint_of(row: Any) -> Endpoint:
    return Endpoint(id=row.id, slug=row.slug, context_limit=row.context_limit, provider_id=row.provider_id)


@strawberry.type
class EndpointConnection:
    nodes: list[Endpoint]


@strawberry.type
class Model:
    id: strawberry.ID
    slug: str
    name: str
    context_window: float | None
    open_weights: bool
    developer_id: strawberry.Private[str]

    @strawberry.field
    async def developer(self, info: strawberry.Info) -> Developer:
        row = await info.context["developer"].load(self.developer_id)
        return Developer(id=row.id, slug=row.slug, name=row.name)

    @strawberry.field
    async def endpoints(self, info: strawberry.Info, first: int) -> EndpointConnection:
        return EndpointConnection(nodes=[endpoint_of(row) for row in await info.context["endpoints"](self.id, first)])


@strawberry.type
class Interval:
    low: float
    high: float


@strawberry.type
class DimensionStanding:
    dimension: Dimension
    score: float | None
    interval: Interval | None


@strawberry.type
class Standing:
    endpoint_id: strawberry.Private[str]
    score: float
    interval: Interval
    dimensions: list[DimensionStanding]

    @strawberry.field
    async def subject(self, info: strawberry.Info) -> Endpoint:
        return endpoint_of(await info.context["endpoint"].load(self.endpoint_id))


@strawberry.type
class StandingConnection:
    nodes: list[Standing]


@strawberry.input
class DimensionWeights:
    tool_calling: float = 0
    api_reliability: float = 0
    cost_per_task: float = 0
    context_quality: float = 0
    latency: float = 0


@strawberry.input
class RankingFilter:
    include_provisional: bool | None = None


@strawberry.input
class CastVoteInput:
    review_id: strawberry.ID
    helpful: bool


_RATED = "FROM review WHERE state = 'PUBLISHED' AND use_case = {}"
_MEANS = f"SELECT endpoint_id, {', '.join(f'AVG({c}) AS {c}' for c in DIMENSIONS)} {_RATED} GROUP BY endpoint_id"
_SPREADS = ", ".join(f"COUNT({c}) AS n_{c}, SUM({c} * {c}) AS q_{c}" for c in DIMENSIONS)


def interval(mean: float, variance: float) -> Interval:
    half = 1.96 * sqrt(variance)
    return Interval(low=mean - half, high=mean + half)


def score(row: dict[str, Any], weights: dict[str, float]) -> float | None:
    """The weighted mean over the dimensions that have been rated."""
    rated = [column for column in DIMENSIONS if row[column] is not None and weights[column]]
    total = sum(weights[column] for column in rated)
    return sum(weights[c] * float(row[c]) for c in rated) / total if total else None


async def spreads(use_case: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    """What the intervals of some endpoints need."""
    holes = [f"${n + 1}" if POSTGRESQL else "?" for n in range(len(ids) + 1)]
    rated = f"{_RATED.format(holes[0])} AND endpoint_id IN ({', '.join(holes[1:])})"
    sql = f"SELECT endpoint_id, {_SPREADS} {rated} GROUP BY endpoint_id"  # constants
    rows = await get_connection("default").execute_query_dict(sql, [use_case, *ids])
    return {row["endpoint_id"]: row for row in rows}


def standing(row: dict[str, Any], spread: dict[str, Any], weights: dict[str, float], found: float) -> Standing:
    """One line of the ranking, with normal intervals."""
    dimensions, variance, total = [], 0.0, 0.0
    for column in DIMENSIONS:
        known = Dimension[column.upper()]
        if n := spread[f"n_{column}"]:
            mean = float(row[column])
            error = max(spread[f"q_{column}"] / n - mean * mean, 0) / n
            variance, total = variance + weights[column] ** 2 * error, total + weights[column]
            dimensions.append(DimensionStanding(dimension=known, score=mean, interval=interval(mean, error)))
        else:
            dimensions.append(DimensionStanding(dimension=known, score=None, interval=None))
    of_all = interval(found, variance / total**2)
    return Standing(endpoint_id=row["endpoint_id"], score=found, interval=of_all, dimensions=dimensions)


@strawberry.type
class Query:
    @strawberry.field
    async def model(self, slug: str) -> Model | None:
        row = await ModelRow.get_or_none(slug=slug)
        if row is None:
            return None
        return Model(
            id=strawberry.ID(row.id), slug=row.slug, name=row.name, context_window=row.context_window,
            open_weights=row.open_weights, developer_id=row.developer_id,
        )  # fmt: skip

    @strawberry.field
    async def nodes(self, info: strawberry.Info, ids: list[strawberry.ID]) -> list[Endpoint | None]:
        rows = await info.context["endpoint"].load_many([str(key) for key in ids])
        return [row and endpoint_of(row) for row in rows]

    @strawberry.field
    async def ranking(
        self, use_case: UseCase, weights: DimensionWeights, first: int, filter: RankingFilter | None = None
    ) -> StandingConnection:  # fmt: skip
        sql = _MEANS.format("$1" if POSTGRESQL else "?")
        rows = await get_connection("default").execute_query_dict(sql, [use_case.name])
        scored = [(found, row) for row in rows if (found := score(row, vars(weights))) is not None]
        scored.sort(key=lambda each: (-each[0], each[1]["endpoint_id"]))
        best = scored[:first]
        spread = await spreads(use_case.name, [row["endpoint_id"] for _, row in best])
        return StandingConnection(
            nodes=[standing(row, spread[row["endpoint_id"]], vars(weights), found) for found, row in best]
        )


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def cast_vote(self, info: strawberry.Info, input: CastVoteInput) -> Vote:
        now = datetime.now(UTC).timestamp() * 1_000_000
        digest = sha256(info.context["token"].encode()).hexdigest()
        async with in_transaction():
            session = await SessionRow.get(digest=digest, expires_at__gt=int(now))
            review = await ReviewRow.get(id=str(input.review_id), state="PUBLISHED")
            if review.reviewer_id == session.reviewer_id:
                raise ValueError("one's own")
            vote = await VoteRow.get_or_none(review_id=review.id, voter_id=session.reviewer_id)
            vote = vote or VoteRow(id=f"vot_{token_hex(6)}", review_id=review.id, voter_id=session.reviewer_id)
            vote.helpful, vote.cast_at = input.helpful, int(now)
            await vote.save()
        return vote_of(vote)


class View(GraphQL[dict[str, Any], None]):
    """Loaders for each request."""

    async def get_context(self, request: Any, response: Any) -> dict[str, Any]:
        return {
            "token": request.cookies.get("session", ""),
            "developer": one(DeveloperRow),
            "provider": one(ProviderRow),
            "endpoint": one(EndpointRow),
            "reviewer": one(ReviewerRow),
            "endpoints": many(EndpointRow, "model_id", "slug"),
            "reviews": many(ReviewRow, "endpoint_id", "published_at DESC, id DESC"),
            "votes": many(VoteRow, "review_id", "cast_at DESC, id DESC"),
        }


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Tortoise with durable commits, and a patient writer where it is SQLite."""
    pragmas = "" if POSTGRESQL else "?journal_mode=WAL&synchronous=FULL&busy_timeout=30000"
    await Tortoise.init(db_url=URL + pragmas, modules={"models": [__name__]}, _enable_global_fallback=True)
    yield
    await Tortoise.close_connections()


if __name__ == "__main__":
    schema = strawberry.Schema(Query, Mutation, extensions=[ParserCache, ValidationCache])
    app = Starlette(routes=[Route("/graphql", View(schema))], lifespan=lifespan)
    uvicorn.run(app, port=PORT, log_level="warning")

"""Benchmarks and the scores that models have in them. No standing is computed from them."""

from strawberry import Info

from db.kept import related, row_by_slug
from db.queries import Condition, Key, Listing, Ordering, column, siblings
from db.tables import Benchmark, BenchmarkScore, Model
from resolvers.conditions import contains, equal, unknowable
from resolvers.inputs import BenchmarkFilter, BenchmarkScoreFilter
from resolvers.models import BY_SLUG
from resolvers.windows import Page, Window, page, page_of, pages

REPORTED = Key("CAST(reported_on AS TEXT)", lambda row: row.reported_on.isoformat())
BEST = Ordering("SCORE", (column("value"), column("id")), descending=True)
NEWEST = Ordering("REPORTED", (REPORTED, column("id")), descending=True)
OLDEST = Ordering("REPORTED_FIRST", (REPORTED, column("id")))
_TOGETHER = ("model_id", "benchmark_id")


async def by_slug(info: Info, slug: str) -> Benchmark | None:
    """The benchmark of a slug, which is its name with an underscore for each space, or null."""
    return await row_by_slug(Benchmark, slug)


async def listed(info: Info, window: Window, filter: BenchmarkFilter | None = None) -> Page:
    """Benchmarks by slug. Names that differ in spelling alone are listed each, with a note."""
    wanted = filter or BenchmarkFilter()
    model = "id IN (SELECT benchmark_id FROM benchmark_score WHERE model_id = (SELECT id FROM model WHERE slug = {}))"
    conditions = [contains(("name",), wanted.search, "filter", "search"), unknowable(model, wanted.model)]
    return await page(info, window, Listing(Benchmark, BY_SLUG, tuple(each for each in conditions if each)))


def conditions(wanted: BenchmarkScoreFilter) -> tuple[Condition, ...]:
    """The filter as SQL."""
    conditions = [
        unknowable("benchmark_id = (SELECT id FROM benchmark WHERE slug = {})", wanted.benchmark),
        unknowable("model_id = (SELECT id FROM model WHERE slug = {})", wanted.model),
        unknowable("source_id = (SELECT id FROM source WHERE name = {})", wanted.source),
        equal("reporter", wanted.reporter),
        contains(("configuration",), wanted.configuration, "filter", "configuration"),
        unknowable("reported_on >= {}", wanted.since),
        unknowable("reported_on <= {}", wanted.until),
    ]
    return tuple(condition for condition in conditions if condition is not None)


async def scores(
    benchmarks: list[Benchmark], info: Info, window: Window, filter: BenchmarkScoreFilter | None = None
) -> list[Page]:
    """Scores of all models, highest first; a model with several reports has each of them."""
    wanted = conditions(filter or BenchmarkScoreFilter())
    listing = Listing(BenchmarkScore, BEST, wanted, parent_column="benchmark_id")
    return await pages([benchmark.id for benchmark in benchmarks], info, window, listing)


async def of_models(
    models: list[Model], info: Info, window: Window, filter: BenchmarkScoreFilter | None = None
) -> list[Page]:
    """Benchmark scores of the model, newest first. They are shown beside standings and never mixed into them."""
    wanted = conditions(filter or BenchmarkScoreFilter())
    listing = Listing(BenchmarkScore, NEWEST, wanted, parent_column="model_id")
    return await pages([model.id for model in models], info, window, listing)


async def of_scores(scores: list[BenchmarkScore], info: Info) -> list[Benchmark]:
    """The benchmark it is a score in."""
    return await related(Benchmark, [score.benchmark_id for score in scores])


async def disagreements(scores: list[BenchmarkScore], info: Info, window: Window) -> list[Page]:
    """Other reports of the same model in the same benchmark that say another value, oldest first."""
    found = await siblings(BenchmarkScore, _TOGETHER, "value", [score.id for score in scores])
    return [page_of(info, window, OLDEST, found[score.id]) for score in scores]

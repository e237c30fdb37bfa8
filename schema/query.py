"""What can be asked."""

from resolvers import (
    benchmarks,
    comparisons,
    endpoints,
    frontiers,
    gaps,
    methodology,
    models,
    moderation,
    nodes,
    profiles,
    providers,
    rankings,
    reviewers,
    reviews,
    sources,
)
from schema.connections import Connection
from schema.shape import resolved, root
from schema.types import (
    Benchmark,
    Comparison,
    Endpoint,
    FrontierPoint,
    Model,
    Moderation,
    Node,
    Provider,
    RealityGap,
    Review,
    Reviewer,
    Source,
    Standing,
)
from schema.values import Methodology, TaskProfile


@root
class Query:
    """Everything public: the catalogue, public facts, reviews, reviewers and rankings."""

    node: Node | None = resolved(nodes.node)
    nodes: list[Node | None] = resolved(nodes.nodes)
    model: Model | None = resolved(models.by_slug)
    models: Connection[Model] = resolved(models.listed)
    endpoint: Endpoint | None = resolved(endpoints.by_slug)
    endpoints: Connection[Endpoint] = resolved(endpoints.listed)
    provider: Provider | None = resolved(providers.by_slug)
    providers: Connection[Provider] = resolved(providers.listed)
    benchmark: Benchmark | None = resolved(benchmarks.by_slug)
    benchmarks: Connection[Benchmark] = resolved(benchmarks.listed)
    sources: Connection[Source] = resolved(sources.listed)
    review: Review | None = resolved(reviews.by_id)
    reviews: Connection[Review] = resolved(reviews.listed)
    reviewer: Reviewer | None = resolved(reviewers.by_login)
    viewer: Reviewer | None = resolved(reviewers.viewer)
    moderation: Moderation | None = resolved(moderation.moderation)
    methodology: Methodology = resolved(methodology.methodology)
    demo: bool = resolved(reviewers.demo)
    ranking: Connection[Standing] = resolved(rankings.ranking)
    compare: Comparison = resolved(comparisons.compare)
    frontier: Connection[FrontierPoint] = resolved(frontiers.listed)
    task_profiles: list[TaskProfile] = resolved(profiles.listed)
    reality_gap: RealityGap = resolved(gaps.reality_gap)

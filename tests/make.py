"""Making rows for tests: each verb makes one thing and whatever it needs; every default may be said otherwise."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any

from db.enums import Dimension, EvidenceLevel, EvidenceState, Issuer, Reporter, Role, Unit, UseCase
from db.tables import (
    AgentResult,
    Benchmark,
    BenchmarkScore,
    Developer,
    Endpoint,
    EndpointResult,
    Evidence,
    Model,
    PricePeriod,
    Provider,
    Review,
    Reviewer,
    Source,
    Vote,
)
from resolvers import evidence, reviews, votes
from resolvers.context import Context
from resolvers.inputs import (
    CastVoteInput,
    DecideEvidenceInput,
    PublishReviewInput,
    RatingInput,
    ReviewContent,
)


@dataclass
class World:
    """A small world with a clock of its own."""

    now: datetime = datetime(2026, 6, 15, 12, tzinfo=UTC)
    numbers: "count[int]" = field(default_factory=count)

    def clock(self) -> datetime:
        """The world's present; `later` moves it on."""
        return self.now

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    async def developer(self, **given: Any) -> Developer:
        number = next(self.numbers)
        plain: dict[str, Any] = {"slug": f"developer-{number}", "name": f"Developer {number}"}
        return await Developer.create(**plain | given)

    async def model(self, **given: Any) -> Model:
        number = next(self.numbers)
        if "developer_id" not in given:
            given["developer_id"] = (await self.developer()).id
        plain: dict[str, Any] = {"slug": f"developer/model-{number}", "name": f"Model {number}", "open_weights": True}
        return await Model.create(**plain | {"input_modalities": ["text"], "context_window": 128_000} | given)

    async def provider(self, **given: Any) -> Provider:
        number = next(self.numbers)
        return await Provider.create(**{"slug": f"provider-{number}", "name": f"Provider {number}"} | given)

    async def endpoint(self, **given: Any) -> Endpoint:
        number = next(self.numbers)
        if "model_id" not in given:
            given["model_id"] = (await self.model()).id
        if "provider_id" not in given:
            given["provider_id"] = (await self.provider()).id
        plain: dict[str, Any] = {"slug": f"provider:model-{number}", "provider_model_id": f"model-{number}"}
        return await Endpoint.create(**plain | {"context_limit": 128_000, "tool_call": True} | given)

    async def price(self, endpoint: Endpoint, input: str = "1", output: str = "2", **given: Any) -> PricePeriod:
        plain: dict[str, Any] = {"source": "test", "checked_on": date(2026, 6, 1)}
        prices: dict[str, Any] = {"input_usd_per_mtok": Decimal(input), "output_usd_per_mtok": Decimal(output)}
        return await PricePeriod.create(endpoint_id=endpoint.id, **plain | prices | given)

    async def source(self, **given: Any) -> Source:
        number = next(self.numbers)
        plain: dict[str, Any] = {"name": f"Source {number}", "url": "https://example.com/source", "revision": "1"}
        return await Source.create(**plain | {"licence": "MIT", "attribution": f"Source {number}, MIT"} | given)

    async def benchmark(self, **given: Any) -> Benchmark:
        number = next(self.numbers)
        return await Benchmark.create(**{"slug": f"Benchmark_{number}", "name": f"Benchmark {number}"} | given)

    async def score(self, value: float = 50.0, **given: Any) -> BenchmarkScore:
        if "benchmark_id" not in given:
            given["benchmark_id"] = (await self.benchmark()).id
        return await BenchmarkScore.create(value=value, **{"unit": Unit.PERCENT} | await self._fact(given))

    async def agent_result(self, value: float | None = 50.0, **given: Any) -> AgentResult:
        plain: dict[str, Any] = {"metric": "pass rate", "unit": Unit.PERCENT, "use_case": UseCase.CODING}
        return await AgentResult.create(value=value, **plain | await self._fact(given))

    async def endpoint_result(self, endpoint: Endpoint, value: float = 0.5, **given: Any) -> EndpointResult:
        plain: dict[str, Any] = {"metric": "ttft p50", "unit": Unit.SECONDS, "host": "host"}
        named = {"model_id": endpoint.model_id, "endpoint_id": endpoint.id, "provider_id": endpoint.provider_id}
        return await EndpointResult.create(value=value, **plain | await self._fact(named | given))

    async def _fact(self, given: dict[str, Any]) -> dict[str, Any]:
        """What every public fact has."""
        if "model_id" not in given:
            given["model_id"] = (await self.model()).id
        if "source_id" not in given:
            given["source_id"] = (await self.source()).id
        said: dict[str, Any] = {"reporter": Reporter.INDEPENDENT, "reported_by": "independent", "source_path": "file"}
        return said | {"reported_on": date(2026, 5, 1)} | given

    async def reviewer(self, **given: Any) -> Reviewer:
        number = next(self.numbers)
        plain: dict[str, Any] = {"issuer": Issuer.GITHUB, "subject": str(number), "login": f"reviewer-{number}"}
        return await Reviewer.create(**plain | {"joined_at": self.now} | given)

    async def moderator(self) -> Reviewer:
        return await self.reviewer(role=Role.MODERATOR)

    async def review(
        self,
        endpoint: Endpoint | None = None,
        author: Reviewer | None = None,
        use_case: UseCase = UseCase.CODING,
        level: EvidenceLevel | None = None,
        **said: Any,
    ) -> Review:
        """A published review: stars by dimension, 4 for tool calling unless said otherwise, and words of its own."""
        pros = said.pop("pros", f"Good {next(self.numbers)}.")
        content = ReviewContent(ratings=rated(said or {"tool_calling": 4}), pros=pros)
        endpoint = endpoint or await self.endpoint()
        asked = PublishReviewInput(endpoint_id=endpoint.id, use_case=use_case, content=content)  # type: ignore[arg-type]  # an ID is text
        review = await reviews.publish(self.info(author or await self.reviewer()), asked)
        assert isinstance(review, Review), review
        if level is not None:
            await self.evidence(review, level)
        return await Review.get(id=review.id)

    async def evidence(self, review: Review, level: EvidenceLevel = EvidenceLevel.E4) -> Evidence:
        """Evidence that a moderator has accepted."""
        asked = DecideEvidenceInput(
            review_id=review.id,  # type: ignore[arg-type]  # an ID is text
            level=level,
            state=EvidenceState.ACCEPTED,
            reason="Checked.",
        )
        decided = await evidence.decide(self.info(await self.moderator()), asked)
        assert isinstance(decided, Evidence), decided
        return decided

    async def waiting(self, review: Review, level: EvidenceLevel = EvidenceLevel.E5) -> Evidence:
        """Evidence that nobody has decided about."""
        return await evidence.postpone(review, level, "90 calls on 2 days are too few.", self.now)

    async def vote(self, review: Review, voter: Reviewer | None = None, helpful: bool = True) -> Vote:
        asked = CastVoteInput(review_id=review.id, helpful=helpful)  # type: ignore[arg-type]  # an ID is text
        vote = await votes.cast(self.info(voter or await self.reviewer()), asked)
        assert isinstance(vote, Vote), vote
        return vote

    def info(self, viewer: Reviewer | None = None) -> Any:
        """What a resolver gets to know of a request."""
        return SimpleNamespace(context=Context(secret=b"tests", viewer=viewer, clock=self.clock))


def rated(stars: dict[str, int]) -> list[RatingInput]:
    """Ratings by the dimension's column: `{"latency": 5}`."""
    return [RatingInput(dimension=Dimension(name.upper()), stars=given) for name, given in stars.items()]

"""Statistics: whatever is written in whatever order, the stored rows are those rebuilt from the facts."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.enums import Dimension, EvidenceLevel, EvidenceState, Interest, ReviewState, Standing, UseCase
from db.queries import fetch
from db.statistics import Amount, Cell, Change, current_epoch, summed
from db.tables import Endpoint, Epoch, Review, Reviewer, Revision
from resolvers import epochs, evidence, reviews, votes
from resolvers.inputs import (
    CastVoteInput,
    DecideEvidenceInput,
    PublishReviewInput,
    RetractReviewInput,
    ReviewContent,
    ReviseReviewInput,
)
from resolvers.statistics import contributions
from tests.conftest import Databases
from tests.make import World, rated

AUTHORS: list[dict[str, Any]] = [
    {"severity": 0.0, "track_record": 1.0, "standing": Standing.NONE},
    {"severity": -0.37, "track_record": 1.4999999, "standing": Standing.SOME},
    {"severity": 0.5, "track_record": 0.4, "standing": Standing.TRUSTED},
]
USE_CASES = [UseCase.CODING, UseCase.RAG]

numbers = st.integers(0, 5)
contents = st.builds(
    ReviewContent,
    ratings=st.dictionaries(st.sampled_from([d.column for d in Dimension]), st.integers(1, 5), min_size=1).map(rated),
    interest=st.sampled_from([Interest.NONE, Interest.NONE, Interest.CUSTOMER_INCENTIVE, Interest.VENDOR_AFFILIATED]),
)
writes = st.one_of(
    st.tuples(st.just("publish"), numbers, numbers, st.sampled_from(USE_CASES), contents),
    st.tuples(st.just("publish"), numbers, numbers, st.sampled_from(USE_CASES), contents),
    st.tuples(st.just("revise"), numbers, contents),
    st.tuples(st.just("retract"), numbers),
    st.tuples(
        st.just("decide"),
        numbers,
        st.sampled_from(EvidenceLevel),
        st.sampled_from([EvidenceState.ACCEPTED, EvidenceState.REJECTED, EvidenceState.REVOKED]),
    ),
    st.tuples(st.just("vote"), numbers, numbers, st.booleans()),
)
events = st.one_of(
    writes,
    writes,
    st.tuples(st.just("later"), st.integers(1, 70)),
    st.tuples(st.just("recompute")),
    st.tuples(st.just("recompute_beside"), st.lists(writes, max_size=4)),
)


@dataclass
class Play:
    """A world in which events happen, each by the number of whom or what it happens to."""

    make: World
    authors: list[Reviewer] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)

    async def begin(self) -> None:
        self.authors = [await self.make.reviewer(**facts) for facts in AUTHORS]
        self.endpoints = [await self.make.endpoint() for _ in range(2)]
        self.moderator = await self.make.moderator()

    async def happen(self, event: tuple[Any, ...]) -> None:
        verb, *arguments = event
        if verb in ("publish", "later", "recompute", "recompute_beside") or self.reviews:
            await getattr(self, verb)(*arguments)

    async def publish(self, author: int, endpoint: int, use_case: UseCase, content: ReviewContent) -> None:
        place: Any = {"endpoint_id": self.endpoints[endpoint % 2].id, "use_case": use_case}
        said = await reviews.publish(
            self.make.info(self.authors[author % 3]), PublishReviewInput(**place, content=content)
        )
        if isinstance(said, Review):
            self.reviews.append(said)

    async def revise(self, review: int, content: ReviewContent) -> None:
        target = self._review(review)
        await reviews.revise(await self._as(target), ReviseReviewInput(review_id=target, content=content))

    async def retract(self, review: int) -> None:
        target = self._review(review)
        await reviews.retract(await self._as(target), RetractReviewInput(review_id=target))

    async def decide(self, review: int, level: EvidenceLevel, state: EvidenceState) -> None:
        asked = DecideEvidenceInput(review_id=self._review(review), level=level, state=state, reason="Looked at.")
        await evidence.decide(self.make.info(self.moderator), asked)

    async def vote(self, review: int, voter: int, helpful: bool) -> None:
        asked = CastVoteInput(review_id=self._review(review), helpful=helpful)
        await votes.cast(self.make.info(self.authors[voter % 3]), asked)

    async def later(self, days: int) -> None:
        self.make.later(days=days)

    async def recompute(self) -> None:
        await epochs.recompute(self.make.now)

    async def recompute_beside(self, writes: list[tuple[Any, ...]]) -> None:
        """A recompute for which some writes come too late to be among its facts, and too early to come after it."""
        draft = epochs._draft

        async def delayed(*given: Any) -> Epoch:
            for event in writes:
                await self.happen(event)
            return await draft(*given)

        with patch.object(epochs, "_draft", delayed):
            await epochs.recompute(self.make.now)

    def _review(self, number: int) -> Any:
        return self.reviews[number % len(self.reviews)].id

    async def _as(self, review_id: str) -> Any:
        review = await Review.get(id=review_id)
        return self.make.info(await Reviewer.get(id=review.reviewer_id))


async def stored() -> Change:
    """The statistics as they are in the database, all epochs."""
    rows = await fetch("SELECT * FROM statistic")
    return {Cell(**{name: row[name] for name in Cell._fields}): Amount(row["mass"], row["count"]) for row in rows}


async def rebuilt() -> Change:
    """What the statistics must be: the contributions of all published reviews under the current epoch."""
    epoch = await current_epoch()
    found: list[tuple[Cell, Amount]] = []
    for review in await Review.filter(state=ReviewState.PUBLISHED):
        revision, author = await Revision.get(id=review.revision_id), await Reviewer.get(id=review.reviewer_id)
        found += contributions(epoch, review, revision, author)
    return summed((1, found))


async def versions() -> dict[str, int]:
    return {row["use_case"]: row["version"] for row in await fetch("SELECT * FROM standing_version")}


def of(change: Change, use_case: str) -> Change:
    return {cell: amount for cell, amount in change.items() if cell.use_case == use_case}


async def check(play: Play, event: tuple[Any, ...]) -> None:
    """Let the event happen and hold the statistics and the versions against the facts."""
    before, counted = await stored(), await versions()
    await play.happen(event)
    after, now = await stored(), await versions()
    assert after == await rebuilt()
    assert not [amount for amount in after.values() if amount == (0, 0)]
    for use_case, version in counted.items():
        moved = of(after, use_case) != of(before, use_case)
        assert now[use_case] > version if moved else now[use_case] >= version


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(happened=st.lists(events, min_size=5, max_size=25))
def test_the_statistics_are_what_the_facts_give(databases: Databases, happened: list[tuple[Any, ...]]) -> None:
    async def run() -> None:
        async with (await databases.fresh("sqlite")).opened():
            play = Play(World())
            await play.begin()
            for event in happened:
                await check(play, event)

    asyncio.run(run())


HISTORY: list[tuple[Any, ...]] = [
    ("publish", 0, 0, UseCase.CODING, ReviewContent(ratings=rated({"latency": 5, "tool_calling": 2}))),
    ("publish", 1, 0, UseCase.CODING, ReviewContent(ratings=rated({"latency": 1}))),
    ("publish", 2, 1, UseCase.RAG, ReviewContent(ratings=rated({"cost_per_task": 3}))),
    ("decide", 0, EvidenceLevel.E4, EvidenceState.ACCEPTED),
    ("decide", 1, EvidenceLevel.E2, EvidenceState.ACCEPTED),
    ("vote", 0, 1, True),
    ("later", 40),
    ("revise", 0, ReviewContent(ratings=rated({"latency": 4}))),
    ("recompute",),
    ("revise", 1, ReviewContent(ratings=rated({"context_quality": 4}))),
    ("decide", 0, EvidenceLevel.E4, EvidenceState.REVOKED),
    ("retract", 2),
    ("recompute",),
    ("revise", 0, ReviewContent(ratings=rated({"latency": 1}), interest=Interest.COMPETITOR_AFFILIATED)),
    (
        "recompute_beside",
        [
            ("publish", 2, 0, UseCase.RAG, ReviewContent(ratings=rated({"latency": 2, "cost_per_task": 5}))),
            ("revise", 1, ReviewContent(ratings=rated({"latency": 3}))),
            ("decide", 1, EvidenceLevel.E2, EvidenceState.REVOKED),
        ],
    ),
    ("recompute_beside", [("retract", 3)]),
    ("retract", 1),
]


@pytest.mark.anyio
async def test_a_history_of_writes_and_recomputes_leaves_what_the_facts_give(make: World) -> None:
    play = Play(make)
    await play.begin()
    for event in HISTORY:
        await check(play, event)
        assert bool(await stored()) == (event != HISTORY[-1])


@pytest.mark.anyio
async def test_a_rating_is_one_vote_in_the_bin_of_its_residual(make: World) -> None:
    await Epoch.create(id=1, baselines={"CODING/TOOL_CALLING": 3.0}, published_at=make.now)
    review = await make.review(tool_calling=4)
    # 4 stars where 3 were to be expected: 1 above, so 5 above the lowest bin, which is at -4, in steps of a quarter.
    cell = Cell(1, review.endpoint_id, "CODING", "TOOL_CALLING", 0, 0, 12 * 2026 + 5, 4 * 5)
    assert await stored() == {cell: Amount(mass=2**20, ratings=1)}


@pytest.mark.anyio
async def test_a_rating_between_two_bins_is_shared_so_that_their_mean_is_it(make: World) -> None:
    await Epoch.create(id=1, baselines={"CODING/TOOL_CALLING": 3.0}, published_at=datetime(2026, 6, 1, tzinfo=UTC))
    strict = await make.reviewer(severity=0.1, standing=Standing.SOME, track_record=0.5)
    review = await make.review(author=strict, level=EvidenceLevel.E4, tool_calling=4)
    # 0.9 above: two fifths in the bin of 0.75, three fifths in the bin of 1.00, half a vote in all.
    key = (1, review.endpoint_id, "CODING", "TOOL_CALLING", 4, 1, 12 * 2026 + 5)
    low = round(2**20 * 0.5 * 0.4)
    assert await stored() == {Cell(*key, 19): Amount(low, 1), Cell(*key, 20): Amount(2**19 - low, 0)}


@pytest.mark.anyio
async def test_each_write_that_moves_a_standing_counts_its_use_case_up(make: World) -> None:
    review = await make.review(use_case=UseCase.RAG)
    assert await versions() == dict.fromkeys(UseCase, 0) | {"RAG": 1}
    await make.evidence(review)
    assert (await versions())["RAG"] == 2
    await make.vote(review)
    await make.evidence(review)  # as it was
    assert (await versions())["RAG"] == 2
    await epochs.recompute(make.now)
    assert await versions() == dict.fromkeys(UseCase, 1) | {"RAG": 3}

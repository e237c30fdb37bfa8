"""Made-up reviewers, reviews and votes for a demonstration; every one says that it is made up."""

import random
from datetime import datetime, timedelta
from itertools import product

from tortoise.transactions import in_transaction

from db.enums import Dimension, EvidenceLevel, EvidenceState, Issuer, Role, UseCase, VolumeBand
from db.fields import random_id
from db.tables import Decision, Endpoint, Evidence, Review, Reviewer, Revision, Vote

REVIEWERS = 24
MODERATORS = 3  # from whom trust spreads; nobody can sign in as one of them
ENDPOINTS = 12
WAITING = 3  # reviews whose telemetry waits for a moderator
WORDS = "Demonstration text: nobody wrote this and nothing was measured."
_LEVELS = {EvidenceLevel.E0: 0, EvidenceLevel.E2: 2, EvidenceLevel.E4: 4}


async def plant(now: datetime) -> str:
    """Add the demonstration in one transaction and say what was added; a second call adds nothing."""
    async with in_transaction():
        if await Reviewer.exists(issuer=Issuer.DEMO):
            return "The demonstration reviews are there already."
        dice = random.Random(7)  # noqa: S311  # the same demonstration every time; nothing secret
        reviewers = [_reviewer(number, now) for number in range(REVIEWERS)]
        await Reviewer.bulk_create(reviewers)
        written = [_review(dice, reviewer, *place, now) for reviewer, place in await _places(dice, reviewers)]
        await Revision.bulk_create([revision for _, revision, _ in written], batch_size=500)
        await Review.bulk_create([review for review, _, _ in written], batch_size=500)
        await Evidence.bulk_create([evidence for _, _, evidence in written], batch_size=500)
        await Decision.bulk_create([_decision(evidence) for _, _, evidence in written], batch_size=500)
        await Evidence.bulk_create([_waiting(review) for review, _, _ in written[-WAITING:]])
        votes = [_vote(dice, revision, reviewers, now) for _, revision, _ in written]
        await Vote.bulk_create(votes, batch_size=500)
    return f"{len(reviewers)} made-up reviewers, {len(written)} reviews, {len(votes)} votes."


async def _places(
    dice: random.Random, reviewers: list[Reviewer]
) -> list[tuple[Reviewer, tuple[Endpoint, UseCase, float]]]:
    """Who reviews what: each some endpoints in two use cases, each endpoint with a made-up quality."""
    known = await Endpoint.filter(tool_call=True).order_by("slug")
    endpoints = [(endpoint, dice.uniform(2.2, 4.6)) for endpoint in dice.sample(known, min(ENDPOINTS, len(known)))]
    chosen: list[tuple[Reviewer, tuple[Endpoint, UseCase, float]]] = []
    for reviewer in reviewers:
        for (endpoint, quality), use_case in product(
            dice.sample(endpoints, len(endpoints) // 2), dice.sample(list(UseCase), 2)
        ):
            chosen.append((reviewer, (endpoint, use_case, quality)))
    return chosen


def _reviewer(number: int, now: datetime) -> Reviewer:
    return Reviewer(
        issuer=Issuer.DEMO,
        subject=f"demo-{number}",
        login=f"demo-{number}",
        name="Made-up reviewer",
        role=Role.MODERATOR if number < MODERATORS else Role.MEMBER,
        joined_at=now - timedelta(days=400),
    )


def _review(
    dice: random.Random, reviewer: Reviewer, endpoint: Endpoint, use_case: UseCase, quality: float, now: datetime
) -> tuple[Review, Revision, Evidence]:
    review_id, revision_id, level = random_id("rev"), random_id("rvn"), dice.choice(list(_LEVELS))
    written = now - timedelta(days=dice.randrange(1, 300))
    review = Review(
        id=review_id,
        reviewer_id=reviewer.id,
        endpoint_id=endpoint.id,
        use_case=use_case,
        revision_id=revision_id,
        scoring_level=_LEVELS[level],
        published_at=written,
        updated_at=written,
    )
    stars = {dimension.column: round(min(5, max(1, dice.gauss(quality, 0.7)))) for dimension in Dimension}
    revision = Revision(
        id=revision_id,
        review_id=review_id,
        reviewer_id=reviewer.id,
        number=1,
        pros=WORDS,
        cons=WORDS,
        volume=dice.choice(list(VolumeBand)),
        created_at=written,
        **stars,
    )
    evidence = Evidence(
        review_id=review_id,
        level=level,
        state=EvidenceState.ACCEPTED,
        reason=WORDS,
        decided_at=written,
        created_at=written,
    )
    return review, revision, evidence


def _waiting(review: Review) -> Evidence:
    return Evidence(review_id=review.id, level=EvidenceLevel.E5, reason=WORDS, created_at=review.published_at)


def _decision(evidence: Evidence) -> Decision:
    return Decision(
        review_id=evidence.review_id,
        level=evidence.level,
        state=evidence.state,
        reason=evidence.reason,
        decided_at=evidence.decided_at,
    )


def _vote(dice: random.Random, revision: Revision, reviewers: list[Reviewer], now: datetime) -> Vote:
    voter = dice.choice([reviewer for reviewer in reviewers if reviewer.id != revision.reviewer_id])
    return Vote(
        revision_id=revision.id,
        author_id=revision.reviewer_id,
        voter_id=voter.id,
        helpful=dice.random() < 0.8,
        cast_at=now,
    )

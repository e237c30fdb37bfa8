"""Histories: the past is exact, every step is explained, and each review's influence is what taking it away does."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from db.enums import EvidenceLevel, Standing
from db.tables import Review
from resolvers import epochs, evidence, reviews
from resolvers.inputs import RetractReviewInput
from tests.front_door import Client
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

LONG_AGO = "2026-01-01T00:00:00Z"
STANDING = """query ($slug: String!, $asOf: DateTime, $since: DateTime!) { endpoint(slug: $slug) {
  standing(useCase: CODING, weights: {toolCalling: 1}, asOf: $asOf) {
    score status asOf
    changes(since: $since) { before after faded complete steps { kind before after review { id } } }
    contributors(first: 9) { totalCount nodes { influence review { id } } }
  } } }"""


async def standing(
    client: Client, slug: str, as_of: datetime | None = None, since: str = "2026-01-01T00:00:00Z"
) -> Any:
    asked = {"asOf": as_of.isoformat() if as_of else None, "since": since}
    return (await client.ask(STANDING, slug=slug, **asked))["endpoint"]["standing"]


async def test_the_past_is_what_was_shown_then(client: Clients, make: World) -> None:
    """After each event the standing is remembered; later it is asked for again, as of then."""
    endpoint, author = await make.endpoint(slug="p:a"), await make.reviewer()
    seen: list[tuple[datetime, float, str]] = []

    async def remember() -> None:
        shown = await standing(client(), "p:a")
        seen.append((make.now, shown["score"], shown["status"]))
        make.later(days=11)

    await remember()
    first = await make.review(endpoint, author, tool_calling=5)
    await remember()
    await make.evidence(first)
    await remember()
    await make.review(endpoint, await make.reviewer(), level=EvidenceLevel.E4, tool_calling=4)
    await remember()
    await epochs.recompute(make.now)
    await remember()
    await make.review(endpoint, tool_calling=1)
    await remember()
    make.later(days=100)
    assert await evidence.expire(make.now) == 2
    await remember()
    await reviews.retract(make.info(author), RetractReviewInput(review_id=first.id))  # type: ignore[arg-type]  # an ID is text
    await remember()
    for moment, score, status in seen:
        past = await standing(client(), "p:a", moment)
        assert (past["score"], past["status"]) == (pytest.approx(score, abs=1e-6), status), moment


async def test_the_steps_lead_from_then_to_now(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    make.later(days=1)
    review = await make.review(endpoint, tool_calling=5)
    make.later(days=1)
    await make.evidence(review)
    make.later(days=1)
    await make.review(endpoint, tool_calling=2)
    make.later(days=40)
    shown = await standing(client(), "p:a", since="2026-06-15T12:00:00Z")
    changes = shown["changes"]
    assert [step["kind"] for step in changes["steps"]] == ["PUBLISHED", "EVIDENCE", "PUBLISHED"]
    assert [step["review"]["id"] == review.id for step in changes["steps"]] == [True, True, False]
    assert (changes["before"], changes["after"], changes["complete"]) == (3.0, shown["score"], True)
    moved = sum(step["after"] - step["before"] for step in changes["steps"])
    assert changes["before"] + moved + changes["faded"] == pytest.approx(changes["after"], abs=1e-5)
    assert changes["steps"][1]["after"] > changes["steps"][1]["before"] > 3


async def test_an_influence_is_what_taking_the_review_away_does(client: Clients, make: World) -> None:
    endpoint, authors = await make.endpoint(slug="p:a"), [await make.reviewer(standing=Standing.SOME) for _ in range(3)]
    written = [
        await make.review(endpoint, author, tool_calling=stars)
        for author, stars in zip(authors, (5, 4, 1), strict=True)
    ]
    await make.evidence(written[0])
    before = await standing(client(), "p:a")
    told = {each["review"]["id"]: each["influence"] for each in before["contributors"]["nodes"]}
    document = "query ($id: ID!) { review(id: $id) { influence(weights: {toolCalling: 1}) } }"
    asked = (await client().ask(document, id=written[0].id))["review"]["influence"]
    await reviews.retract(make.info(authors[0]), RetractReviewInput(review_id=written[0].id))  # type: ignore[arg-type]  # an ID is text
    after = await standing(client(), "p:a")
    assert told[written[0].id] == asked == pytest.approx(before["score"] - after["score"], abs=2e-6)
    assert [abs(each["influence"]) for each in before["contributors"]["nodes"]] == sorted(map(abs, told.values()))[::-1]
    assert (before["contributors"]["totalCount"], after["contributors"]["totalCount"]) == (3, 2)
    gone = await client(authors[0]).ask(document, id=written[0].id)
    assert gone["review"]["influence"] == 0


async def test_a_past_standing_names_who_was_behind_it_then(client: Clients, make: World) -> None:
    endpoint, author = await make.endpoint(slug="p:a"), await make.reviewer()
    review = await make.review(endpoint, author, tool_calling=5)
    then = make.now
    make.later(days=1)
    await reviews.retract(make.info(author), RetractReviewInput(review_id=review.id))  # type: ignore[arg-type]  # an ID is text
    past = await standing(client(), "p:a", then)
    [behind] = past["contributors"]["nodes"]
    assert behind["review"] is None  # it is no longer public
    assert behind["influence"] > 0
    assert (await standing(client(), "p:a"))["contributors"]["totalCount"] == 0


async def test_a_first_place_says_how_many_accounts_would_flip_it(client: Clients, make: World) -> None:
    best, second = await make.endpoint(slug="p:best"), await make.endpoint(slug="p:second")
    for endpoint, stars in ((best, 5), (second, 4)):
        for _ in range(3):
            author = await make.reviewer(standing=Standing.TRUSTED)
            await make.review(endpoint, author, level=EvidenceLevel.E4, tool_calling=stars)
    document = """{ ranking(useCase: CODING, weights: {toolCalling: 1}, first: 2, orderBy: SCORE) { nodes {
      votesToFlip { unverified attested trusted runnerUp { subject { ... on Endpoint { slug } } } } } } }"""
    first, other = (await client().ask(document))["ranking"]["nodes"]
    flip = first["votesToFlip"]
    assert (flip["runnerUp"]["subject"]["slug"], other["votesToFlip"]) == ("p:second", None)
    assert (flip["unverified"], flip["attested"]) == (None, None)  # their limits hold, however many they are
    assert flip["trusted"] > 1
    for needed in range(flip["trusted"]):
        [leader, _] = (await client().ask(document))["ranking"]["nodes"]
        left = leader["votesToFlip"]
        assert (left["runnerUp"]["subject"]["slug"], left["trusted"]) == ("p:second", flip["trusted"] - needed)
        author = await make.reviewer(standing=Standing.TRUSTED)
        await make.review(second, author, level=EvidenceLevel.E4, tool_calling=5)
    [leader, _] = (await client().ask(document))["ranking"]["nodes"]
    assert leader["votesToFlip"]["runnerUp"]["subject"]["slug"] == "p:best"


@pytest.mark.parametrize("moment", ["2026-06-16T00:00:00Z", "1999-12-31T00:00:00Z", "2026-01-01T00:00:00"])
async def test_only_a_moment_in_the_past_with_its_time_zone_is_taken(client: Clients, make: World, moment: str) -> None:
    await make.endpoint(slug="p:a")
    asked = "query ($asOf: DateTime) { ranking(useCase: CODING, first: 1, asOf: $asOf) { totalCount } }"
    error = await client().refused(asked, asOf=moment)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "asOf"}
    error = await client().refused(STANDING, slug="p:a", since=moment)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "since"}


async def test_expired_evidence_of_a_retracted_review_changes_no_statistics(client: Clients, make: World) -> None:
    author = await make.reviewer()
    review = await make.review(author=author, level=EvidenceLevel.E4)
    await reviews.retract(make.info(author), RetractReviewInput(review_id=review.id))  # type: ignore[arg-type]  # an ID is text
    make.later(days=91)
    assert await evidence.expire(make.now) == 1
    assert await evidence.expire(make.now) == 0
    assert (await Review.get(id=review.id)).scoring_level == 0
    asked = "{ endpoints(first: 1) { nodes { standing(useCase: CODING) { score effectiveReviews } } } }"
    [endpoint] = (await client().ask(asked))["endpoints"]["nodes"]
    assert endpoint["standing"] == {"score": 3.0, "effectiveReviews": 0.0}


async def test_a_first_place_that_several_share_is_nobodys_to_lose(client: Clients, make: World) -> None:
    for name in ("one", "two"):
        await make.endpoint(slug=f"p:{name}")
    asked = """{ ranking(useCase: CODING, first: 2, filter: {includeProvisional: true}) {
      nodes { rank votesToFlip { trusted } } } }"""
    nodes = (await client().ask(asked))["ranking"]["nodes"]
    assert nodes == [{"rank": 1, "votesToFlip": None}] * 2

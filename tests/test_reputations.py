"""Reputations: measured by a recompute, kept on a ledger, never bought by votes alone."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from strawberry import ID
from tortoise.exceptions import IntegrityError, OperationalError

from db.enums import EvidenceLevel, ReputationEventKind, ReviewState
from db.queries import fetch, slices
from db.tables import ReputationEvent, Review, Reviewer
from resolvers import epochs, reviews
from resolvers.inputs import RetractReviewInput, ReviewContent, ReviseReviewInput
from tests.front_door import Client
from tests.make import World, rated

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

PROFILE = """query ($login: String!) { reviewer(login: $login) {
  trust standing trackRecord severity
  reputationEvents(first: 9) { totalCount nodes { kind before after reason epochId createdAt } }
} }"""


async def profile(client: Client, login: str) -> Any:
    return (await client.ask(PROFILE, login=login))["reviewer"]


async def praised(make: World, login: str, by: Reviewer, times: int) -> Reviewer:
    """A reviewer with some reviews that somebody finds helpful."""
    author = await make.reviewer(login=login)
    for _ in range(times):
        await make.vote(await make.review(author=author), by)
    return author


async def test_helpful_votes_of_the_trusted_confer_trust_and_a_standing(client: Clients, make: World) -> None:
    await praised(make, "ada", by=await make.moderator(), times=3)
    await epochs.recompute(make.now)
    ada = await profile(client(), "ada")
    # A moderator's .8, of which .8 is passed on, log2(1 + 3) = 2 of it beside a sink of 5.
    assert ada["trust"] == pytest.approx(0.8 * 0.8 * 2 / (2 + 5), abs=1e-6)
    assert ada["standing"] == "SOME"
    told = {event["kind"]: (event["before"], event["after"]) for event in ada["reputationEvents"]["nodes"]}
    assert told == {"TRUST": (0, ada["trust"]), "STANDING": (0, 1)}
    assert all(event["reason"] and event["epochId"] == 1 for event in ada["reputationEvents"]["nodes"])


async def test_facts_are_read_some_at_a_time_and_all_of_them(
    client: Clients, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    moderator = await make.moderator()
    for login in ("ada", "bob"):
        await praised(make, login, by=moderator, times=3)
    whole = await epochs.recompute(make.now)
    before = [await profile(client(), login) for login in ("ada", "bob")], await histograms()
    monkeypatch.setattr("resolvers.epochs._AT_ONCE", 4)
    monkeypatch.setattr("resolvers.epochs.slices", partial(slices, most=2))
    sliced = await epochs.recompute(make.now)
    assert (whole, sliced) == ("Epoch 1: 6 reviews, 3 reputations moved.", "Epoch 2: 6 reviews, 0 reputations moved.")
    assert before == ([await profile(client(), login) for login in ("ada", "bob")], await histograms())
    assert before[0][0]["trust"] > 0


async def histograms() -> list[Any]:
    """The statistics of the present epoch."""
    columns = "use_case, endpoint_id, dimension, scoring_level, standing, month, bin, mass, count"
    return [tuple(row.values()) for row in await fetch(f"SELECT {columns} FROM statistic ORDER BY {columns}")]


async def test_votes_of_the_untrusted_confer_nothing(client: Clients, make: World) -> None:
    crowd = [await make.reviewer() for _ in range(5)]
    author = await make.reviewer(login="ada")
    review = await make.review(author=author)
    for voter in crowd:
        await make.vote(review, voter)
    await epochs.recompute(make.now)
    ada = await profile(client(), "ada")
    assert (ada["trust"], ada["standing"], ada["reputationEvents"]["totalCount"]) == (0, "NONE", 0)


async def test_a_recompute_of_the_same_facts_adds_nothing_to_the_ledger(client: Clients, make: World) -> None:
    await praised(make, "ada", by=await make.moderator(), times=2)
    await epochs.recompute(make.now)
    entries = await ReputationEvent.all().count()
    await epochs.recompute(make.now)
    assert await ReputationEvent.all().count() == entries > 0


async def test_trust_that_is_withdrawn_is_an_entry_not_a_deletion(client: Clients, make: World) -> None:
    moderator = await make.moderator()
    author = await make.reviewer(login="ada")
    review = await make.review(author=author)
    await make.vote(review, moderator)
    await epochs.recompute(make.now)
    make.later(days=1)
    await make.vote(review, moderator, helpful=False)
    await epochs.recompute(make.now)
    ada = await profile(client(), "ada")
    assert ada["trust"] == 0
    trusts = [
        (event["before"], event["after"]) for event in ada["reputationEvents"]["nodes"] if event["kind"] == "TRUST"
    ]
    assert trusts == [(trusts[1][1], 0), (0, trusts[1][1])]  # newest first


@pytest.mark.parametrize("change", ["UPDATE reputation_event SET after = 1", "UPDATE decision SET level = 0"])
async def test_the_ledger_and_the_decisions_refuse_changes(make: World, change: str) -> None:
    author = await praised(make, "ada", by=await make.moderator(), times=2)
    await make.review(author=author, level=EvidenceLevel.E4)
    await epochs.recompute(make.now)
    with pytest.raises((IntegrityError, OperationalError)):
        await fetch(change)


async def test_a_generous_reviewer_is_corrected_where_others_have_established_the_truth(
    client: Clients, make: World
) -> None:
    generous = await make.reviewer(login="generous")
    for _ in range(8):
        endpoint = await make.endpoint()
        for _ in range(4):
            await make.review(endpoint, await make.reviewer(), level=EvidenceLevel.E4, tool_calling=3, latency=3)
        await make.review(endpoint, generous, level=EvidenceLevel.E4, tool_calling=5, latency=5)
    await epochs.recompute(make.now)
    told = await profile(client(), "generous")
    assert 0 < told["severity"] <= 0.5
    assert told["trackRecord"] <= 1
    assert {event["kind"] for event in told["reputationEvents"]["nodes"]} >= {"SEVERITY"}


async def test_a_recompute_without_new_facts_writes_no_entry_though_time_passes(make: World) -> None:
    generous = await make.reviewer(login="generous")
    for _ in range(8):
        endpoint = await make.endpoint()
        for _ in range(4):
            await make.review(endpoint, await make.reviewer(), level=EvidenceLevel.E4, tool_calling=3)
        await make.review(endpoint, generous, level=EvidenceLevel.E4, tool_calling=5)
    await epochs.recompute(make.now)
    entries = await ReputationEvent.filter(kind=ReputationEventKind.SEVERITY).count()
    make.later(days=3)
    await epochs.recompute(make.now)
    assert await ReputationEvent.filter(kind=ReputationEventKind.SEVERITY).count() == entries > 0
    assert await ReputationEvent.filter(epoch_id=2).count() == 0


async def test_a_ring_is_taken_back_in_the_ledger_and_honest_voters_are_not(client: Clients, make: World) -> None:
    """Six accounts praise each other, one of them once praised by a moderator; thirty others vote as people do."""
    moderator = await make.moderator()
    ring = [await make.reviewer(login=f"ring-{number}") for number in range(6)]
    crowd = [await make.reviewer(login=f"honest-{number}") for number in range(30)]
    written = {author.id: await make.review(author=author) for author in [*ring, *crowd]}
    await make.vote(written[ring[0].id], moderator)
    for voter in ring:
        for author in ring:
            if author is not voter:
                await make.vote(written[author.id], voter)
    for number, voter in enumerate(crowd):
        for step in (1, 7, 12):
            await make.vote(written[crowd[(number + step) % 30].id], voter)
    await epochs.recompute(make.now)
    taken = await ReputationEvent.filter(kind="REVERSAL")
    assert {event.reviewer_id for event in taken} == {each.id for each in ring}
    assert {(event.before, event.after) for event in taken} == {(0, 5)}
    assert "helpful votes to each other" in taken[0].reason
    assert (await profile(client(), "ring-1"))["trust"] == 0
    assert (await profile(client(), "ring-0"))["trust"] > 0  # what the moderator gave stays
    await epochs.recompute(make.now)
    assert await ReputationEvent.filter(kind="REVERSAL").count() == 6  # said once


async def test_votes_on_a_copied_review_confer_nothing_and_count_again_when_the_original_is_gone(
    client: Clients, make: World
) -> None:
    moderator, first, copier = await make.moderator(), await make.reviewer(), await make.reviewer(login="copier")
    await make.review(author=first, pros="It calls the right tool.")
    make.later(days=1)
    copy = await make.review(author=copier, pros="It calls the RIGHT tool!")
    await make.vote(copy, moderator)
    await epochs.recompute(make.now)
    copier_told = await profile(client(), "copier")
    assert (copier_told["trust"], copier_told["reputationEvents"]["nodes"][0]["kind"]) == (0, "REVERSAL")
    await Review.filter(reviewer_id=first.id).update(state=ReviewState.RETRACTED, ended_at=make.now)
    await epochs.recompute(make.now)
    restored = await profile(client(), "copier")
    assert restored["trust"] > 0
    reversals = [event for event in restored["reputationEvents"]["nodes"] if event["kind"] == "REVERSAL"]
    assert sorted((event["before"], event["after"]) for event in reversals) == [(0, 1), (1, 0)]


async def test_votes_on_an_earlier_revision_confer_trust_and_those_on_a_retracted_review_none(
    client: Clients, make: World
) -> None:
    moderator, author = await make.moderator(), await make.reviewer(login="ada")
    review = await make.review(author=author)
    await make.vote(review, moderator)
    content = ReviewContent(ratings=rated({"latency": 2}))
    await reviews.revise(make.info(author), ReviseReviewInput(review_id=ID(review.id), content=content))
    await epochs.recompute(make.now)
    told = await profile(client(), "ada")
    assert told["trust"] == pytest.approx(0.8 * 0.8 * 1 / (1 + 5), abs=1e-6)  # log2(1 + 1) votes beside a sink of 5
    await reviews.retract(make.info(author), RetractReviewInput(review_id=ID(review.id)))
    await epochs.recompute(make.now)
    assert (await profile(client(), "ada"))["trust"] == 0


async def test_a_recompute_states_what_it_measured(client: Clients, make: World) -> None:
    await make.review(level=EvidenceLevel.E4)
    await epochs.recompute(make.now)
    document = "{ methodology { epoch constants { name value unit reason } } }"
    methodology = (await client().ask(document))["methodology"]
    stated = {constant["name"]: constant for constant in methodology["constants"]}
    assert methodology["epoch"] == 1
    assert stated["half_life_days"]["value"] == "365.0"
    assert stated["tier_saturation"]["value"].endswith("null]")
    assert all(constant["unit"] and constant["reason"] for constant in methodology["constants"])

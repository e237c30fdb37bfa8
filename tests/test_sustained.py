"""Sustained operation (E6): earned by many attested reports over time, lost by silence or by what it stands on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from db.enums import EvidenceLevel, EvidenceState, Origin
from db.tables import Attestation, Evidence, Review
from evidence.sustained import Report, until
from evidence.telemetry import canonical
from resolvers import evidence, nights, summaries, sustained
from resolvers.summaries import Sent
from tests.front_door import SECRET, Client
from tests.make import World
from tests.reports import report
from tests.test_evidence import decide

pytestmark = pytest.mark.anyio
START = datetime(2026, 1, 1, tzinfo=UTC)
ARCHIVE = summaries.archive(SECRET)


def reports(*days: float, calls: int = 3_000, owner: int = 42) -> list[Report]:
    return [Report(START + timedelta(days=day), owner, calls) for day in days]


@pytest.mark.parametrize(
    ("given", "lasts"),
    [
        (reports(0, 20, 40, 60), 120),
        (reports(0, 20, 60), None),  # too few
        (reports(0, 20, 40, 59.9), None),  # too short
        (reports(0, 20, 40, 60, calls=2_499), None),
        (reports(0, 20, 40, 60, calls=2_500), 120),
        (reports(0, 20, 90, 120), None),  # a pause
        (reports(0) + reports(90, 110, 130, 150), 210),
        (reports(0, 20, owner=7) + reports(40, 60), None),  # another owner
        ([], None),
    ],
)
def test_reports_show_sustained_operation_or_not(given: list[Report], lasts: int | None) -> None:
    assert until(given) == (None if lasts is None else START + timedelta(days=lasts))


async def attest(make: World, review: Review, number: int, **changes: Any) -> None:
    """An attested report of 3,000 calls, as the office files it."""
    today = make.now.date()
    shown = {"first_day": today - timedelta(days=4), "last_day": today, "requests": 3_000, "confirmed": 3_000}
    figures = await report(review, str(number), **shown | {"spans": 9_000} | changes)
    made = await Attestation.create(
        review_id=review.id, reviewer_id=review.reviewer_id, endpoint_id=review.endpoint_id, issuer="local",
        token_id=f"t{number}", repository_id=1, owner_id=42, run_id=number + 1, attempt=1, event="push", hosted=True,
        strong=False, digest=canonical.digest(figures), created_at=make.now,
    )  # fmt: skip
    async with in_transaction():
        held = await Review.filter(id=review.id).select_for_update().get()
        await summaries.file(ARCHIVE, held, Sent(figures, made.digest, Origin.ATTESTED), make.now, made.id)
        for level in (EvidenceLevel.E4, EvidenceLevel.E5):
            await evidence.accept(held, level, "As attested.", make.now)
        await sustained.sustain(held, make.now)


async def level(review: Review) -> int:
    return int((await Review.get(id=review.id)).scoring_level)


async def earned(make: World) -> Review:
    review = await make.review()
    for number in range(4):
        assert await level(review) == (4 if number else 0)
        await attest(make, review, number)
        make.later(days=20)
    return review


async def test_the_fourth_report_over_sixty_days_earns_it_and_silence_loses_it(make: World) -> None:
    review = await earned(make)
    assert await level(review) == 5
    kept = await Evidence.get(level=EvidenceLevel.E6)
    assert kept.expires_at == make.now + timedelta(days=40)
    await nights.run(make.now, "a")
    assert await level(review) == 5
    make.later(days=40)
    await nights.run(make.now, "a")
    assert (await Evidence.get(level=EvidenceLevel.E6)).state is EvidenceState.EXPIRED
    assert await level(review) == 4


async def test_a_moderator_who_revokes_the_attestation_takes_it_all_at_once(
    client: Callable[..., Client], make: World
) -> None:
    review = await earned(make)
    await decide(client(await make.moderator()), review.id, state="REVOKED", reason="Not your agent.")
    assert await level(review) == 0
    assert {each.state for each in await Evidence.all()} == {EvidenceState.REVOKED}


async def test_the_night_looks_again_and_takes_back_what_no_longer_holds(make: World) -> None:
    review = await earned(make)
    await Attestation.filter(run_id=2).update(owner_id=7)  # as if the repository had been another's
    await nights.run(make.now, "a")
    assert (await Evidence.get(level=EvidenceLevel.E6)).state is EvidenceState.REVOKED
    assert await level(review) == 4

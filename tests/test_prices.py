"""Price history: a changed price ends the one before, a correction replaces it, and any day can be asked about."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from db.catalogue.history import Statement, period_id, succeed
from db.tables import PricePeriod
from tests.front_door import Client
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
Told = tuple[str, date | None, date | None, str | None]


def period(
    usd: str, checked: date, start: date | None = None, end: date | None = None, condition: str | None = None
) -> PricePeriod:
    return PricePeriod(
        id=period_id("p:m", start, condition),
        endpoint_id="end_1",
        valid_from=start,
        valid_to=end,
        condition=condition,
        input_usd_per_mtok=Decimal(usd),
        source="models.dev",
        checked_on=checked,
    )


def stated(checked: date, *rows: PricePeriod, source: str = "models.dev") -> Statement:
    for row in rows:
        row.source = source
    return Statement("p:m", source, checked, list(rows))


def told(rows: list[PricePeriod]) -> list[Told]:
    found = [(str(row.input_usd_per_mtok), row.valid_from, row.valid_to, row.condition) for row in rows]
    assert len({row.id for row in rows}) == len(rows)
    assert [row.id for row in rows] == [period_id("p:m", row.valid_from, row.condition) for row in rows]
    return sorted(found, key=lambda each: (each[3] or "", each[1] or date.min))


def test_a_first_price_is_not_known_to_have_been_different() -> None:
    assert told(succeed([], stated(MAY, period("1", MAY)))) == [("1", None, None, None)]


def test_the_same_price_read_again_is_only_checked_again() -> None:
    [row] = succeed([period("1", MAY)], stated(JUNE, period("1", JUNE)))
    assert (row.valid_from, row.valid_to, row.checked_on) == (None, None, JUNE)


def test_a_changed_price_begins_on_the_day_it_was_read_and_the_old_one_ends_the_day_before() -> None:
    rows = succeed([period("1", MAY)], stated(JUNE, period("2", JUNE)))
    assert told(rows) == [("1", None, date(2026, 5, 31), None), ("2", JUNE, None, None)]
    assert told(succeed(rows, stated(JUNE, period("2", JUNE)))) == told(rows)
    later = succeed(rows, stated(JULY, period("1", JULY)))
    assert told(later) == [
        ("1", None, date(2026, 5, 31), None),
        ("2", JUNE, date(2026, 6, 30), None),
        ("1", JULY, None, None),
    ]


def test_a_price_read_twice_on_one_day_is_corrected() -> None:
    rows = succeed([period("1", MAY), period("2", JUNE, JUNE)], stated(JUNE, period("3", JUNE)))
    assert ("3", JUNE, None, None) in told(rows)
    assert "2" not in {usd for usd, *_ in told(rows)}


def test_an_older_list_says_nothing_about_today() -> None:
    assert told(succeed([period("2", JUNE)], stated(MAY, period("1", MAY)))) == [("2", None, None, None)]


def test_a_condition_comes_and_goes_on_the_days_it_was_read() -> None:
    batch = period("0.5", JUNE, condition="batch")
    rows = succeed([period("1", MAY)], stated(JUNE, period("1", JUNE), batch))
    assert told(rows) == [("1", None, None, None), ("0.5", JUNE, None, "batch")]
    gone = succeed(rows, stated(JULY, period("1", JULY)))
    assert told(gone) == [("1", None, None, None), ("0.5", JUNE, JULY - timedelta(days=1), "batch")]


def test_a_price_that_is_no_longer_stated_ends() -> None:
    assert told(succeed([period("1", MAY)], stated(JUNE))) == [("1", None, date(2026, 5, 31), None)]


def test_a_source_that_dates_its_prices_is_taken_at_its_word() -> None:
    dated = [period("1", JULY, None, MAY - timedelta(days=1)), period("2", JULY, MAY)]
    rows = succeed([period("1", JUNE), period("0.5", JUNE, condition="batch")], stated(JULY, *dated))
    assert told(rows)[:2] == [("1", None, date(2026, 4, 30), None), ("2", MAY, None, None)]
    assert told(rows)[2:] == [("0.5", None, date(2026, 6, 30), "batch")]


def test_another_source_has_another_history_and_another_release_the_same() -> None:
    held = succeed([], stated(MAY, period("1", MAY), source="genai-prices 0.2.3"))
    newer = succeed(held, stated(JUNE, period("2", JUNE), source="genai-prices 0.2.4"))
    assert len(newer) == 2
    assert told(succeed(newer, stated(JULY, period("3", JULY)))) == [("3", None, None, None)]


PRICES = """query ($day: DateTime) { endpoint(slug: "p:m") { prices(first: 9, asOf: $day) {
  totalCount nodes { inputUsdPerMtok condition validFrom validTo } } } }"""


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (None, ["3", "2", "1"]),
        ("2026-05-31T23:59:59Z", ["1"]),
        ("2026-06-01T00:00:00Z", ["3", "2"]),
        ("2026-06-01T01:00:00+02:00", ["1"]),
    ],
)
async def test_a_day_has_the_prices_that_held_on_it(
    client: Clients, make: World, moment: str | None, expected: list[str]
) -> None:
    endpoint = await make.endpoint(slug="p:m")
    await make.price(endpoint, "1", valid_to=date(2026, 5, 31), id="prc_1")
    await make.price(endpoint, "2", valid_from=JUNE, id="prc_2")
    await make.price(endpoint, "3", valid_from=JUNE, condition="batch", id="prc_3")
    prices = (await client().ask(PRICES, day=moment))["endpoint"]["prices"]
    assert [row["inputUsdPerMtok"] for row in prices["nodes"]] == expected
    assert prices["totalCount"] == len(expected)


@pytest.mark.parametrize("moment", ["2026-06-01T00:00:00", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z"])
async def test_a_moment_that_is_none_of_the_past_is_refused(client: Clients, make: World, moment: str) -> None:
    await make.endpoint(slug="p:m")
    error = await client().refused(PRICES, day=moment)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "asOf"}

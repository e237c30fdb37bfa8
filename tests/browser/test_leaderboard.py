"""The leaderboard's filters in a real browser: each changes the standings, is in the address and needs no script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browser.conftest import Tab

pytestmark = pytest.mark.tools

Opens = Callable[..., Tab]
BOARD = "/leaderboard/coding?provisional=1"
FILTERS = {
    "evidence": "4",
    "since": datetime.now(UTC).date().isoformat(),
    "until": "2020-01-31",
    "providers": "anthropic",
    "weights": "closed",
    "ctx": "900000",
    "input": "0.2",
    "output": "0.3",
    "task": "1000",
    "p95": "1000",
    "order": "measured-latency",
}


def changed(page: Any, before: str) -> str:
    """The standings once they are no longer those from before."""
    page.wait_for_function("before => document.getElementById('board').innerText !== before", arg=before)
    return str(page.locator("#board").inner_text())


def choose(page: Any, name: str, value: str) -> None:
    control = page.locator(f"#asking [name={name}]")
    if control.evaluate("each => each.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_changes_the_standings_at_once_and_without_scripts_alike(tab: Opens, name: str) -> None:
    live, plain = tab(), tab(scripts=False)
    live.open(BOARD)
    live.page.evaluate("window.same = true")
    before = live.page.locator("#board").inner_text()
    live.page.get_by_text("More filters").click()
    choose(live.page, name, FILTERS[name])
    after = changed(live.page, before)
    assert live.page.evaluate("window.same")
    assert f"{name}={FILTERS[name]}" in live.page.url
    plain.open(BOARD)
    plain.page.get_by_text("More filters").click()
    choose(plain.page, name, FILTERS[name])
    plain.page.get_by_role("button", name="Rank").click()
    plain.page.wait_for_url(re.compile(f"{name}={FILTERS[name]}"))
    assert plain.page.locator("#board").inner_text() == after
    assert live.complaints == plain.complaints == []


def test_only_verified_ratings_count_where_that_is_asked(tab: Opens) -> None:
    opened = tab()
    opened.open("/leaderboard/coding")
    before = opened.page.locator("#board").inner_text()
    opened.page.get_by_label("verified only").check()
    changed(opened.page, before)
    assert "verified=1" in opened.page.url
    assert set(opened.page.locator(".board tbody tr:not(.flip) td:nth-child(6)").all_inner_texts()) == {"100%"}


def test_the_fastest_by_measurement_leads_and_says_on_how_many_calls(tab: Opens) -> None:
    opened = tab()
    opened.open(BOARD)
    before = opened.page.locator("#board").inner_text()
    opened.page.get_by_text("More filters").click()
    choose(opened.page, "order", "measured-latency")
    ordered = changed(opened.page, before)
    choose(opened.page, "p95", "1000")
    changed(opened.page, ordered)
    rows = opened.page.locator(".board tbody tr:not(.flip)")
    assert rows.locator("th a").all_inner_texts() == [
        *("anthropic:claude-opus-4-6", "openrouter:anthropic/claude-opus-4.6"),
    ]
    figures = [text.split() for text in rows.locator("td:nth-child(3)").all_inner_texts()]
    assert [calls for _, _, calls in figures] == ["600", "300"]
    assert float(figures[0][0]) < float(figures[1][0])
    choose(opened.page, "p95", "0.001")
    opened.page.get_by_text("Nothing measured fits these filters.").wait_for()
    assert opened.complaints == []


def test_an_order_that_cannot_be_is_told_in_place_and_the_standings_stay(tab: Opens) -> None:
    opened = tab()
    opened.open("/leaderboard/coding?provisional=1&order=measured-cost")
    choose(opened.page, "by", "model")
    opened.page.get_by_text("Measured figures are of endpoints.").wait_for()
    assert opened.page.locator(".board tbody tr").count() > 1

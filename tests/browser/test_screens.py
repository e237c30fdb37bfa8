"""Every page in a real browser: nothing overflows, complains or is fetched from elsewhere, and axe is content."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import Tab

pytestmark = pytest.mark.tools

SCREENS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 360)]
VIOLATIONS = """axe.run(document, {resultTypes: ["violations"]}).then(({violations}) =>
  violations.map(({id, nodes}) => `${id} ${nodes[0].target} ${nodes[0].failureSummary}`))"""
FIRST_VIEW = 100 * 1024  # bytes of the page and all it fetches, not even compressed


def addresses(tab: Tab) -> Iterator[str]:
    """One page of every kind; the demonstration's own slugs are read from its pages."""
    tab.open("/leaderboard/coding?provisional=1")
    endpoint = tab.page.locator(".board th a").first.get_attribute("href")
    yield from (
        "/",
        "/leaderboard/coding",
        "/leaderboard/rag?provisional=1&tool=3&by=model&ctx=1000",
        "/leaderboard/coding?provisional=1&order=measured-cost&p95=1000",
        "/models",
        "/endpoints",
    )
    yield from (endpoint, f"{endpoint}/history", "/models/anthropic/claude-opus-4-6", "/methodology", "/graphql")
    yield from (
        "/models/openai/gpt-4o-2024-08-06",
        "/models/deepseek/deepseek-v3-1226",
        "/endpoints/openai:gpt-4-turbo",
        "/endpoints/anthropic:claude-opus-4-6",
    )
    yield from ("/frontier/coding?provisional=1", "/frontier/coding", "/gap", "/guide")
    yield "/gap?benchmark=MMLU&metric=BFCL+v3+multi-turn+accuracy"
    slug = endpoint.removeprefix("/endpoints/")
    yield from (
        f"/compare?endpoint={slug}&endpoint=anthropic:claude-opus-4-6",
        "/compare?model=anthropic/claude-opus-4-6&model=openai/gpt-4o-2024-08-06",
        "/compare",
        f"/reviews/new?endpoint={slug}",
    )
    tab.open("/reviews")
    yield from (
        "/reviews",
        tab.page.locator(".review h2 a").first.get_attribute("href"),
        "/reviewers/demo-1",
        "/sign-in",
    )


def pages(tab: Tab) -> Iterator[str]:
    """Every page as somebody signed out, then those of moderators as one of them."""
    yield from list(addresses(tab))
    tab.sign_in("mo", moderator=True)
    tab.open("/reviews")
    yield from ("/moderation", "/moderation/decided", tab.page.locator(".review h2 a").first.get_attribute("href"))


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_every_page_fits_its_screen_in_silence(tab: Callable[..., Tab], scheme: str, width: int) -> None:
    opened = tab(scheme=scheme, width=width)
    overflowing = []
    for address in pages(opened):
        opened.open(address)
        if opened.page.evaluate("document.documentElement.scrollWidth") > width:
            overflowing.append(address)
    assert overflowing == []
    assert opened.complaints == []


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_axe_finds_no_violation_on_any_page(tab: Callable[..., Tab], axe: str, scheme: str, width: int) -> None:
    opened = tab(scheme=scheme, width=width)
    found = {}
    for address in pages(opened):
        opened.open(address)
        for details in opened.page.locator("details").all():
            details.evaluate("each => { each.open = true }")
        opened.page.evaluate(axe)
        found[address] = opened.page.evaluate(VIOLATIONS)
    assert "\n".join(f"{address}: {problem}" for address, problems in found.items() for problem in problems) == ""


def test_a_first_view_is_light(tab: Callable[..., Tab]) -> None:
    opened = tab()
    heavy = {}
    for address in pages(opened):
        opened.open(address)
        sizes = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        heavy[address] = opened.page.evaluate(f"{sizes}.reduce((sum, each) => sum + each.decodedBodySize, 0)")
    print(heavy)  # noqa: T201  # the figures, shown by pytest -s and on failure
    assert {address: size for address, size in heavy.items() if size > FIRST_VIEW} == {}

"""Reviewers' Markdown can do nothing, whatever it holds."""

import re
from collections.abc import Awaitable, Callable

import pytest

from tests.make import World
from tests.web.payloads import PAYLOADS
from tests.web.reader import read
from tests.web.visitor import Visitor
from web.markdown import TAGS, rendered

Visit = Callable[..., Awaitable[Visitor]]


def test_there_are_a_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) >= 100


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_becomes_text(payload: str) -> None:
    seen = read(rendered(payload))
    assert seen.tags <= TAGS
    assert seen.inline == []
    assert all(link.startswith(("https://", "http://")) for link in seen.links)


def test_what_markdown_is_for_works() -> None:
    html = rendered("**Good**, *mostly*:\n\n- one\n- `two`\n\n> said\n\n[there](https://example.org/a?b=c)")
    assert "<strong>Good</strong>" in html
    assert "<li>one</li>" in html
    assert '<a href="https://example.org/a?b=c" rel="nofollow ugc noopener">there</a>' in html


def test_headings_and_images_stay_text() -> None:
    assert re.findall(r"<(h\d|img)", rendered("# Loud\n\nAlso\n====\n\n![x](https://example.org/x.png)")) == []


@pytest.mark.anyio
async def test_a_page_full_of_payloads_holds_no_code(visit: Visit, make: World) -> None:
    for start in range(0, len(PAYLOADS), 25):
        review = await make.review(pros="\n\n".join(PAYLOADS[start : start + 25]))
        for address in (f"/reviews/{review.id}", "/reviews"):
            page = await (await visit()).see(address)
            assert page.inline == []
            assert {"img", "iframe", "object", "base", "video"} & page.tags <= {"img"}  # the mark in the header
            assert all(not link.startswith(("javascript:", "data:", "//")) for link in page.links)

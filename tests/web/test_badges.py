"""Badges: a standing for other people's pages, never without its interval and n."""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

import pytest

from db.enums import EvidenceLevel, Issuer
from db.tables import Endpoint, Model
from tests.front_door import ORIGIN
from tests.make import World
from tests.web.visitor import Visitor
from web.badges import Badge, Text

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
SVG = "{http://www.w3.org/2000/svg}"
ALL = ("tool_calling", "api_reliability", "cost_per_task", "context_quality", "latency")


async def told(visitor: Visitor, path: str) -> str:
    """What the value of a badge says."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    return read(answer.text)[-1]


def read(text: str) -> list[str]:
    picture = ElementTree.fromstring(text)  # noqa: S314  # our own answer
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


async def test_without_a_review_a_badge_says_so_and_shows_no_figure(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint(slug="host:some/model")
    model = await Model.get(id=endpoint.model_id)
    visitor = await visit()
    assert await told(visitor, "/badges/endpoints/host:some/model.svg") == "no reviews yet"
    assert await told(visitor, f"/badges/models/{model.slug}.svg?useCase=rag") == "no reviews yet"


async def test_a_badge_shows_the_score_that_the_api_answers_with_its_interval_and_n(visit: Visit, make: World) -> None:
    review = await make.review(await make.endpoint(slug="host:one"), tool_calling=5)
    visitor = await visit()
    asked = '{ endpoint(slug: "host:one") { standing(useCase: CODING) { score interval { low high } status } } }'
    answer = (await visitor.http.post("/graphql", json={"query": asked})).json()["data"]["endpoint"]["standing"]
    low, high = (f"{answer['interval'][end]:.2f}" for end in ("low", "high"))
    value = await told(visitor, "/badges/endpoints/host:one.svg?useCase=coding")
    assert value == f"{answer['score']:.2f} of 5 · 95 % {low}–{high} · n 1 · provisional"
    model = await Model.get(id=(await Endpoint.get(id=review.endpoint_id)).model_id)
    assert "n 1" in await told(visitor, f"/badges/models/{model.slug}.svg")
    assert await told(visitor, "/badges/endpoints/host:one.svg?useCase=rag") == "no reviews yet"


async def test_enough_proven_reviews_end_the_provisional(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint(slug="host:proven")
    stars: dict[str, Any] = dict.fromkeys(ALL, 4)
    for _ in range(3):
        await make.review(endpoint, level=EvidenceLevel.E4, **stars)
    value = await told(await visit(), "/badges/endpoints/host:proven.svg")
    assert value.endswith("n 3")


async def test_figures_of_a_demonstration_are_called_made_up(visit: Visit, make: World) -> None:
    author = await make.reviewer(issuer=Issuer.DEMO)
    await make.review(await make.endpoint(slug="host:demo"), author)
    assert (await told(await visit(), "/badges/endpoints/host:demo.svg")).startswith("made up · ")


async def test_a_badge_may_do_nothing_but_apply_its_own_style(visit: Visit, make: World) -> None:
    await make.endpoint(slug="host:one")
    answer = await (await visit()).get("/badges/endpoints/host:one.svg")
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "prefers-color-scheme:dark" in style


async def test_a_badge_that_is_held_already_is_not_sent_again(visit: Visit, make: World) -> None:
    endpoint, visitor, path = await make.endpoint(slug="host:one"), await visit(), "/badges/endpoints/host:one.svg"
    first = await visitor.get(path)
    etag = first.headers["etag"]
    for held in (etag, f'"other", W/{etag}'):
        again = await visitor.get(path, **{"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["cache-control"] == first.headers["cache-control"] == "public, max-age=300"
    await make.review(endpoint)
    changed = await (await visit()).get(path, **{"If-None-Match": etag})
    assert (changed.status_code, changed.headers["etag"] == etag) == (200, False)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/badges/endpoints/none:such.svg", 404),
        ("/badges/models/none/such.svg", 404),
        ("/badges/models/none/such.svg?useCase=poetry", 400),
        ("/badges/reviewers/somebody.svg", 404),
    ],
)
async def test_what_has_no_badge_is_refused(visit: Visit, path: str, status: int) -> None:
    answer = await (await visit()).get(path, Accept="image/*")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")


async def test_hostile_names_stay_text(visit: Visit, make: World) -> None:
    slug = "host:<script>alert(1)</script>\"&'"
    await make.endpoint(slug=slug)
    answer = await (await visit()).get("/badges/endpoints/host:%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%26'.svg")
    picture = ElementTree.fromstring(answer.text)  # noqa: S314  # our own answer
    assert (picture.findtext(f"{SVG}title") or "").startswith(slug)
    assert {each.tag.removeprefix(SVG) for each in picture.iter()} == {"svg", "title", "style", "rect", "path", "text"}


async def test_pages_show_the_badge_with_markdown_that_leads_back(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint(slug="host:some/model")
    model = await Model.get(id=endpoint.model_id)
    visitor = await visit()
    for path in ("/endpoints/host:some/model", f"/models/{model.slug}"):
        page = await visitor.see(f"{path}?use_case=rag")
        [(picture, place)] = re.findall(r"\[!\[[^]]*\]\(([^)]+)\)\]\(([^)]+)\)", page.words)
        assert picture.removeprefix(ORIGIN) in page.links
        assert read((await visitor.get(picture)).text) == ["BestClawModels · Retrieval (RAG)", "no reviews yet"]
        assert place == f"{ORIGIN}{path}?use_case=rag"
        assert (await visitor.get(place)).status_code == 200


def standing(**changes: Any) -> dict[str, Any]:
    plain = {"score": 3.5, "interval": {"low": 2.0, "high": 5.0}, "status": "REVIEW_BACKED", "reviewCount": 1234}
    return plain | {"demo": False} | changes


def test_a_count_is_written_as_people_read_it() -> None:
    assert Badge("a:b", "CODING", standing()).value.words == "3.50 of 5 · 95 % 2.00–5.00 · n 1,234"
    assert Badge("a:b", "CODING", standing(demo=True)).value.words.startswith("made up · 3.50")


def test_a_longer_text_is_wider_and_narrow_letters_are_narrow() -> None:
    assert Text("ill").width < Text("one").width < Text("wow").width < Text("wowow").width

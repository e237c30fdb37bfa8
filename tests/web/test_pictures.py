"""Pictures of shared pages: each page names one, and it shows what the page says."""

import re
from collections.abc import Awaitable, Callable
from html import unescape
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from db.enums import EvidenceLevel, Issuer
from db.tables import Endpoint, Model, Reviewer
from tests.front_door import ORIGIN
from tests.make import World
from tests.web.visitor import Visitor
from web import drawing, pictures, words
from web.cards import STARS, Card, Mark, Row

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


async def shared(make: World) -> list[str]:
    """One page of each kind that people share, and those without anything to show yet."""
    review = await make.review(level=EvidenceLevel.E4, tool_calling=5, latency=3)
    endpoint = await Endpoint.get(id=review.endpoint_id)
    other = await make.endpoint(slug="host:other")
    model = await Model.get(id=endpoint.model_id)
    author = await Reviewer.get(id=review.reviewer_id)
    return [
        *("/", "/leaderboard/coding", "/leaderboard/rag", "/frontier/coding", "/compare", "/gap"),
        *(f"/models/{model.slug}?use_case=rag", f"/endpoints/{endpoint.slug}", f"/reviews/{review.id}"),
        *(f"/reviewers/{author.login}", f"/compare?endpoint={endpoint.slug}&endpoint={other.slug}"),
        "/leaderboard/coding?provisional=1&tool=2&by=model",
        "/frontier/coding?provisional=1&x=context-limit&y=latency",
    ]


async def told(visitor: Visitor, address: str) -> dict[str, str]:
    """What the page at an address says of its picture."""
    page = (await visitor.get(address)).text
    found = re.findall(r'<meta (?:property|name)="(og:image[:a-z]*|twitter:card)" content="([^"]*)">', page)
    return {name: unescape(content) for name, content in found}


async def test_every_shared_page_names_a_picture_of_the_right_size(visit: Visit, make: World) -> None:
    visitor = await visit()
    for address in await shared(make):
        meta = await told(visitor, address)
        assert meta["og:image"].startswith(ORIGIN + "/"), address
        assert (meta["twitter:card"], bool(meta["og:image:alt"])) == ("summary_large_image", True)
        answer = await visitor.get(meta["og:image"])
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png"), address
        image = Image.open(BytesIO(answer.content))
        assert (str(image.width), str(image.height)) == (meta["og:image:width"], meta["og:image:height"])


async def test_a_picture_says_the_figures_of_its_page_or_that_there_are_no_reviews(visit: Visit, make: World) -> None:
    visitor = await visit()
    endpoint = await make.endpoint(slug="host:one")
    assert "Coding: no reviews yet" in (await told(visitor, "/endpoints/host:one"))["og:image:alt"]
    await make.review(endpoint, level=EvidenceLevel.E4, tool_calling=5)
    alt = (await told(visitor, "/endpoints/host:one"))["og:image:alt"]
    found = re.search(r"Coding: ([\d.]+) {2}\(([\d.]+)–([\d.]+)\) {2}n 1;", alt)
    assert found, alt
    standing = (await visitor.get("/endpoints/host:one.json")).json()["data"]["endpoint"]["CODING"]
    interval = standing["interval"]
    assert found.groups() == tuple(f"{each:.2f}" for each in (standing["score"], interval["low"], interval["high"]))


async def test_weights_in_the_address_change_the_picture(visit: Visit, make: World) -> None:
    await make.review(level=EvidenceLevel.E4, tool_calling=5, latency=1)
    visitor = await visit()
    quick, apt = [await visitor.get(f"/leaderboard/coding.png?provisional=1&{name}=1") for name in ("latency", "tool")]
    assert quick.content != apt.content


async def test_whoever_has_a_picture_is_told_so(visit: Visit, make: World) -> None:
    visitor, model = await visit(), await make.model()
    first = await visitor.get(f"/models/{model.slug}.png")
    again = await visitor.get(f"/models/{model.slug}.png", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/models/a/none.png", 404), ("/leaderboard/poetry.png", 404), ("/leaderboard/coding.png?tool=x", 400)],
)
async def test_what_does_not_exist_has_no_picture(visit: Visit, path: str, status: int) -> None:
    assert (await (await visit()).get(path)).status_code == status


async def test_a_retracted_review_has_no_picture_even_for_its_author(visit: Visit, make: World) -> None:
    review = await make.review()
    mine = await visit(await Reviewer.get(id=review.reviewer_id))
    await mine.send(f"/reviews/{review.id}/retract", {"sure": "1"})
    assert await told(mine, f"/reviews/{review.id}") == {}
    assert (await mine.get(f"/reviews/{review.id}.png")).status_code == 404


async def test_made_up_reviews_are_called_so_on_the_picture(visit: Visit, make: World) -> None:
    card = Card("A model", "By somebody")
    assert drawing.png(card, demo=True) != drawing.png(card, demo=False)
    visitor = await visit()
    real = (await visitor.get("/gap.png")).content
    await make.review(await make.endpoint(), await make.reviewer(issuer=Issuer.DEMO))
    assert (await visitor.get("/gap.png")).content != real


async def test_more_pictures_than_can_be_drawn_are_refused_for_a_while(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "WAITING", 0)
    answer = await (await visit()).get("/front.png")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


LONG = "amazon-bedrock:jp." + "a-very-long-name-" * 40
MARKS = [None, Mark(3.2, 1.0, 5.0), Mark(99.0, -4.0, 99.0, provisional=True)]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("name", [LONG, LONG.replace("-", " ") * 3, "", "W" * 300])
def test_whatever_its_words_a_picture_keeps_its_margins(name: str, mark: Mark | None) -> None:
    card = Card(name, name, tuple(Row(name, name, mark) for _ in range(5)), name)
    image = Image.open(BytesIO(drawing.png(card, demo=True)))
    paper = Image.new("RGB", image.size, drawing.PAPER)
    left, _, right, bottom = ImageChops.difference(image, paper).crop((0, 20, *image.size)).getbbox() or (0, 0, 0, 0)
    assert left >= drawing.MARGIN - 8
    assert right <= image.width - drawing.MARGIN + 8
    assert bottom <= image.height - 40


def test_the_same_card_is_the_same_picture() -> None:
    card = Card("Ünder – ×", "Łódź", (Row("a", "b", Mark(2.0, 1.5, 2.5)),), STARS)
    assert drawing.png(card, demo=False) == drawing.png(card, demo=False)


def test_the_font_has_every_letter_that_we_write() -> None:
    face = drawing.font(30)
    missing = bytes(face.getmask("\uffff"))
    ours = "".join(map(str, vars(words).values())) + STARS + "×–−±≈…·“”€éüßłøñĐşğΑωЖщ"
    letters = {letter for letter in ours if not letter.isspace()}
    assert [letter for letter in letters if bytes(face.getmask(letter)) == missing] == []

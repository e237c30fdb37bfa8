"""Proving one's own review with plain forms: a repository or a domain, a word to put there, and a look at it."""

from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.forms import Fields, sent
from web.page import SAVED, bound
from web.reviews import STATUS
from web.security import SECURED
from web.site import Site

LARGEST = 16 * 1024  # bytes
KINDS = {"repository": ("owner", "name", "manifest", "source"), "domain": ("host",)}


async def start(site: Site, request: Request) -> Response:
    """Back on the review, which says the word and where to put it."""
    fields, review_id = await sent(site, request), request.path_params["id"]
    kind = fields.get("kind", "")
    if kind not in KINDS:
        raise HTTPException(400, "A proof is by repository or by domain.")
    asked = {"input": offered(kind, fields) | {"reviewId": review_id}}
    return concluded(review_id, await outcome(site, request, f"write-{kind}-proof", asked))


async def check(site: Site, request: Request) -> Response:
    """Say that the word is in its place."""
    await sent(site, request)
    asked = {"proofId": request.path_params["proof"]}
    return concluded(request.path_params["id"], await outcome(site, request, "write-proof-check", asked))


def offered(kind: str, fields: Fields) -> dict[str, str]:
    return {name: fields.get(name, "").strip() for name in KINDS[kind]}


async def outcome(site: Site, request: Request, operation: str, variables: dict[str, Any]) -> dict[str, Any]:
    [found] = (await site.data(request, SAVED[operation], variables)).values()
    return dict(found)


def concluded(review_id: str, found: dict[str, Any]) -> Response:
    """The review's page, or the refusal in one sentence with all its problems; raises HTTPException."""
    if found["__typename"] == "Proof":
        return RedirectResponse(f"/reviews/{quote(review_id)}#evidence", 303)
    told = [found["message"], *(f"{each['path'][-1]}: {each['message']}" for each in found.get("problems", ()))]
    raise HTTPException({"NO_SUCH_PROOF": 404, **STATUS}.get(found["code"], 409), " ".join(told))


def routes(site: Site) -> list[Route]:
    return [
        Route(path, bound(show, site), methods=["POST"], middleware=[SECURED], max_body_size=LARGEST)
        for path, show in (("/reviews/{id}/proofs", start), ("/reviews/{id}/proofs/{proof}/check", check))
    ]

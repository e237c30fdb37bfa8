"""Writing, previewing, revising and retracting a review with plain forms: POST, mutation, redirect."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.addresses import text, use_case
from web.forms import LARGEST, Fields, Typed, sent
from web.page import FRAME, SAVED, bound, framed
from web.security import SECURED
from web.site import Site
from web.words import DIMENSIONS, INTERESTS, USE_CASES, VOLUMES

COUNTS = ("concurrency", "turns", "inputTokens")
DAYS = ("usedFrom", "usedTo")
NAMES = ("region", "framework")
STARS = ("1", "2", "3", "4", "5")
STATUS = {
    "NOT_SIGNED_IN": 401,
    "NOT_YOUR_REVIEW": 403,
    "NO_SUCH_REVIEW": 404,
    "BAD_USER_INPUT": 422,
    "INVALID_INPUT": 422,
}


@dataclass(frozen=True)
class Draft:
    """A review under way: the form's fields, what is wrong with each, and what stands in the way as a whole."""

    endpoint: Mapping[str, Any]
    fields: Fields
    review_id: str | None = None
    problems: Mapping[str, str] | None = None
    refusal: Mapping[str, Any] | None = None
    preview: bool = False
    status: int = 200


async def new(site: Site, request: Request) -> Response:
    """The empty form for the endpoint in the address; without one, the list to choose it from."""
    slug = text(request, "endpoint")
    if slug is None:
        return RedirectResponse("/endpoints", 303)
    fields = {"useCase": use_case(request), "key": secrets.token_urlsafe(12)}
    return await form(site, request, Draft(await endpoint(site, request, slug), fields))


async def publish(site: Site, request: Request) -> Response:
    """Publish what was typed, or show it: `action` says which."""
    fields = await sent(site, request)
    target = await endpoint(site, request, fields.get("endpoint", ""))
    typed = Typed(fields)
    asked = {
        "endpointId": target["id"],
        "useCase": typed.choice("useCase", USE_CASES, "CODING"),
        "content": content(typed),
    }
    if key := typed.text("key"):
        asked["idempotencyKey"] = key
    return await concluded(site, request, Draft(target, fields), typed, "write-review", {"input": asked})


async def edit(site: Site, request: Request) -> Response:
    """The form with what one's review says now."""
    review = await own(site, request)
    return await form(site, request, Draft(review["endpoint"], fields_of(review), review["id"]))


async def revise(site: Site, request: Request) -> Response:
    """Replace what one's review says."""
    fields = await sent(site, request)
    review = await own(site, request)
    typed = Typed(fields)
    asked = {"input": {"reviewId": review["id"], "content": content(typed)}}
    draft = Draft(review["endpoint"], {**fields, "useCase": review["useCase"]}, review["id"])
    return await concluded(site, request, draft, typed, "write-revision", asked)


async def retract(site: Site, request: Request) -> Response:
    """Withdraw one's review, once asked whether that is meant."""
    fields = await sent(site, request)
    review_id = request.path_params["id"]
    if "sure" not in fields:
        return RedirectResponse(f"/reviews/{quote(review_id)}?retract=1", 303)
    [outcome] = (await site.data(request, SAVED["write-retraction"], {"reviewId": review_id})).values()
    if outcome["__typename"] != "Review":
        raise HTTPException(STATUS.get(outcome["code"], 409), outcome["message"])
    return RedirectResponse(f"/reviews/{quote(review_id)}", 303)


async def concluded(
    site: Site, request: Request, draft: Draft, typed: Typed, operation: str, variables: Mapping[str, Any]
) -> Response:
    """The published review, or the form again with everything that was typed."""
    if typed.problems or typed.fields.get("action") == "preview":
        status = 422 if typed.problems else 200
        return await form(
            site, request, replaced(draft, problems=typed.problems, preview=not typed.problems, status=status)
        )
    [outcome] = (await site.data(request, SAVED[operation], variables)).values()
    if outcome["__typename"] == "Review":
        return RedirectResponse(f"/reviews/{outcome['id']}?" + urlencode({"written": draft_key(draft)}), 303)
    status = STATUS.get(outcome["code"], 409)
    return await form(site, request, replaced(draft, refusal=outcome, problems=beside(outcome), status=status))


def replaced(draft: Draft, **changes: Any) -> Draft:
    return Draft(**{**vars(draft), **changes})


def draft_key(draft: Draft) -> str:
    """Under which the browser keeps what is typed: the review, or the endpoint it is about."""
    return draft.review_id or str(draft.endpoint["slug"])


def beside(outcome: Mapping[str, Any]) -> dict[str, str]:
    """Problems by the form's field: the last name of the path that is no position in a list."""
    found: dict[str, str] = {}
    for problem in outcome.get("problems", ()):
        names = [name for name in problem["path"] if not name.isdigit()]
        found["ratings" if "ratings" in names else names[-1]] = problem["message"]
    return found


async def form(site: Site, request: Request, draft: Draft) -> Response:
    return await framed(
        site,
        request,
        "review-form.html",
        status=draft.status,
        draft=draft,
        draft_key=draft_key(draft),
        page=None,
        behind=None,
    )


async def endpoint(site: Site, request: Request, slug: str) -> Any:
    """The endpoint of the form; raises HTTPException 404."""
    found = (await site.data(request, SAVED["page-review-form"], {"slug": slug}))["endpoint"]
    if found is None:
        raise HTTPException(404, "There is no such endpoint to review.")
    return found


async def own(site: Site, request: Request) -> Any:
    """The review in the address, if the viewer wrote it; raises HTTPException 404 or 403."""
    review = (await site.data(request, SAVED["page-review"], {"id": request.path_params["id"]}))["review"]
    viewer = (await site.data(request, FRAME, {}))["viewer"]
    if review is None:
        raise HTTPException(404)
    if viewer is None or viewer["id"] != review["reviewer"]["id"]:
        raise HTTPException(403, "Only its author can change a review. Are you signed in?")
    return review


def content(typed: Typed) -> dict[str, Any]:
    """The form as a ReviewContent."""
    stars = {dimension: typed.choice(dimension, STARS) for dimension in DIMENSIONS}
    deployment = {
        "volume": typed.choice("volume", VOLUMES),
        **{name: typed.day(name) for name in DAYS},
        **{name: typed.text(name) for name in NAMES},
        **{name: typed.whole(name) for name in COUNTS},
    }
    return {
        "ratings": [{"dimension": name, "stars": int(given)} for name, given in stars.items() if given],
        "pros": typed.fields.get("pros", ""),
        "cons": typed.fields.get("cons", ""),
        "interest": typed.choice("interest", INTERESTS, "NONE"),
        "deployment": deployment,
    }


def fields_of(review: Mapping[str, Any]) -> Fields:
    """The form's fields as the current revision fills them."""
    revision = review["revision"]
    plain = {name: revision[name] for name in ("pros", "cons", "interest", "volume", *DAYS, *NAMES, *COUNTS)}
    stars = {rating["dimension"]: rating["stars"] for rating in revision["ratings"]}
    return {name: str(value) for name, value in {**plain, **stars}.items() if value is not None} | {
        "useCase": review["useCase"]
    }


def routes(site: Site) -> list[Route]:
    """The forms and where they are sent."""

    def route(path: str, show: Any, method: str) -> Route:
        return Route(path, bound(show, site), methods=[method], middleware=[SECURED], max_body_size=LARGEST)

    return [
        route("/reviews/new", new, "GET"),
        route("/reviews/new", publish, "POST"),
        route("/reviews/{id}/revise", edit, "GET"),
        route("/reviews/{id}/revise", revise, "POST"),
        route("/reviews/{id}/retract", retract, "POST"),
    ]

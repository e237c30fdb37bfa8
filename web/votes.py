"""Voting with plain forms; static/vote.js asks the API itself."""

from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.forms import LARGEST, sent
from web.page import SAVED, bound
from web.security import SECURED
from web.site import Site

HELPFUL = {"helpful": True, "unhelpful": False}
STATUS = {"NO_SUCH_REVIEW": 404}


async def vote(site: Site, request: Request) -> Response:
    """Cast or, with `withdraw`, take back a vote, and return to the page it was cast on."""
    fields = await sent(site, request)
    back, review_id = site.inside(fields.get("next")), request.path_params["id"]
    [outcome] = (await site.data(request, *operation(fields.get("vote", ""), review_id))).values()
    code = outcome.get("code")
    if code == "NOT_SIGNED_IN":
        return RedirectResponse("/sign-in?" + urlencode({"next": back}), 303)
    if code not in (None, "NOT_VOTED"):
        raise HTTPException(STATUS.get(code, 409), outcome["message"])
    return RedirectResponse(f"{back}#{review_id}", 303)


def operation(word: str, review_id: str) -> tuple[Any, dict[str, Any]]:
    """The saved mutation that a button stands for, with its variables; raises HTTPException 400."""
    if word == "withdraw":
        return SAVED["write-vote-withdrawal"], {"reviewId": review_id}
    if word not in HELPFUL:
        raise HTTPException(400, "A vote is helpful, unhelpful or withdraw.")
    return SAVED["write-vote"], {"reviewId": review_id, "helpful": HELPFUL[word]}


def routes(site: Site) -> list[Route]:
    return [
        Route("/reviews/{id}/vote", bound(vote, site), methods=["POST"], middleware=[SECURED], max_body_size=LARGEST)
    ]

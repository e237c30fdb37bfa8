"""What waits for moderators and what was decided, with plain forms; static/moderate.js keeps one's place."""

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.addresses import text
from web.forms import Fields, sent
from web.page import FRAME, SAVED, Page, bound, framed
from web.reviews import beside
from web.security import SECURED
from web.site import Site
from web.words import EVIDENCE

LARGEST = 32 * 1024  # bytes: a reason of 2,000 characters, percent-encoded, with room to spare
ACTIONS = {"accept": "ACCEPTED", "reject": "REJECTED", "revoke": "REVOKED"}
STATUS = {"NO_SUCH_REVIEW": 404, "OWN_EVIDENCE": 403, "INVALID_INPUT": 422}


class ForModerators(Page):
    """A page that is not there for anybody else; whoever is signed out is led to sign in."""

    async def shown(self, site: Site, request: Request) -> Response:
        try:
            return await super().shown(site, request)
        except HTTPException as missing:
            if missing.status_code != 404 or (await site.data(request, FRAME, {}))["viewer"]:
                raise
            return sign_in(request.url.path)


def of_queue(request: Request, _now: datetime) -> dict[str, Any]:
    just = text(request, "just")
    return {"after": text(request, "after"), "just": [just] if just else []}


PAGES = [
    ForModerators(
        "/moderation", "moderation", of_queue, subject="moderation", tables={"waiting": "moderation.waiting.nodes"}
    ),
    ForModerators(
        "/moderation/decided",
        "decided",
        lambda request, _now: {"after": text(request, "after")},
        subject="moderation",
        tables={"decided": "moderation.decided.nodes"},
    ),
]


async def decide(site: Site, request: Request) -> Response:
    """The queue with what was decided, or the form again and why nothing was."""
    fields = await sent(site, request)
    asked = {"input": decision(fields)}
    [outcome] = (await site.data(request, SAVED["moderate-evidence"], asked)).values()
    if outcome["__typename"] == "Evidence":
        return RedirectResponse(f"/moderation?just={quote(outcome['id'])}#just", 303)
    if outcome["code"] == "NOT_SIGNED_IN":
        return sign_in("/moderation")
    if outcome["code"] == "NOT_MODERATOR":
        raise HTTPException(404)
    status = STATUS.get(outcome["code"], 409)
    return await framed(
        site, request, "undecided.html", status=status, outcome=outcome, fields=fields, problems=beside(outcome)
    )


def decision(fields: Fields) -> dict[str, str]:
    """The form as a DecideEvidenceInput; raises HTTPException 400 for buttons and levels that no form of ours has."""
    action, level = fields.get("action", ""), fields.get("level", "")
    if action not in ACTIONS or level not in EVIDENCE:
        raise HTTPException(400, "A decision is accept, reject or revoke, about a level from E0 to E6.")
    said = {name: fields.get(field, "") for name, field in (("reviewId", "review"), ("reason", "reason"))}
    return {"level": level, "state": ACTIONS[action]} | said


def sign_in(back: str) -> Response:
    return RedirectResponse("/sign-in?" + urlencode({"next": back}), 303)


def routes(site: Site) -> list[Route]:
    post = Route("/moderation", bound(decide, site), methods=["POST"], middleware=[SECURED], max_body_size=LARGEST)
    return [route for page in PAGES for route in page.routes(site)] + [post]

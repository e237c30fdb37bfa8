"""API tokens with plain forms on one's own profile. A secret is in the answer to the form, and nowhere else."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.forms import Typed, sent
from web.page import FRAME, SAVED, bound, framed
from web.reviews import beside
from web.security import SECURED
from web.site import Site
from web.words import TOKEN_SCOPES

LARGEST = 16 * 1024  # bytes
DAYS = ("7", "30", "90", "365")
STATUS = {"NOT_SIGNED_IN": 401, "NO_SUCH_TOKEN": 404, "INVALID_INPUT": 422, "BAD_USER_INPUT": 422}


async def create(site: Site, request: Request) -> Response:
    """A page with the new secret, or with the form again and why there is none."""
    fields = await sent(site, request)
    typed = Typed(fields)
    asked = {
        "name": fields.get("name", ""),
        "scopes": [scope for scope in TOKEN_SCOPES if f"scope-{scope}" in fields],
        "days": int(typed.choice("days", DAYS, "90") or "90"),
    }
    [outcome] = (await site.data(request, SAVED["write-token"], {"input": asked})).values()
    made = outcome["__typename"] == "CreatedApiToken"
    status = 201 if made else STATUS.get(outcome["code"], 409)
    return await framed(
        site, request, "token.html", status=status, outcome=outcome, fields=fields, problems=beside(outcome)
    )


async def revoke(site: Site, request: Request) -> Response:
    """Back on the profile, where the token says that it is revoked."""
    await sent(site, request)
    asked = {"tokenId": request.path_params["id"]}
    [outcome] = (await site.data(request, SAVED["write-token-revocation"], asked)).values()
    if outcome["__typename"] != "ApiToken":
        raise HTTPException(STATUS.get(outcome["code"], 409), outcome["message"])
    viewer = (await site.data(request, FRAME, {}))["viewer"]
    return RedirectResponse(f"/reviewers/{quote(viewer['login'])}#tokens", 303)


def routes(site: Site) -> list[Route]:
    return [
        Route(path, bound(show, site), methods=["POST"], middleware=[SECURED], max_body_size=LARGEST)
        for path, show in (("/tokens", create), ("/tokens/{id}/revoke", revoke))
    ]

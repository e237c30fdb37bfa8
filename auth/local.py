"""Signing in under any name, for development: it exists on a loopback origin without GitHub alone."""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from auth import forms, pages, reviewers
from auth.origins import loopback_host, own
from auth.redirects import safe_next
from auth.site import Site
from db.enums import Issuer

_LOGIN = re.compile(r"[A-Za-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class LocalSignIn:
    """The route of a sign-in that asks for no proof."""

    site: Site

    async def finish(self, request: Request) -> Response:
        """Sign in as the form's `login`, as a moderator if `moderator` is ticked, and go to `next`.

        403 for a foreign page or a Host that is not this machine (DNS rebinding), 400 for a bad login.
        """
        if not (own(request, self.site.origin) and loopback_host(request)):
            return self.site.refuse()
        form = await forms.fields(request)
        login = form.get("login", "")
        if not _LOGIN.fullmatch(login):
            return pages.explained(400, "A login is 1 to 39 letters, digits and hyphens.")
        reviewer = await reviewers.admit(
            issuer=Issuer.LOCAL,
            subject=login,
            login=login,
            name=None,
            role=reviewers.role(moderator="moderator" in form),
            now=self.site.now(),
        )
        return await self.site.welcome(request, reviewer, safe_next(form.get("next")))

"""Signing in through GitHub: a state for one browser, spent once."""

import re
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from auth import pages, reviewers
from auth.github import Account, GitHub, GitHubError, account, authorization
from auth.redirects import safe_next
from auth.sessions import digest, secret
from auth.site import Site
from db.enums import Issuer
from db.tables import Reviewer, SignIn

LIFETIME = timedelta(minutes=10)
_CODE = re.compile(r"[!-~]{1,512}")


@dataclass(frozen=True, slots=True)
class GitHubSignIn:
    """The two routes of a sign-in. `moderators` are numeric GitHub ids, as text."""

    site: Site
    github: GitHub
    moderators: frozenset[str]

    async def start(self, request: Request) -> Response:
        """Send the browser to GitHub with a state that this browser alone can spend."""
        state, browser, verifier = secret(), secret(), secret()
        await self._remember(state, browser, verifier, safe_next(request.query_params.get("next")))
        response = pages.away(authorization(self.github, state=state, verifier=verifier, callback=self.site.callback))
        self.site.cookies.keep(response, self.site.cookies.sign_in, browser, LIFETIME)
        return response

    async def finish(self, request: Request) -> Response:
        """Take the browser back from GitHub: a session, or a page that says what went wrong."""
        begun = await self._spend(request)
        if request.query_params.get("error") == "access_denied":
            next_path = begun.next_path if begun else "/"
            return pages.retried(400, "You are not signed in: GitHub was told not to.", next_path)
        if begun is None:
            return pages.retried(400, "This sign-in is too old, or belongs to another tab.", "/")
        response = await self._conclude(request, begun)
        self.site.cookies.drop(response, self.site.cookies.sign_in)
        return response

    async def _remember(self, state: str, browser: str, verifier: str, next_path: str) -> None:
        now = self.site.now()
        await SignIn.filter(expires_at__lte=now).delete()  # the abandoned ones
        await SignIn.create(
            digest=digest(state),
            browser_digest=digest(browser),
            verifier=verifier,
            next_path=next_path,
            expires_at=now + LIFETIME,
        )

    async def _spend(self, request: Request) -> SignIn | None:
        """The sign-in of this state and browser, if it lives and nobody else has spent it."""
        state = request.query_params.get("state", "")
        browser = request.cookies.get(self.site.cookies.sign_in, "")
        live = SignIn.filter(digest=digest(state), browser_digest=digest(browser), expires_at__gt=self.site.now())
        begun = await live.get_or_none()
        return begun if await live.delete() == 1 else None

    async def _conclude(self, request: Request, begun: SignIn) -> Response:
        code = request.query_params.get("code", "")
        if not _CODE.fullmatch(code):
            return pages.retried(502, "GitHub refused this sign-in. Nothing was changed.", begun.next_path)
        try:
            known = await account(self.github, code=code, verifier=begun.verifier, callback=self.site.callback)
        except GitHubError as error:
            return pages.retried(error.status, error.sentence, begun.next_path)
        return await self.site.welcome(request, await self._admit(known), begun.next_path)

    async def _admit(self, known: Account) -> Reviewer:
        subject = str(known.id)
        return await reviewers.admit(
            issuer=Issuer.GITHUB,
            subject=subject,
            login=known.login,
            name=known.name,
            role=reviewers.role(moderator=subject in self.moderators),
            now=self.site.now(),
        )

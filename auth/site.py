"""Where this instance is reached, what time it is, and the way in and out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from auth import pages, sessions
from auth.cookies import Cookies
from auth.origins import own
from db.tables import Reviewer


@dataclass(frozen=True, slots=True)
class Site:
    """An instance at `origin` (`https://host`, no trailing slash) whose clock is `now`."""

    origin: str
    now: Callable[[], datetime]

    @property
    def cookies(self) -> Cookies:
        """The cookies of this origin."""
        return Cookies(secure=self.origin.startswith("https://"))

    @property
    def callback(self) -> str:
        """The one address to which GitHub may send a browser back."""
        return self.origin + "/auth/github/callback"

    async def welcome(self, request: Request, reviewer: Reviewer, next_path: str) -> Response:
        """Give the browser a new session in place of any it had, and send it to `next_path`."""
        await sessions.close(self.cookies.session_id(request.cookies))
        session_id = await sessions.open(reviewer.id, self.now())
        response = pages.away(next_path)
        self.cookies.keep(response, self.cookies.session, session_id, sessions.LIFETIME)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the browser's session; 403 when the request comes from a foreign page."""
        if not own(request, self.origin):
            return self.refuse()
        await sessions.close(self.cookies.session_id(request.cookies))
        response = pages.away("/")
        self.cookies.drop(response, self.cookies.session)
        return response

    def refuse(self) -> Response:
        """The answer to a foreign page."""
        return pages.explained(403, f"This works from {self.origin} only.")

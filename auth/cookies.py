"""What the browser keeps for us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes of the two cookies; `secure` says that the origin is https.

    Browsers and curl never send a Secure cookie back over plain http, so a loopback instance does without it,
    and with it without the `__Host-` prefix, which demands it.
    """

    secure: bool

    @property
    def session(self) -> str:
        """The name of the cookie that holds the session id."""
        return self._named("session")

    @property
    def sign_in(self) -> str:
        """The name of the cookie that binds a sign-in under way to one browser."""
        return self._named("sign-in")

    def session_id(self, jar: Mapping[str, str]) -> str | None:
        """The session id among a request's cookies."""
        return jar.get(self.session)

    def keep(self, response: Response, name: str, value: str, lifetime: timedelta) -> None:
        """Have the browser keep `value` for `lifetime`, out of reach of scripts and of foreign forms."""
        response.set_cookie(
            name, value, int(lifetime.total_seconds()), secure=self.secure, httponly=True, samesite="lax"
        )

    def drop(self, response: Response, name: str) -> None:
        """Have the browser forget the cookie."""
        response.delete_cookie(name, secure=self.secure, httponly=True, samesite="lax")

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name

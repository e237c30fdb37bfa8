"""Which sign-in routes an instance has."""

from collections.abc import Callable
from datetime import datetime

from starlette.routing import Route

from auth.forms import LARGEST
from auth.github import GitHub
from auth.local import LocalSignIn
from auth.origins import loopback
from auth.sign_in import GitHubSignIn
from auth.site import Site


def routes(
    origin: str, github: GitHub | None, moderators: frozenset[str], now: Callable[[], datetime], *, local: bool = False
) -> list[Route]:
    """The routes for an instance at `origin` (`https://host`), where `moderators` are numeric GitHub ids.

    With `local`, which says that the server listens on this machine alone, a loopback origin without GitHub has
    the development sign-in. Without either there is no way to sign in.
    """
    site = Site(origin, now)
    sign_out = Route("/auth/logout", site.sign_out, methods=["POST"], max_body_size=LARGEST)
    if github is not None:
        return [*through_github(GitHubSignIn(site, github, moderators)), sign_out]
    return [*through_form(site), sign_out] if local and loopback(origin) else [sign_out]


def through_github(sign_in: GitHubSignIn) -> list[Route]:
    """The start and the callback."""
    return [
        Route("/auth/github", sign_in.start, methods=["GET"]),
        Route("/auth/github/callback", sign_in.finish, methods=["GET"]),
    ]


def through_form(site: Site) -> list[Route]:
    """The development sign-in."""
    return [Route("/auth/local", LocalSignIn(site).finish, methods=["POST"], max_body_size=LARGEST)]

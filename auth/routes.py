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


def routes(origin: str, github: GitHub | None, moderators: frozenset[str], now: Callable[[], datetime]) -> list[Route]:
    """The routes for an instance at `origin` (`https://host`), where `moderators` are numeric GitHub ids.

    Without GitHub there is the development sign-in on a loopback origin, and no way to sign in on any other.
    """
    site = Site(origin, now)
    sign_out = Route("/auth/logout", site.sign_out, methods=["POST"], max_body_size=LARGEST)
    if github is not None:
        return [*through_github(GitHubSignIn(site, github, moderators)), sign_out]
    return [*through_form(site), sign_out] if loopback(origin) else [sign_out]


def through_github(sign_in: GitHubSignIn) -> list[Route]:
    """The start and the callback."""
    return [
        Route("/auth/github", sign_in.start, methods=["GET"]),
        Route("/auth/github/callback", sign_in.finish, methods=["GET"]),
    ]


def through_form(site: Site) -> list[Route]:
    """The development sign-in."""
    return [Route("/auth/local", LocalSignIn(site).finish, methods=["POST"], max_body_size=LARGEST)]

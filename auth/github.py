"""GitHub as the one who vouches: where to send a browser, and whose account came back."""

import asyncio
import logging
import re
from dataclasses import dataclass, field
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # ships no types
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]  # the same
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]  # the same
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # the same

PATIENCE = 10.0  # seconds for everything asked of GitHub during one sign-in

_LOG = logging.getLogger(__name__)
_HEADERS = {"Accept": "application/json", "User-Agent": "BestClawModels"}  # GitHub refuses the nameless
_LOGIN = re.compile(r"[A-Za-z0-9_-]{1,64}")  # 39 today; managed accounts carry `_company`
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_LONGEST_NAME = 200
# What hostile JSON sets off on its way through the parser and Authlib, which trusts the types it gets.
_NONSENSE = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    AuthlibBaseError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class GitHubError(Exception):
    """GitHub did not vouch for anybody: a sentence for people and the HTTP status of the page that says it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class GitHub:
    """An OAuth application registered at GitHub. The empty scope reads public profiles: all that is needed."""

    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str = "https://github.com/login/oauth/authorize"
    token_url: str = "https://github.com/login/oauth/access_token"  # noqa: S105  # an address
    user_url: str = "https://api.github.com/user"
    scope: str = ""
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Account:
    """A GitHub account: the id lasts, the login may be renamed, the name is free text or absent."""

    id: int
    login: str
    name: str | None


def authorization(github: GitHub, *, state: str, verifier: str, callback: str) -> str:
    """The address at GitHub where a person agrees to sign in; the PKCE verifier goes as its S256 challenge."""
    url: str = prepare_grant_uri(
        github.authorize_url,
        client_id=github.client_id,
        response_type="code",
        redirect_uri=callback,
        scope=github.scope,
        state=state,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return url


async def account(github: GitHub, *, code: str, verifier: str, callback: str) -> Account:
    """The account behind a code. The token that reads it is forgotten on return.

    Raises GitHubError: 504 when GitHub is slower than `patience`, 502 for any other useless answer.
    """
    try:
        async with asyncio.timeout(github.patience):
            return checked(await profile(github, code, verifier, callback))
    except (TimeoutError, httpx2.TimeoutException):
        _LOG.warning("GitHub took longer than %s s during a sign-in.", github.patience)
        raise GitHubError(504, "GitHub took too long to answer. Nothing was changed.") from None
    except _NONSENSE as error:
        # The type alone: the text of these errors may hold the code or the token.
        _LOG.warning("GitHub gave no usable answer during a sign-in: %s.", type(error).__name__)
        raise GitHubError(502, "GitHub gave no usable answer. Nothing was changed.") from None


async def profile(github: GitHub, code: str, verifier: str, callback: str) -> Any:
    """Exchange the code for a token and read with it the signed-in user, as GitHub's JSON."""
    async with AsyncOAuth2Client(
        github.client_id,
        github.client_secret,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106  # the one that GitHub documents
        timeout=github.patience,
        headers=_HEADERS,
    ) as client:
        await client.fetch_token(
            github.token_url,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            redirect_uri=callback,
        )
        answer = await client.get(github.user_url)
        answer.raise_for_status()
        return answer.json()


def checked(user: Any) -> Account:
    """The account in GitHub's JSON; raises ValueError, TypeError or LookupError when it is none."""
    number, login, name = user["id"], user["login"], user.get("name")
    if type(number) is not int or not 0 < number < 2**63:  # True is an int too
        raise ValueError("the id is not a positive 64-bit integer")
    if not _LOGIN.fullmatch(login):
        raise ValueError("the login is not a GitHub login")
    return Account(number, login, printed(name) if isinstance(name, str) else None)


def printed(name: str) -> str | None:
    """A display name without what no database stores and no page shows; None when nothing is left."""
    return _UNPRINTED.sub(" ", name).strip()[:_LONGEST_NAME] or None

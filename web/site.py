"""What the pages need of the application, which hands it over: web/ itself knows no other layer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.saved import Operation

STATUS = {"BAD_USER_INPUT": 400, "QUERY_TOO_COMPLEX": 400, "RATE_LIMITED": 429}


@dataclass(frozen=True)
class Answer:
    """What the schema answers to one operation; errors as GraphQL formats them."""

    data: Mapping[str, Any] | None
    errors: list[Mapping[str, Any]]


@dataclass(frozen=True)
class SignIn:
    """Which ways of signing in this instance offers."""

    github: bool
    local: bool


@dataclass(frozen=True)
class Site:
    """`ask` runs an operation as the request's own viewer; `own` tells whether one of our pages sent a form.

    `inside` turns an address to return to into a path of this site; `origin` is where people find it. `limits` are
    those of the API, by name, as the code that keeps them has them.
    """

    ask: Callable[[Request, str, Mapping[str, Any]], Awaitable[Answer]]
    own: Callable[[Request], bool]
    inside: Callable[[str | None], str]
    sign_in: SignIn
    origin: str
    limits: Mapping[str, int]
    now: Callable[[], datetime]

    async def data(self, request: Request, operation: Operation, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The data of a saved operation.

        Raises HTTPException: 400 for variables that the schema refuses, 429, 500 with the id of the request.
        """
        answer = await self.ask(request, operation.document, variables)
        for error in answer.errors:
            extensions = error.get("extensions", {})
            status = STATUS.get(extensions.get("code", ""), 500)
            told = (
                f"The number of this failure is {extensions.get('requestId')}." if status == 500 else error["message"]
            )
            raise HTTPException(status, told)
        return dict(answer.data or {})

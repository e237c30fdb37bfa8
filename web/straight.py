"""The short way in: what is asked most often passes none of the layers that all the rest needs."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Straight:
    """ASGI middleware that hands over what is sent to one path to the application `to`, which does without layers."""

    def __init__(self, app: ASGIApp, to: ASGIApp, path: str) -> None:
        self.app, self.to, self.path = app, to, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        straight = scope["type"] != "lifespan" and scope["path"] == self.path
        await (self.to if straight else self.app)(scope, receive, send)

"""`python -m bench.speed.static PORT FILE`: a file's bytes from memory, served as our server serves, with no work."""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def application(body: bytes) -> Starlette:
    """Answers every POST of /graphql with the same bytes."""

    async def answer(request: Request) -> Response:
        await request.body()
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


if __name__ == "__main__":
    uvicorn.run(application(Path(sys.argv[2]).read_bytes()), port=int(sys.argv[1]), log_level="warning")

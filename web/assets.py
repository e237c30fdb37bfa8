"""Static files under an address that changes with their content, so that browsers may keep them for good."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIRECTORY = Path(__file__).parent / "static"


def fingerprint(directory: Path) -> str:
    """Twelve hex digits over the names and bytes of all files in `directory`."""
    digest = hashlib.sha256()
    for path in sorted(directory.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


VERSION = fingerprint(DIRECTORY)
ADDRESS = f"/static/{VERSION}"


class Assets(StaticFiles):
    """The files of `static/`, for a route with a `{version}`. An outdated version gets today's file, unkept."""

    def __init__(self) -> None:
        super().__init__(directory=DIRECTORY)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        current = scope["path_params"].get("version") == VERSION
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
        return response

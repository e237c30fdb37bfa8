"""Pictures of pages for those who share them: one drawn at a time, off the event loop, the last ones remembered."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import blake2b

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.cards import Card
from web.drawing import png

KEPT = 128  # pictures of some 30 KB
WAITING = 16  # more would be drawn for nobody who still waits
FRESH = "public, max-age=60"  # as long as the API keeps an answer
drawn = lru_cache(KEPT)(png)
artist = ThreadPoolExecutor(1, "pictures")  # one: drawing never takes more than one processor from the pages
queue: set[asyncio.Future[bytes]] = set()


async def picture(request: Request, card: Card, demo: bool) -> Response:
    """The card as PNG, or 304 to whoever has it; raises HTTPException 503 when too many wait for theirs."""
    if len(queue) >= WAITING:
        raise HTTPException(503, "Too many pictures are being drawn.", {"Retry-After": "2"})
    drawing = asyncio.get_running_loop().run_in_executor(artist, drawn, card, demo)
    queue.add(drawing)
    drawing.add_done_callback(queue.discard)
    image = await drawing
    etag = f'"{blake2b(image, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": FRESH}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(image, media_type="image/png", headers=headers)

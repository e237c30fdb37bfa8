"""The fields of a small HTML form."""

from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

LARGEST = 8 * 1024  # bytes of a body, for the routes that read one
_FIELDS = 20


async def fields(request: Request) -> dict[str, str]:
    """The first value of every field of a urlencoded body.

    Raises HTTPException: 415 for any other content type, 400 for a body that does not decode.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Send application/x-www-form-urlencoded.")
    try:
        body = (await request.body()).decode("ascii")
        values = parse_qs(body, errors="strict", max_num_fields=_FIELDS)
    except ValueError:
        raise HTTPException(400, "This form cannot be read.") from None
    return {name: first for name, (first, *_) in values.items()}

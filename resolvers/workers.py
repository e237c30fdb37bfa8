"""Workers: where the arithmetic over whole statistics is done, so that nobody else waits for it."""

import asyncio
import ctypes
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
_ONE = ThreadPoolExecutor(1, "arithmetic")
_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None
_give_back = getattr(_LIBRARY, "malloc_trim", None)  # GNU's C library alone has it, and alone needs it


async def worked(out: Callable[_Given, _Found], *given: _Given.args, **named: _Given.kwargs) -> _Found:
    """What a function works out: one at a time, for each takes tens of megabytes and gives them back afterwards."""
    try:
        return await asyncio.wrap_future(_ONE.submit(out, *given, **named))
    finally:
        _ONE.submit(_trimmed)


def _trimmed() -> None:
    """Give freed memory back to the system: the C library would keep as much as was ever in use at once."""
    if _give_back is not None:
        _give_back(0)

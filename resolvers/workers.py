"""Workers: where the arithmetic over whole statistics is done, so that nobody else waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
_ONE = ThreadPoolExecutor(1, "arithmetic")  # the C library keeps freed memory by thread: one's is what the next needs


async def worked(out: Callable[_Given, _Found], *given: _Given.args, **named: _Given.kwargs) -> _Found:
    """What a function works out, one at a time; arithmetic that is large shares its cores badly and its memory well."""
    return await asyncio.wrap_future(_ONE.submit(out, *given, **named))

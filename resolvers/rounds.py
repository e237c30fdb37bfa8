"""Rounds: work that is done again and again beside everything else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

_LOG = logging.getLogger("bestclawmodels")


async def repeated(work: Callable[[], Awaitable[object]], pause: float, failed: str) -> None:
    """Work and pause, in seconds, until cancelled; what is raised is logged as `failed`, and the next round comes."""
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001  # whatever it is, the next round must come
            _LOG.exception(failed)
        await asyncio.sleep(pause)

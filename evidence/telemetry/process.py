"""An upload read in another process, off the event loop, with a bound on time and on how many run at once."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from evidence.telemetry.candidates import Candidate
from evidence.telemetry.refusals import Reason, Refusal

_ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-m", "evidence.telemetry.worker")
_QUIET = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}  # and no secret of ours


@dataclass(frozen=True, slots=True)
class Readers:
    """Reads uploads, at most two at once; each in `seconds` or not at all."""

    seconds: float = 30.0
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def read(self, data: bytes, candidates: Sequence[Candidate]) -> bytes | Refusal:
        """The canonical summary of an upload for the candidate that it fits, or why there is none."""
        told = orjson.dumps([asdict(each) for each in candidates]) + b"\n"
        async with self.turns:
            answer = await self._answered(told + data)
        if answer is None:
            return Refusal(Reason.UNREADABLE, "It could not be read in time.")
        said = orjson.loads(answer)
        return said["summary"].encode() if "summary" in said else Refusal(Reason(said["reason"]), said["words"])

    async def _answered(self, sent: bytes) -> bytes | None:
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            cwd=_ROOT,
            env=_QUIET,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(self.seconds):
                answer, _ = await process.communicate(sent)
        except TimeoutError:
            return None
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return answer if process.returncode == 0 else None

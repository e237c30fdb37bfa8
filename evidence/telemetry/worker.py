"""Reads one upload in a process of its own, which ends with it: `python -m evidence.telemetry.worker`.

Standard input holds the candidates as one line of JSON, then the upload; standard output gets the canonical summary or
why there is none. Nothing else is written anywhere, so that what an upload quotes dies with the process.
"""

import resource
import sys
from typing import Any

import orjson

from evidence.telemetry import canonical
from evidence.telemetry.candidates import Candidate, matched
from evidence.telemetry.reading import read
from evidence.telemetry.refusals import Refusal

_SECONDS = 30  # of processor time


def main() -> None:
    """Read, answer, end. Whatever goes wrong says nothing but that it did."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the upload
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    told = sys.stdin.buffer.readline()
    try:
        answer = _answer(told, sys.stdin.buffer.read())
    except Exception:  # noqa: BLE001  # its message may quote the upload
        sys.exit(1)
    sys.stdout.buffer.write(orjson.dumps(answer))


def _answer(told: bytes, data: bytes) -> dict[str, Any]:
    candidates = [Candidate(each["review"], each["model"], tuple(each["names"])) for each in orjson.loads(told)]
    reading = read(data)
    found = reading if isinstance(reading, Refusal) else matched(reading, candidates)
    if isinstance(found, Refusal):
        return {"reason": found.reason.value, "words": found.words}
    return {"summary": canonical.to_json(found).decode()}


if __name__ == "__main__":
    main()

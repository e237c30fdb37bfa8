"""python -m tests.browser.nowhere FILE: look at the offered proofs in a SQLite file from where no host has a name.

The instance under test would ask the real network, once a minute; this decides at once, and the same everywhere.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from db.connect import Database
from db.enums import ProofState
from db.tables import Proof
from evidence.outbound import Network
from resolvers import lookups
from resolvers.lookups import Outside


async def unknown(host: str, _port: int) -> Sequence[str]:
    raise OSError(f"no such host: {host}")


async def main(path: str) -> None:
    async with Database(f"sqlite:///{path}").opened():
        for proof in await Proof.filter(state=ProofState.PENDING):
            now = datetime.now(UTC)
            await lookups.decide(proof, await lookups.look(proof, now, Outside(Network(resolve=unknown))), now)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

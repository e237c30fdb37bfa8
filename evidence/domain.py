"""Control of a domain (E3): a file at a well-known address holds the challenge that we gave its operator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from evidence.addresses import plain_host
from evidence.outbound import PASSING, Answer, Failure, Network
from evidence.outcomes import Failed, Fault, Outcome, Pending, Proven, pending

PATH = "/.well-known/agent-evidence.txt"
_FAULTS = {
    Failure.HOST: Fault.NAME,
    Failure.ADDRESS: Fault.ADDRESS,
    Failure.UNKNOWN_HOST: Fault.MISSING,
    Failure.CERTIFICATE: Fault.CERTIFICATE,
    Failure.SIZE: Fault.SIZE,
}
_TROUBLED = frozenset({408, 425, 429})  # and all from 500 up: another time it may be there
_DELAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """What is proven: whoever runs this host put our challenge there."""

    host: str


async def proven(host: str, challenge: str, network: Network, now: datetime) -> Outcome[DomainFacts]:
    """Whether the host's file holds the challenge as a word of its own; it raises nothing."""
    if not plain_host(host) or len(challenge) < 16:
        return Failed(Fault.NAME)
    answer = await network.get(host, PATH)
    if isinstance(answer, Failure):
        return pending(now) if answer in PASSING else Failed(_FAULTS[answer])
    return _judged(answer, host, challenge, now)


def _judged(answer: Answer, host: str, challenge: str, now: datetime) -> Proven[DomainFacts] | Failed | Pending:
    if answer.status >= 500 or answer.status in _TROUBLED:
        return pending(now, _DELAY)
    if 300 <= answer.status < 400:
        return Failed(Fault.MOVED)
    words = answer.body.decode("utf-8", "replace").split()
    held = answer.status == 200 and challenge in words
    return Proven(DomainFacts(host)) if held else Failed(Fault.CHALLENGE)

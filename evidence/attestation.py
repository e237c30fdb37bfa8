"""A CI system's word that one of its runs sent exactly this summary: OpenID Connect, as PyPI's trusted publishing.

Pure but for one named look-up, the issuer's public keys. Never looked at: `sub`, whose format changes; names, which
can be taken over; and any key or address that the token itself brings.
"""

from datetime import datetime

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from evidence import claims
from evidence.claims import Expected, Run
from evidence.envelope import Envelope, opened
from evidence.issuers import Issuers, TokenIssuer
from evidence.keys import Keys
from evidence.reasons import Reason, Refused


async def attested(token: str, expected: Expected, issuers: Issuers, keys: Keys, now: datetime) -> Run | Reason:
    """The run that a token proves, or the first check that it fails."""
    try:
        envelope = opened(token)
        issuer = _issuer(envelope, issuers)
        verify(envelope, await keys.key(issuer.jwks_url, envelope.key_id))
        claims.check_audience(envelope.claims, expected)
        claims.check_times(envelope.claims, now)
        return claims.run(envelope.claims, issuer, expected)
    except Refused as refused:
        return refused.reason


def verify(envelope: Envelope, key: RSAKey) -> None:
    """The key signed these very bytes with RS256; raises Refused."""
    try:
        jws.deserialize_compact(envelope.token, key, algorithms=["RS256"])
    except (JoseError, ValueError):
        raise Refused(Reason.SIGNATURE) from None


def _issuer(envelope: Envelope, issuers: Issuers) -> TokenIssuer:
    issuer = issuers.get(envelope.issuer)
    if issuer is None:
        raise Refused(Reason.UNKNOWN_ISSUER)
    if not issuer.on:
        raise Refused(Reason.ISSUER_OFF)
    return issuer

"""The public keys of token issuers: fetched seldom, kept when a fetch fails, never replaced by nothing."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from evidence.outbound import Failure, Limits, bounded, client
from evidence.reasons import Reason, Refused

PAUSE = 60.0  # seconds between two fetches from one issuer, whatever is asked for
FRESH = 3_600.0  # seconds after which keys are fetched again, so that a withdrawn one goes
_SHORTEST = 342  # letters of base64url: a modulus of 2,048 bits
_LOG = logging.getLogger("bestclawmodels")


@dataclass(slots=True)
class KeySet:
    """What one issuer publishes: its RSA keys by name, when they were read and when that was last tried."""

    keys: dict[str, RSAKey] = field(default_factory=dict)
    read_at: float = float("-inf")
    tried_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Keys:
    """The keys of all issuers, by the address of their JWKS. `folder` keeps a copy for the next start."""

    folder: Path | None = None
    limits: Limits = field(default_factory=Limits)
    ticks: Callable[[], float] = time.monotonic
    sets: dict[str, KeySet] = field(default_factory=dict)

    async def key(self, url: str, key_id: str) -> RSAKey:
        """The key of this name; raises Refused. Asks the issuer at most once a minute."""
        known = self.sets.setdefault(url, KeySet())
        async with known.lock:
            if self._due(known, key_id):
                await self._refresh(url, known)
        if not known.keys:
            raise Refused(Reason.KEYS_UNAVAILABLE)
        if key_id not in known.keys:
            raise Refused(Reason.UNKNOWN_KEY)
        return known.keys[key_id]

    def _due(self, known: KeySet, key_id: str) -> bool:
        now = self.ticks()
        wanted = key_id not in known.keys or now - known.read_at >= FRESH
        return wanted and now - known.tried_at >= PAUSE

    async def _refresh(self, url: str, known: KeySet) -> None:
        known.tried_at = self.ticks()
        found = published(body := await _fetched(url, self.limits))
        if found:
            known.keys, known.read_at = found, known.tried_at
            await asyncio.to_thread(self._keep, url, body)
        elif not known.keys:
            known.keys = published(await asyncio.to_thread(self._kept, url))

    def _keep(self, url: str, body: bytes) -> None:
        if path := self._path(url):
            draft = path.with_suffix(".draft")
            try:
                draft.write_bytes(body)
                draft.replace(path)
            except OSError:
                _LOG.warning("no copy of the keys of %s was kept", url)

    def _kept(self, url: str) -> bytes:
        path = self._path(url)
        try:
            return path.read_bytes() if path else b""
        except OSError:
            return b""

    def _path(self, url: str) -> Path | None:
        name = hashlib.sha256(url.encode()).hexdigest()[:16]
        return self.folder and self.folder / f"jwks-{name}.json"


async def _fetched(url: str, limits: Limits) -> bytes:
    """The JWKS as published, or nothing when the issuer does not answer well."""
    async with client(limits) as http:
        answer = await bounded(http, httpx2.Request("GET", url), limits)
    if isinstance(answer, Failure) or answer.status != 200:
        _LOG.warning("the keys at %s could not be read: %r", url, answer)
        return b""
    return answer.body


def published(body: bytes) -> dict[str, RSAKey]:
    """The usable keys of a JWKS (RFC 7517): named RSA keys for RS256 signatures; none when it is no JWKS."""
    try:
        rows = json.loads(body)["keys"]
        named = {row["kid"]: row for row in rows if _usable(row)}
    except (ValueError, TypeError, LookupError, RecursionError):
        return {}
    return {name: key for name, row in named.items() if (key := _imported(row))}


def _usable(row: Any) -> bool:
    if not isinstance(row, dict):
        return False
    fits = row.get("kty") == "RSA" and row.get("use", "sig") == "sig" and row.get("alg", "RS256") == "RS256"
    return fits and isinstance(row.get("kid"), str) and len(row.get("n", "")) >= _SHORTEST


def _imported(row: dict[str, Any]) -> RSAKey | None:
    """The public half of a key."""
    try:
        return RSAKey.import_key({name: row[name] for name in ("kty", "n", "e")})
    except (JoseError, ValueError, TypeError, LookupError):
        return None

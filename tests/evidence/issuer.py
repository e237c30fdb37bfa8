"""A real OpenID Connect issuer for tests: it publishes keys over HTTP, rotates them and signs what it is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import uuid4

from joserfc import jws
from joserfc.jwk import RSAKey

from evidence.issuers import TokenIssuer
from tests.evidence.servers import Reply, Server, serving

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PLACE = "http://127.0.0.1:8000/evidence"
SUMMARY = '{"calls":4210,"toolCalling":0.97}'
ACTOR = 583_231


@cache
def rsa(name: str, bits: int = 2048) -> RSAKey:
    """A key of this name; the same one every time, since making one is slow."""
    return RSAKey.generate_key(bits, {"kid": name, "use": "sig", "alg": "RS256"})


def audience(summary: str = SUMMARY, place: str = PLACE) -> str:
    return f"{place}#sha256={sha256(summary.encode()).hexdigest()}"


@dataclass
class Issuer:
    """An issuer at `url`; `keys` are the names of the keys that it publishes."""

    server: Server
    keys: list[str] = field(default_factory=lambda: ["first"])
    body: bytes | None = None
    status: int = 200

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def row(self) -> TokenIssuer:
        return TokenIssuer("local", self.url, f"{self.url}/jwks", "GITHUB")

    def jwks(self, _path: str) -> Reply:
        published = {"keys": [rsa(name).as_dict(private=False) for name in self.keys]}
        return Reply(self.status, json.dumps(published).encode() if self.body is None else self.body)

    def claims(self, now: datetime = NOW, **changes: Any) -> dict[str, Any]:
        """The claims of a good run, as GitHub writes them; a change of None leaves the claim out."""
        issued = int(now.timestamp())
        plain: dict[str, Any] = {
            "iss": self.url,
            "aud": audience(),
            "sub": "repo:octo/agent:ref:refs/heads/main",
            "jti": str(uuid4()),
            "iat": issued,
            "nbf": issued,
            "exp": issued + 300,
            "repository": "octo/agent",
            "repository_id": "1296269",
            "repository_owner": "octo",
            "repository_owner_id": "42",
            "repository_visibility": "private",
            "run_id": "17",
            "run_attempt": "1",
            "actor": "octocat",
            "actor_id": str(ACTOR),
            "event_name": "push",
            "ref": "refs/heads/main",
            "ref_protected": "true",
            "ref_type": "branch",
            "workflow_ref": "octo/agent/.github/workflows/evidence.yml@refs/heads/main",
            "runner_environment": "github-hosted",
        }
        return {name: value for name, value in (plain | changes).items() if value is not None}

    def token(self, key: str = "first", header: dict[str, Any] | None = None, **changes: Any) -> str:
        """A token that the issuer has signed."""
        return self.signed(json.dumps(self.claims(**changes)), key, header)

    def signed(self, payload: str, key: str = "first", header: dict[str, Any] | None = None) -> str:
        protected = {"alg": "RS256", "typ": "JWT", "kid": key} | (header or {})
        return jws.serialize_compact(protected, payload, rsa(key), algorithms=["RS256"])


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer that runs until the block ends."""
    with serving(lambda _: Reply(404)) as server:
        issuer = Issuer(server)
        server.answer = issuer.jwks
        yield issuer

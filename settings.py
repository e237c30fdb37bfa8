"""Settings: everything that differs between instances, and which of it is safe."""

import re
import secrets
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from auth.github import GitHub
from auth.origins import loopback
from db.connect import Database, UnknownDatabaseError
from evidence.issuers import KNOWN

_ORIGIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_PORT = re.compile(r"[0-9]{1,5}")
_MEGABYTES = re.compile(r"[0-9]{1,5}")
_SHORTEST_SECRET = 32  # characters
_KEY_SIZE = 32  # bytes of an Ed25519 private key
_GITHUB = [each.name for each in fields(GitHub) if each.type is str]


class UnsafeSettings(ValueError):  # noqa: N818  # it names what is wrong
    """The environment holds no safe set of settings; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between instances."""

    database: Database
    host: str = "127.0.0.1"
    port: int = 8000
    origin: str = "http://127.0.0.1:8000"
    secret: bytes = field(default=b"", repr=False)
    receipt_key: bytes = field(default_factory=lambda: secrets.token_bytes(_KEY_SIZE), repr=False)
    github: GitHub | None = None
    moderators: frozenset[str] = frozenset()
    issuers_off: frozenset[str] = frozenset()
    folder: Path | None = None
    keep: int = 64 * 2**20  # bytes of answers and of parts of answers that are kept in memory

    @property
    def local(self) -> bool:
        """Whether nobody but this machine's users can reach the server, so that it may trust their word."""
        return self.github is None and loopback(self.origin) and loopback(f"http://{_address(self.host)}")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment, or UnsafeSettings. On loopback it may make the secret's file."""
    host, port = environment.get("HOST", "127.0.0.1"), _port(environment.get("PORT", "8000"))
    data = Path(environment.get("DATA_DIR", "data"))
    origin = _origin(environment.get("ORIGIN", f"http://{_address(host)}:{port}").rstrip("/"))
    return Settings(
        host=host,
        port=port,
        origin=origin,
        database=_database(environment.get("DATABASE_URL", f"sqlite:///{data / 'bestclawmodels.db'}")),
        github=_github(environment),
        moderators=_moderators(environment.get("MODERATORS", "")),
        issuers_off=_names(environment.get("ISSUERS_OFF", "")),
        folder=data,
        keep=_megabytes("KEEP_MB", environment.get("KEEP_MB", "64")),
        secret=_secret(environment.get("SECRET", ""), origin, data / "secret"),
        receipt_key=_receipt_key(environment.get("RECEIPT_KEY", ""), origin, data / "receipt-key"),
    )


def _address(host: str) -> str:
    """The host as an address spells it."""
    return f"[{host}]" if ":" in host else host


def _port(given: str) -> int:
    if not _PORT.fullmatch(given) or not 0 < int(given) < 2**16:
        raise UnsafeSettings(f"PORT is {given[:20]!r}; it must be a number from 1 to 65535.")
    return int(given)


def _megabytes(name: str, given: str) -> int:
    if not _MEGABYTES.fullmatch(given):
        raise UnsafeSettings(f"{name} is {given[:20]!r}; it must be a number of megabytes, 0 to 99999.")
    return int(given) * 2**20


def _origin(given: str) -> str:
    if not _ORIGIN.fullmatch(given):
        raise UnsafeSettings(f"ORIGIN is {given!r}; it must look like https://example.org.")
    if given.lower().startswith("http:") and not loopback(given):
        raise UnsafeSettings(f"ORIGIN is {given!r}; only a loopback address may do without https.")
    return given


def _database(url: str) -> Database:
    try:
        return Database(url)
    except UnknownDatabaseError as error:
        raise UnsafeSettings(str(error)) from None


def _secret(given: str, origin: str, path: Path) -> bytes:
    """The key that signs cursors: from the environment, or on a loopback instance from a file of its own."""
    if not given and loopback(origin):
        given = _kept(path)
    if len(given) < _SHORTEST_SECRET:
        wrong = "too short" if given else "missing"
        raise UnsafeSettings(f"SECRET is {wrong}; set it to at least {_SHORTEST_SECRET} random characters.")
    return given.encode()[:64]  # the longest key that blake2b takes


def _receipt_key(given: str, origin: str, path: Path) -> bytes:
    """The Ed25519 key that signs receipts, as 32 bytes in base64url; kept where the secret is."""
    given = _kept(path) if not given and loopback(origin) else given
    try:
        key = urlsafe_b64decode(given.encode() + b"=" * (-len(given) % 4))
    except (NotBase64, ValueError):
        key = b""
    if len(key) != _KEY_SIZE:
        wrong = "no such key" if given else "missing"
        raise UnsafeSettings(f"RECEIPT_KEY is {wrong}; set it to {_KEY_SIZE} random bytes in base64url.")
    return key


def _kept(path: Path) -> str:
    """32 random bytes, in a file that only its owner reads; made whole or not at all, whoever starts first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), encoding="ascii")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first; its file counts
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")


def _github(environment: Mapping[str, str]) -> GitHub | None:
    known = {name: value for name in _GITHUB if (value := environment.get(f"GITHUB_{name.upper()}"))}
    if not known:
        return None
    if not {"client_id", "client_secret"} <= known.keys():
        raise UnsafeSettings("Sign-in needs both GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET.")
    return GitHub(**known)  # type: ignore[arg-type]  # only the fields that hold text are read


def _moderators(given: str) -> frozenset[str]:
    ids = [part.strip() for part in given.split(",") if part.strip()]
    if not all(part.isascii() and part.isdecimal() for part in ids):
        raise UnsafeSettings("MODERATORS holds numeric GitHub account ids, separated by commas.")
    return frozenset(ids)


def _names(given: str) -> frozenset[str]:
    names = frozenset(part.strip() for part in given.split(",") if part.strip())
    if unknown := names - {issuer.name for issuer in KNOWN}:
        raise UnsafeSettings(f"ISSUERS_OFF names {min(unknown)[:40]!r}; known are {', '.join(i.name for i in KNOWN)}.")
    return names

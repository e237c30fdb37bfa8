"""Domains: a public host shows the challenge over TLS, and nothing can be made to ask anybody else."""

import asyncio
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from evidence import domain
from evidence.addresses import plain_host, public
from evidence.domain import DomainFacts
from evidence.outbound import Failure, Limits, Network
from evidence.outcomes import Failed, Fault, Pending, Proven
from tests.evidence.issuer import NOW
from tests.evidence.servers import Reply, Server, serving

pytestmark = pytest.mark.anyio
HOST, CHALLENGE = "agent.example.org", "agent-evidence-4k9w2m7q"
GOOD = Reply(200, f"hello\n{CHALLENGE}\n".encode())
LATER = Pending(NOW + timedelta(minutes=10))


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for `host`, and a client's that trusts its authority."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    begin, end = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)
    plain = x509.CertificateBuilder().issuer_name(named("tests")).not_valid_before(begin).not_valid_after(end)
    root = (
        plain.subject_name(named("tests")).public_key(authority.public_key()).serial_number(1)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority, hashes.SHA256())
    )  # fmt: skip
    leaf = (
        plain.subject_name(named(host)).public_key(key.public_key()).serial_number(2)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(authority, hashes.SHA256())
    )  # fmt: skip
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "leaf.pem").write_bytes(
        key.private_bytes(pem, private, serialization.NoEncryption()) + leaf.public_bytes(pem)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "leaf.pem")
    return server, ssl.create_default_context(cadata=root.public_bytes(pem).decode())


@dataclass
class Site:
    """A host on the network, and the network that leads to it."""

    server: Server
    network: Network
    reply: Reply = GOOD


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    tls, trust = certificate(tmp_path, HOST)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with serving(lambda _: Reply(404), tls) as server:
        network = Network(resolve, lambda address: address == "127.0.0.1", server.port, trust, Limits(seconds=1))
        there = Site(server, network)
        server.answer = lambda _: there.reply
        yield there


def leading(network: Network, *addresses: str) -> Network:
    """The network whose names all lead to these addresses."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return replace(network, resolve=resolve)


async def test_a_host_that_shows_the_challenge_is_proven(site: Site) -> None:
    assert await domain.proven(HOST, CHALLENGE, site.network, NOW) == Proven(DomainFacts(HOST))
    [(path, headers)] = site.server.asked
    assert (path, headers["host"], headers["accept-encoding"]) == (domain.PATH, HOST, "identity")
    assert "cookie" not in headers
    assert "authorization" not in headers


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(404), Fault.CHALLENGE),
        (Reply(403), Fault.CHALLENGE),
        (Reply(204), Fault.CHALLENGE),
        (Reply(404, CHALLENGE.encode()), Fault.CHALLENGE),
        (Reply(200, CHALLENGE[:-1].encode()), Fault.CHALLENGE),
        (Reply(200, f"x{CHALLENGE}".encode()), Fault.CHALLENGE),
        (Reply(200, b"\xff\xfe\x00"), Fault.CHALLENGE),
        (Reply(200, b" " * 70_000), Fault.SIZE),
        *[
            (Reply(status, b"", {"location": where}), Fault.MOVED)
            for status in (301, 302, 303, 307, 308)
            for where in ("http://169.254.169.254/", "file:///etc/passwd", f"https://{HOST}/other")
        ],
    ],
    ids=str,
)
async def test_a_host_that_does_not_show_it_fails(site: Site, reply: Reply, fault: Fault) -> None:
    site.reply = reply
    assert await domain.proven(HOST, CHALLENGE, site.network, NOW) == Failed(fault)
    assert len(site.server.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(503),
        Reply(429),
        Reply(200, CHALLENGE.encode(), {"content-encoding": "gzip"}),
        Reply(200, b"x", {"content-length": "100"}),
    ],
    ids=str,
)
async def test_a_host_in_trouble_is_asked_again(site: Site, reply: Reply) -> None:
    site.reply = reply
    assert await domain.proven(HOST, CHALLENGE, site.network, NOW) == LATER


async def test_a_certificate_for_another_name_or_by_nobody_is_refused(site: Site) -> None:
    assert await domain.proven("other.example.org", CHALLENGE, site.network, NOW) == Failed(Fault.CERTIFICATE)
    distrusting = replace(site.network, tls=None)
    assert await domain.proven(HOST, CHALLENGE, distrusting, NOW) == Failed(Fault.CERTIFICATE)
    assert site.server.asked == []


async def test_nobody_there_is_asked_again(site: Site) -> None:
    assert await domain.proven(HOST, CHALLENGE, replace(site.network, port=9), NOW) == LATER


async def test_a_host_that_drips_is_left_in_time(site: Site) -> None:
    left = asyncio.Event()

    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not reader.at_eof():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)
        except OSError:
            pass  # left in the middle of a word
        finally:
            writer.close()
            left.set()

    server = await asyncio.start_server(dripping, "127.0.0.1", 0)
    async with server:
        network = replace(site.network, port=server.sockets[0].getsockname()[1])
        assert await domain.proven(HOST, CHALLENGE, network, NOW) == LATER
        await left.wait()


async def test_a_slow_name_is_asked_again_and_an_unknown_one_fails(site: Site) -> None:
    async def slow(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(30)
        return []

    async def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such host")

    async def troubled(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    quick = replace(site.network, limits=Limits(seconds=0.1))
    assert await domain.proven(HOST, CHALLENGE, replace(quick, resolve=slow), NOW) == LATER
    assert await domain.proven(HOST, CHALLENGE, replace(quick, resolve=unknown), NOW) == Failed(Fault.MISSING)
    assert await domain.proven(HOST, CHALLENGE, replace(quick, resolve=troubled), NOW) == LATER
    assert await domain.proven(HOST, CHALLENGE, leading(quick), NOW) == Failed(Fault.MISSING)


async def test_a_name_is_resolved_once_so_that_it_cannot_be_rebound(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return next(answers)

    assert isinstance(await domain.proven(HOST, CHALLENGE, replace(site.network, resolve=rebinding), NOW), Proven)
    assert next(answers) == ["127.0.0.2"]


async def test_one_address_that_is_not_public_spoils_the_name(site: Site) -> None:
    for addresses in (["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["nonsense"]):
        outcome = await domain.proven(HOST, CHALLENGE, leading(site.network, *addresses), NOW)
        assert outcome == Failed(Fault.ADDRESS)
    assert site.server.asked == []


async def test_proxies_in_the_environment_are_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(await domain.proven(HOST, CHALLENGE, site.network, NOW), Proven)


PRIVATE = [
    "0.0.0.0",  # noqa: S104  # nothing is bound to it
    "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "::127.0.0.1",
    "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:7f00:1::",
    "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "", "localhost", "8.8.8.8/0", "0x8.8.8.8", "8.8.8",
    "2606:4700::1111%1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
async def test_an_address_that_is_not_public_is_never_connected_to(site: Site, address: str) -> None:
    assert not public(address)
    guarded = leading(replace(site.network, admits=public), address)
    assert await guarded.get(HOST, "/") == Failure.ADDRESS
    assert site.server.asked == []


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "140.82.121.4", "2606:4700:4700::1111", "2a00:1450::1"])
def test_an_ordinary_address_is_public(address: str) -> None:
    assert public(address)


HOSTS = [
    "", "localhost", "intranet", "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "1.2.3",
    "[::1]", "::1", "[::ffff:127.0.0.1]", "example.org.", "example.org:443", "user@example.org", "example.org/path",
    "example.org?x", "example.org#x", "example.org\\@evil.example", "EXAMPLE.org", "exämple.org", "ex ample.org",
    "example.org\n", "example.org\r\nHost: evil", "example..org", ".example.org", "-a.example.org", "a-.example.org",
    "a_b.example.org", "x" * 64 + ".org", "x." * 130 + "org", "%31.example.org", "example\u3002org", "①.example.org",
    "example.123", "example.0x7f", "https://example.org", "file:///etc/passwd", "\0.example.org", "a.b-",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
async def test_a_host_that_is_no_plain_name_is_not_even_resolved(site: Site, host: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError(host)

    assert not plain_host(host)
    assert await domain.proven(host, CHALLENGE, replace(site.network, resolve=resolve), NOW) == Failed(Fault.NAME)
    assert await replace(site.network, resolve=resolve).get(host, "/") == Failure.HOST


@pytest.mark.parametrize(
    "host", ["example.org", "a.b.c.example.co.uk", "xn--exmple-cua.org", "1.example.org", "a.xn--p1ai"]
)
def test_an_ordinary_name_is_plain(host: str) -> None:
    assert plain_host(host)

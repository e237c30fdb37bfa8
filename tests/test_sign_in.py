"""Signing in and out, against a real OAuth server and a real database."""

import asyncio
import json
import logging
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx2
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # ships no types

from auth.cookies import Cookies
from auth.github import GitHub
from auth.origins import loopback
from auth.redirects import safe_next
from auth.routes import routes
from auth.sessions import digest, viewer
from tests.emulators.instance import CALLBACK, MODERATORS, ORIGIN, Instance, agree, begin, opened, query
from tests.emulators.servers import Provider, free_port, oidc_provider

pytestmark = pytest.mark.anyio

SECURE = "https://claw.example"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider(CALLBACK) as running:
        yield running


@pytest.fixture
async def instance(tmp_path: Path, provider: Provider) -> AsyncIterator[Instance]:
    async with opened(tmp_path / "claw.db") as fresh:
        fresh.github = provider.github
        yield fresh


@pytest.fixture
async def alone(instance: Instance) -> Instance:
    """An instance that knows no GitHub."""
    instance.github = None
    return instance


@pytest.fixture
def profile(provider: Provider) -> Callable[..., str]:
    """Give the provider's user `sub` a GitHub profile; returns `sub`."""

    def declare(sub: str = "octocat", **claims: object) -> str:
        claims = {"id": 583231, "login": "octocat"} | claims
        httpx2.put(f"{provider.url}/users/{sub}", json=claims).raise_for_status()
        return sub

    return declare


async def sign_in(browser: httpx2.AsyncClient, sub: str, next_path: str = "/") -> httpx2.Response:
    return await browser.get(await agree(await begin(browser, next_path), sub=sub))


async def me(browser: httpx2.AsyncClient) -> dict[str, str] | None:
    found: dict[str, str] | None = (await browser.get("/me")).json()
    return found


# Which routes exist


@pytest.mark.parametrize(
    ("origin", "github", "paths"),
    [
        (ORIGIN, GitHub("id", "secret"), ["/auth/github", "/auth/github/callback", "/auth/logout"]),
        (SECURE, GitHub("id", "secret"), ["/auth/github", "/auth/github/callback", "/auth/logout"]),
        (ORIGIN, None, ["/auth/local", "/auth/logout"]),
        (SECURE, None, ["/auth/logout"]),
        ("http://claw.example", None, ["/auth/logout"]),
    ],
)
def test_sign_in_without_proof_exists_on_loopback_without_github_only(
    origin: str, github: GitHub | None, paths: list[str]
) -> None:
    table = routes(origin, github, MODERATORS, lambda: datetime.now(UTC), local=True)
    assert [route.path for route in table] == paths


def test_sign_in_without_proof_does_not_exist_on_a_server_that_others_can_reach() -> None:
    assert [route.path for route in routes(ORIGIN, None, MODERATORS, lambda: datetime.now(UTC))] == ["/auth/logout"]


@pytest.mark.parametrize("origin", [ORIGIN, SECURE])
async def test_local_sign_in_is_not_found_where_it_does_not_exist(instance: Instance, origin: str) -> None:
    instance.origin = origin
    instance.github = instance.github if origin == ORIGIN else None
    async with instance.browser() as browser:
        assert (await browser.post("/auth/local", data={"login": "ada"})).status_code == 404


def test_github_never_shows_its_secret() -> None:
    assert "hidden" not in repr(GitHub("id", "hidden"))


# The round trip


async def test_a_github_account_becomes_a_reviewer(instance: Instance, profile: Callable[..., str]) -> None:
    sub = profile()
    async with instance.browser() as browser:
        answer = await sign_in(browser, sub, "/rankings?useCase=RAG")
        assert (answer.status_code, answer.headers["location"]) == (303, "/rankings?useCase=RAG")
        assert (await me(browser) or {})["login"] == "octocat"
    [(_, issuer, subject, login, *_)] = instance.rows("reviewer")
    assert (issuer, subject, login) == ("GITHUB", "583231", "octocat")


async def test_the_browser_goes_to_github_with_state_challenge_and_exact_address(instance: Instance) -> None:
    async with instance.browser() as browser:
        url = await begin(browser)
    assert instance.github
    [(state, _, verifier, _, _)] = instance.rows("sign_in")
    asked = query(url)
    assert url.startswith(instance.github.authorize_url + "?")
    assert digest(asked.pop("state")) == state
    assert asked == {
        "response_type": "code",
        "client_id": instance.github.client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }


async def test_a_renamed_login_keeps_the_reviewer(instance: Instance, profile: Callable[..., str]) -> None:
    async with instance.browser() as browser:
        await sign_in(browser, profile())
        before = await me(browser)
        await sign_in(browser, profile(login="hexacat"))
        after = await me(browser)
    assert before
    assert after
    assert (before["id"], after["login"]) == (after["id"], "hexacat")


async def test_a_login_taken_over_is_another_reviewer(instance: Instance, profile: Callable[..., str]) -> None:
    async with instance.browser() as browser:
        await sign_in(browser, profile())
        before = await me(browser)
        await sign_in(browser, profile("usurper", id=4))
        after = await me(browser)
    assert before
    assert after
    assert before["id"] != after["id"]


async def test_moderators_are_named_by_number(instance: Instance, profile: Callable[..., str]) -> None:
    async with instance.browser() as browser:
        await sign_in(browser, profile("chief"))
        assert (await me(browser) or {})["role"] == "MODERATOR"
        await sign_in(browser, profile("other", id=4, login="583231"))
        assert (await me(browser) or {})["role"] == "MEMBER"


async def test_a_dismissed_moderator_is_a_member_at_the_next_sign_in(
    instance: Instance, profile: Callable[..., str]
) -> None:
    async with instance.browser() as browser:
        await sign_in(browser, profile("former", id=5))
        instance.change("UPDATE reviewer SET role = 'MODERATOR'")
        await sign_in(browser, "former")
        assert (await me(browser) or {})["role"] == "MEMBER"


async def test_two_first_sign_ins_at_once_make_one_reviewer(instance: Instance, profile: Callable[..., str]) -> None:
    sub = profile()
    async with instance.browser() as one, instance.browser() as two:
        returns = [await agree(await begin(browser), sub=sub) for browser in (one, two)]
        answers = await asyncio.gather(one.get(returns[0]), two.get(returns[1]))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(instance.rows("reviewer")) == 1
    assert len(instance.rows("session")) == 2


# A state is spent once, by the browser that got it, in time


async def test_a_replayed_state_is_refused(instance: Instance, profile: Callable[..., str]) -> None:
    async with instance.browser() as browser:
        url = await agree(await begin(browser), sub=profile())
        keys = dict(browser.cookies)
        assert (await browser.get(url)).status_code == 303
        browser.cookies = httpx2.Cookies(keys)  # the binding cookie too, which the first answer expired
        assert_retry(await browser.get(url), 400)
    assert len(instance.rows("session")) == 1


async def test_of_two_callbacks_at_once_one_proceeds(instance: Instance, profile: Callable[..., str]) -> None:
    async with instance.browser() as browser:
        url = await agree(await begin(browser), sub=profile())
        answers = await asyncio.gather(*(browser.get(url) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400, 400]
    assert len(instance.rows("session")) == 1


async def test_the_state_of_another_browser_is_refused(instance: Instance, profile: Callable[..., str]) -> None:
    async with instance.browser() as attacker, instance.browser() as victim:
        url = await agree(await begin(attacker), sub=profile())
        assert_retry(await victim.get(url), 400)
        await begin(victim)
        assert_retry(await victim.get(url), 400)
        assert await me(victim) is None
    assert instance.rows("reviewer") == []


@pytest.mark.parametrize(("minutes", "status"), [(9, 303), (10, 400), (11, 400)])
async def test_a_state_lives_ten_minutes(
    instance: Instance, profile: Callable[..., str], minutes: int, status: int
) -> None:
    async with instance.browser() as browser:
        url = await agree(await begin(browser), sub=profile())
        instance.moment += timedelta(minutes=minutes)
        assert (await browser.get(url)).status_code == status


async def test_abandoned_sign_ins_are_swept(instance: Instance) -> None:
    async with instance.browser() as browser:
        await begin(browser)
        instance.moment += timedelta(minutes=10)
        await begin(browser)
    assert len(instance.rows("sign_in")) == 1


async def test_the_older_of_two_tabs_is_offered_another_try(instance: Instance, profile: Callable[..., str]) -> None:
    sub = profile()
    async with instance.browser() as browser:
        older, newer = await begin(browser, "/a"), await begin(browser, "/b")
        assert_retry(await browser.get(await agree(older, sub=sub)), 400)
        assert (await browser.get(await agree(newer, sub=sub))).headers["location"] == "/b"


@pytest.mark.parametrize("path", ["", "?state=", "?state=x&code=y", "?error=x", "?state=%00%ff&code=%00"])
async def test_a_callback_out_of_nowhere_is_offered_another_try(instance: Instance, path: str) -> None:
    async with instance.browser() as browser:
        assert_retry(await browser.get("/auth/github/callback" + path), 400)


async def test_a_person_may_say_no(instance: Instance) -> None:
    async with instance.browser() as browser:
        url = await begin(browser, "/models")
        state = query(url)["state"]
        back = await agree(url, action="deny")
        assert query(back)["error"] == "access_denied"
        answer = await browser.get(back, params={**query(back), "state": state})  # GitHub repeats the state
    assert_retry(answer, 400)
    assert "/auth/github?next=%2Fmodels" in answer.text
    assert instance.rows("sign_in") == instance.rows("reviewer") == []


async def test_an_error_of_the_provider_is_not_shown_in_its_own_words(instance: Instance) -> None:
    async with instance.browser() as browser:
        state = query(await begin(browser))["state"]
        asked = {"state": state, "error": "redirect_uri_mismatch", "error_description": "<b>pay here</b>"}
        answer = await browser.get("/auth/github/callback", params=asked)
    assert_retry(answer, 502)
    assert "pay here" not in answer.text


def assert_retry(answer: httpx2.Response, status: int) -> None:
    assert answer.status_code == status
    assert '<a href="/auth/github?next=' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


# GitHub answers badly: a friendly page, and nothing is written


async def assert_nothing_comes_of(instance: Instance, status: int) -> None:
    async with instance.browser() as browser:
        state = query(await begin(browser))["state"]
        answer = await browser.get("/auth/github/callback", params={"state": state, "code": "any"})
    assert_retry(answer, status)
    assert instance.rows("reviewer") == instance.rows("session") == []


async def test_a_wrong_client_secret_signs_nobody_in(
    instance: Instance, provider: Provider, profile: Callable[..., str]
) -> None:
    instance.github = provider.with_secret("wrong")
    async with instance.browser() as browser:
        assert_retry(await sign_in(browser, profile()), 502)
    assert instance.rows("reviewer") == []


async def test_github_unreachable_is_a_502(instance: Instance) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    instance.github = GitHub("id", "secret", url, url, url)
    await assert_nothing_comes_of(instance, 502)


async def test_github_silent_is_a_504(instance: Instance) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        instance.github = GitHub("id", "secret", url, url, url, patience=0.2)
        await assert_nothing_comes_of(instance, 504)


async def test_github_that_drips_is_a_504(instance: Instance) -> None:
    hung_up = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.02)
        hung_up.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        instance.github = GitHub("id", "secret", url, url, url, patience=0.3)
        await asyncio.wait_for(assert_nothing_comes_of(instance, 504), 5)
        await asyncio.wait_for(hung_up.wait(), 5)


@contextmanager
def scripted(
    token: tuple[int, str], user: tuple[int, str], asked: list[tuple[Message, str]] | None = None
) -> Iterator[GitHub]:
    """A server that gives these two (status, body) answers, and adds what it was `asked`: headers and body."""
    heard = [] if asked is None else asked

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(token)

        def do_GET(self) -> None:
            self._answer(user)

        def _answer(self, answer: tuple[int, str]) -> None:
            status, body = answer
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            heard.append((self.headers, sent.decode()))
            self.send_response(status)
            self.send_header("location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body.encode("latin-1"))

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/"
            yield GitHub("id", "secret", url, url, url)
        finally:
            server.shutdown()


TOKEN = json.dumps({"access_token": "gho_canary", "token_type": "bearer"})
DEEP = "[" * 100_000
HUGE = "9" * 5_000


async def test_github_is_asked_with_the_verifier_the_secret_and_the_exact_address(
    instance: Instance,
) -> None:
    asked: list[tuple[Message, str]] = []
    with scripted((200, TOKEN), (200, '{"id": 1, "login": "ada"}'), asked) as instance.github:
        async with instance.browser() as browser:
            state = query(await begin(browser))["state"]
            [(_, _, verifier, _, _)] = instance.rows("sign_in")
            await browser.get("/auth/github/callback", params={"state": state, "code": "a+b/c="})
    (exchange, form), (reading, _) = asked
    assert query("?" + form) == {
        "grant_type": "authorization_code",
        "client_id": "id",
        "client_secret": "secret",
        "code": "a+b/c=",
        "code_verifier": verifier,
        "redirect_uri": CALLBACK,
    }
    assert exchange["accept"] == reading["accept"] == "application/json"
    assert reading["authorization"] == "Bearer gho_canary"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, ""),
        (200, "<html>"),
        (200, "null"),
        (200, "[]"),
        (200, "{}"),
        (200, DEEP),
        (200, "\xff\xfe"),
        (200, '{"error": "bad_verification_code"}'),
        (200, '{"error": ["odd"]}'),
        (200, '{"access_token": "t", "token_type": "bearer", "expires_in": Infinity}'),
        (200, '{"access_token": "t", "token_type": "bearer", "expires_at": {}}'),
        (200, '{"access_token": "t", "token_type": 5}'),
        (200, '{"access_token": "\\ud800\\n", "token_type": "bearer"}'),
        (200, '{"access_token": "t", "token_type": "bearer", "expires_at": 1}'),
        (302, ""),
        (429, "slow down"),
        (500, TOKEN),
    ],
)
async def test_a_token_endpoint_that_talks_nonsense_is_a_502(instance: Instance, status: int, body: str) -> None:
    with scripted((status, body), (200, '{"id": 1, "login": "octocat"}')) as instance.github:
        await assert_nothing_comes_of(instance, 502)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, ""),
        (200, "null"),
        (200, "[1]"),
        (200, "5"),
        (200, DEEP),
        (200, '{"login": "octocat"}'),
        *((200, f'{{"id": {number}, "login": "a"}}') for number in ('"1"', "true", "0", "-1", "1.0", "1e400")),
        *((200, f'{{"id": {number}, "login": "a"}}') for number in (2**63, HUGE, "null", "[1]", "NaN")),
        *((200, f'{{"id": 1, "login": {login}}}') for login in ("null", "5", '""', '"a b"', '"\\ud800"')),
        (302, ""),
        (403, '{"id": 1, "login": "octocat"}'),
        (500, '{"id": 1, "login": "octocat"}'),
    ],
)
async def test_a_profile_that_names_no_account_is_a_502(instance: Instance, status: int, body: str) -> None:
    with scripted((200, TOKEN), (status, body)) as instance.github:
        await assert_nothing_comes_of(instance, 502)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [('"Ada\\u0000 L\\ud800"', "Ada  L"), ("null", None), ("[]", None), ('" \\n"', None), ('"Zoë"', "Zoë")],
)
async def test_a_display_name_is_kept_printable(instance: Instance, sent: str, kept: str | None) -> None:
    body = f'{{"id": 1, "login": "ada", "name": {sent}}}'.encode().decode("latin-1")
    with scripted((200, TOKEN), (200, body)) as instance.github:
        async with instance.browser() as browser:
            state = query(await begin(browser))["state"]
            answer = await browser.get("/auth/github/callback", params={"state": state, "code": "any"})
    assert answer.status_code == 303
    assert instance.rows("reviewer")[0][4] == kept


async def test_logs_and_database_hold_no_secret(
    instance: Instance, profile: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with instance.browser() as browser:
        url = await begin(browser)
        binding = browser.cookies["sign-in"]
        [(_, _, verifier, _, _)] = instance.rows("sign_in")
        back = await agree(url, sub=profile())
        before = str(instance.rows("sign_in"))
        await browser.get(back)
        session_id = browser.cookies["session"]
        for token in (TOKEN, '{"error": "odd", "error_description": "gho_canary"}'):
            with scripted((200, token), (200, "null")) as instance.github:
                await assert_retried_in(instance)
    logged = [record.getMessage() for record in caplog.records]
    browsing = (f"GET {ORIGIN}/", "/oauth2/authorize?")  # what the test's own browser logs of itself
    server_side = "\n".join(line for line in logged if not any(mark in line for mark in browsing))
    stored = before + str([instance.rows(table) for table in ("sign_in", "session", "reviewer")])
    assert "no usable answer" in server_side
    assert "/oauth2/token" in server_side
    for canary in (query(url)["state"], query(back)["code"], binding, session_id, "gho_canary"):
        assert canary not in server_side
        assert canary not in stored
    assert str(verifier) not in server_side
    assert digest(session_id) in stored


async def assert_retried_in(instance: Instance) -> None:
    async with instance.browser() as browser:
        state = query(await begin(browser))["state"]
        answer = await browser.get("/auth/github/callback", params={"state": state, "code": "any"})
    assert_retry(answer, 502)


# Sessions and their cookies


@pytest.mark.parametrize(
    ("origin", "cookie"),
    [
        (ORIGIN, r"session=[\w-]{43}; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax"),
        (SECURE, r"__Host-session=[\w-]{43}; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax; Secure"),
    ],
)
async def test_the_session_cookie_is_out_of_reach(instance: Instance, origin: str, cookie: str) -> None:
    instance.origin = origin
    with scripted((200, TOKEN), (200, '{"id": 1, "login": "octocat"}')) as instance.github:
        async with instance.browser() as browser:
            started = await browser.get("/auth/github")
            state = query(started.headers["location"])["state"]
            answer = await browser.get("/auth/github/callback", params={"state": state, "code": "any"})
            assert await me(browser)
    binding = cookie.replace("session", "sign-in").replace("2592000", "600")
    assert re.fullmatch(binding, started.headers["set-cookie"])
    kept, dropped = answer.headers.get_list("set-cookie")
    assert re.fullmatch(cookie, kept)
    assert dropped.startswith(binding.partition("=")[0] + '=""')
    assert "Max-Age=0" in dropped
    assert ("Secure" in dropped) == (origin == SECURE)


async def test_a_plain_cookie_is_not_a_session_on_https(instance: Instance, alone: Instance) -> None:
    async with alone.browser() as browser:
        await browser.post("/auth/local", data={"login": "ada"})
        jar = dict(browser.cookies)
    assert await viewer(jar, Cookies(secure=False), instance.moment)
    assert await viewer(jar, Cookies(secure=True), instance.moment) is None


async def test_signing_in_replaces_the_session(alone: Instance) -> None:
    async with alone.browser() as browser:
        browser.cookies = httpx2.Cookies({"session": "planted"})
        first = (await browser.post("/auth/local", data={"login": "ada"})).cookies["session"]
        browser.cookies = httpx2.Cookies({"session": first})
        second = (await browser.post("/auth/local", data={"login": "bob"})).cookies["session"]
    assert len({"planted", first, second}) == 3
    assert [row[0] for row in alone.rows("session")] == [digest(second)]


@pytest.mark.parametrize(("days", "known"), [(29, True), (30, False)])
async def test_a_session_lasts_thirty_days(alone: Instance, days: int, known: bool) -> None:
    async with alone.browser() as browser:
        await browser.post("/auth/local", data={"login": "ada"})
        alone.moment += timedelta(days=days)
        assert bool(await me(browser)) is known


async def test_expired_sessions_go_at_the_next_sign_in(alone: Instance) -> None:
    for _ in range(2):
        async with alone.browser() as browser:
            await browser.post("/auth/local", data={"login": "ada"})
        alone.moment += timedelta(days=30)
    assert len(alone.rows("session")) == 1


async def test_the_viewer_costs_one_statement(alone: Instance, caplog: pytest.LogCaptureFixture) -> None:
    async with alone.browser() as browser:
        await browser.post("/auth/local", data={"login": "ada"})
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
            assert await me(browser)
    assert len([record for record in caplog.records if record.name == "tortoise.db_client"]) == 1


async def test_a_session_dies_at_logout(alone: Instance) -> None:
    async with alone.browser() as browser:
        await browser.post("/auth/local", data={"login": "ada"})
        keys = dict(browser.cookies)
        answer = await browser.post("/auth/logout", headers={"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert re.match(r'session="";.* Max-Age=0;', answer.headers["set-cookie"])
        browser.cookies = httpx2.Cookies(keys)
        assert await me(browser) is None
    assert alone.rows("session") == []


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_foreign_page_signs_nobody_in_or_out(alone: Instance, headers: dict[str, str]) -> None:
    async with alone.browser() as browser:
        await browser.post("/auth/local", data={"login": "ada"})
        assert (await browser.post("/auth/logout", headers=headers)).status_code == 403
        answer = await browser.post("/auth/local", data={"login": "eve"}, headers=headers)
        assert answer.status_code == 403
        assert (await me(browser) or {})["login"] == "ada"


@pytest.mark.parametrize("path", ["/auth/logout", "/auth/local"])
async def test_a_get_changes_nothing(alone: Instance, path: str) -> None:
    async with alone.browser() as browser:
        assert (await browser.get(path)).status_code == 405


# The development sign-in


async def test_local_sign_in_makes_the_role_that_was_ticked(alone: Instance) -> None:
    async with alone.browser() as browser:
        form = {"login": "Ada-1", "moderator": "on", "next": "/models"}
        answer = await browser.post("/auth/local", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/models")
        assert (await me(browser) or {})["role"] == "MODERATOR"
        answer = await browser.post("/auth/local", data={"login": "Ada-1", "next": "//evil.example"})
        assert answer.headers["location"] == "/"
        assert (await me(browser) or {})["role"] == "MEMBER"
    assert [row[1:4] for row in alone.rows("reviewer")] == [("LOCAL", "Ada-1", "Ada-1")]


@pytest.mark.parametrize("login", ["", " ", "a b", "a" * 40, "ada\n", "ad\u00e4", "a_b", "<b>", "\x00"])
async def test_local_sign_in_refuses_a_bad_login(alone: Instance, login: str) -> None:
    async with alone.browser() as browser:
        assert (await browser.post("/auth/local", data={"login": login})).status_code == 400
    assert alone.rows("reviewer") == []


@pytest.mark.parametrize("host", ["evil.example:8000", "127.0.0.1.evil.example", "192.168.0.7:8000", ""])
async def test_local_sign_in_refuses_a_rebound_name(alone: Instance, host: str) -> None:
    async with alone.browser() as browser:
        answer = await browser.post("/auth/local", data={"login": "ada"}, headers={"Host": host})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"login=" + b"a" * 8192, 413),
        ("application/x-www-form-urlencoded", b"login=%ff", 400),
        ("application/x-www-form-urlencoded", b"login=\xff", 400),
        ("application/x-www-form-urlencoded", b"a=1&" * 100, 400),
        ("application/x-www-form-urlencoded; charset=UTF-8", b"login=ada", 303),
        ("application/json", b'{"login": "ada"}', 415),
        ("text/plain", b"login=ada", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
    ],
)
async def test_local_sign_in_reads_small_forms_only(
    alone: Instance, content_type: str, body: bytes, status: int
) -> None:
    async with alone.browser() as browser:
        headers = {"Content-Type": content_type}
        answer = await browser.post("/auth/local", content=body, headers=headers)
        in_pieces = await browser.post("/auth/local", content=pieces(body), headers=headers)
    assert (answer.status_code, in_pieces.status_code) == (status, status)


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 1000):
        yield body[start : start + 1000]


# Where a browser may be sent


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/models",
        "/models/a.b-c_d~e",
        "/models?first=20&after=x%3D%3D",
        "/a%20b",
        "/m%C3%BCller",
        "/graphql?query=%7B%0A%20a%5C%7D",
        "/login?next=//evil.example",
        "/a/...",
        "/.well-known/x",
        "/a#//b",
        "/a:b@c",
    ],
)
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        " ",
        "models",
        "?a=b",
        "#a",
        ".",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/a\\b",
        "/a?b=\\\\c",
        "https://evil.example",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "@evil.example",
        " //evil.example",
        " /models",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\x00/evil.example",
        "/\x7f",
        "/\u2028/evil.example",
        "/\uff0fevil.example",
        "/%2Fevil.example",
        "/%2f%2fevil.example",
        "/%5Cevil.example",
        "/%5c%5cevil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%0d%0aSet-Cookie:%20a=b",
        "/%00",
        "/%252Fevil.example",
        "/%c0%af%c0%afevil.example",
        "/a//evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/%2e%2e//evil.example",
        "/%2e/%2fevil.example",
        "/a/../b",
        "/..",
        "/" + "a" * 1024,
    ],
)
def test_anything_else_leads_home(path: str | None) -> None:
    assert safe_next(path) == "/"


async def test_a_bad_next_is_forgotten_at_the_start(instance: Instance, profile: Callable[..., str]) -> None:
    async with instance.browser() as browser:
        assert (await sign_in(browser, profile(), "//evil.example")).headers["location"] == "/"


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost", "https://localhost:1", "http://[::1]:8000"])
def test_this_machine_is_loopback(origin: str) -> None:
    assert loopback(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        SECURE,
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example:80",
        "http://evil.example/http://localhost",
        "http://localhost@evil.example",
        "http://user@localhost",
        "http://localhost:8000/",
        "http://localhost:8000\n",
        "http://localhost:port",
        "ftp://localhost",
        "http://0.0.0.0",
        "http://192.168.0.1",
        "http://[::1]x",
    ],
)
def test_nothing_else_is_loopback(origin: str) -> None:
    assert not loopback(origin)

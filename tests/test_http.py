import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
import uvicorn

from schema.requests import MAX_BODY, negotiated
from tests.toy import build

pytestmark = pytest.mark.anyio

JSON = {"content-type": "application/json"}
NEW = "application/graphql-response+json"
HELLO = {"query": "{ item { name } }"}


@pytest.fixture
async def front() -> AsyncIterator[httpx2.AsyncClient]:
    """The front door; every test leaves it usable, and no test reaches its last guard."""
    transport = httpx2.ASGITransport(app=build(origins=["https://friend.example"]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://home.example") as client:
        yield client
        answer = await client.post("/graphql", json=HELLO)
        assert answer.json() == {"data": {"item": {"name": "one"}}}


def refused(answer: httpx2.Response, status: int, code: str) -> None:
    """Assert a refusal: its status, JSON, no data, a code, and the request's id in the header."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].endswith("json; charset=utf-8")
    assert len(answer.headers["x-request-id"]) == 16
    body = answer.json()
    assert set(body) == {"errors"}
    assert 1 <= len(body["errors"]) <= 5
    assert body["errors"][0]["message"]
    assert body["errors"][0]["extensions"]["code"] == code


BAD_BODIES = {
    "empty": b"",
    "null": b"null",
    "a string": b'"{ item { name } }"',
    "a number": b"1",
    "a batch": b'[{"query": "{ item { name } }"}]',
    "an empty batch": b"[]",
    "half": b'{"query": "{ item',
    "bad utf-8": b'{"query": "\xff\xfe"}',
    "utf-16": '{"query": "{ item { name } }"}'.encode("utf-16"),
    "a lone surrogate": b'{"query": "{ item(name: \\"\\ud800\\") { name } }"}',
    "a lone surrogate in a variable": b'{"query": "{ item { name } }", "variables": {"a": "\\udfff"}}',
    "a 5,000-digit variable": b'{"query": "query ($n: Int!) { double(number: $n) }", "variables": {"n": %s}}'
    % (b"9" * 5000),
    "deep JSON": b"[" * 100_000,
    "deep variables": b'{"query": "{ item { name } }", "variables": {"a": %s1%s}}' % (b"[" * 5000, b"]" * 5000),
    "no query": b"{}",
    "an empty query": b'{"query": ""}',
    "a null query": b'{"query": null}',
    "NaN": b'{"query": "{ item { name } }", "variables": {"a": NaN}}',
} | {
    f"{key}: {value}": json.dumps({**HELLO, key: value}).encode()
    for key in ("query", "operationName", "variables", "extensions")
    for value in ([1], 1, True, {"a": 1} if key in {"query", "operationName"} else "text")
}


@pytest.mark.parametrize("accept", ["application/json", NEW])
@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_a_bad_body_is_refused_with_400(front: httpx2.AsyncClient, body: bytes, accept: str) -> None:
    answer = await front.post("/graphql", content=body, headers={**JSON, "accept": accept})
    refused(answer, 400, "BAD_USER_INPUT")


BAD_DOCUMENTS = {
    "a syntax error": ("{", "GRAPHQL_PARSE_FAILED"),
    "a null byte": ("{ item\0 { name } }", "GRAPHQL_PARSE_FAILED"),
    "an escaped lone surrogate": ('{ item(name: "\\uD800") { name } }', "GRAPHQL_PARSE_FAILED"),
    "a deep selection": ("{ item " + "{a" * 60_000, "QUERY_TOO_COMPLEX"),
    "a deep selection within the tokens": ("{ item " + "{ parent " * 400, "QUERY_TOO_COMPLEX"),
    "a deep literal": ("{ double(number: " + "[" * 900 + "]" * 900 + ") }", "QUERY_TOO_COMPLEX"),
    "a 5,000-digit literal": ("{ double(number: " + "9" * 5000 + ") }", "GRAPHQL_VALIDATION_FAILED"),
    "an unknown field": ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
    "two operations": ("query A { item { name } } query B { item { name } }", "BAD_USER_INPUT"),
    "a missing variable": ("query ($n: Int!) { double(number: $n) }", "BAD_USER_INPUT"),
    "a comment of 100 KB": ("#" + "x" * 100_000 + "\n{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
    "a subscription": ("subscription { item { name } }", "GRAPHQL_VALIDATION_FAILED"),
    "a definition": ("type A { b: Int } query { item { name } }", "GRAPHQL_VALIDATION_FAILED"),
    "@defer": ("{ ... @defer { item { name } } }", "GRAPHQL_VALIDATION_FAILED"),
}


@pytest.mark.parametrize(("query", "code"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys())
async def test_a_bad_document_is_400_or_by_the_old_media_type_200(
    front: httpx2.AsyncClient, query: str, code: str
) -> None:
    refused(await front.post("/graphql", json={"query": query}, headers={"accept": NEW}), 400, code)
    refused(await front.post("/graphql", json={"query": query}), 200, code)


@pytest.mark.parametrize("value", [2**31, 2**63, 2**64, 2**200, 1.5, "x", [1], {"a": 1}, None])
async def test_a_variable_of_the_wrong_type_is_the_clients_mistake(front: httpx2.AsyncClient, value: Any) -> None:
    body = {"query": "query ($n: Int!) { double(number: $n) }", "variables": {"n": value}}
    refused(await front.post("/graphql", json=body, headers={"accept": NEW}), 400, "BAD_USER_INPUT")


async def test_an_unknown_operation_name_is_refused(front: httpx2.AsyncClient) -> None:
    body = {"query": "query A { item { name } }", "operationName": "B"}
    refused(await front.post("/graphql", json=body), 400, "BAD_USER_INPUT")


async def test_the_named_operation_is_the_one_that_runs(front: httpx2.AsyncClient) -> None:
    body = {"query": 'query A { item { name } } query B { item(name: "b") { name } }', "operationName": "B"}
    assert (await front.post("/graphql", json=body)).json() == {"data": {"item": {"name": "b"}}}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "text/json",
        "application/jsonp",
        "text/plain; application/json",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/json; charset*=utf-8''latin-1",
        ";;;=",
        '"',
    ],
)
async def test_only_json_in_utf_8_is_read(front: httpx2.AsyncClient, content_type: str) -> None:
    body = json.dumps(HELLO).encode()
    answer = await front.post("/graphql", content=body, headers={"content-type": content_type})
    refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_content_type_said_twice_or_not_at_all_is_refused(front: httpx2.AsyncClient) -> None:
    body = json.dumps(HELLO).encode()
    twice = [("content-type", "application/json"), ("content-type", "text/plain")]
    for headers in (twice, [], [*JSON.items(), ("content-encoding", "gzip")]):
        refused(await front.post("/graphql", content=body, headers=headers), 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("content_type", ['Application/JSON; Charset="UTF-8"', "application/json;charset=utf8"])
async def test_json_is_recognised_however_it_is_spelled(front: httpx2.AsyncClient, content_type: str) -> None:
    body = json.dumps(HELLO).encode()
    assert (await front.post("/graphql", content=body, headers={"content-type": content_type})).status_code == 200


@pytest.mark.parametrize("size", [MAX_BODY + 1, 20 * 1024 * 1024])
@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_past_the_limit_is_413_in_json(front: httpx2.AsyncClient, size: int, announced: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"query": "#'
        for _ in range(size // 65536 + 1):
            yield b"x" * 65536

    content = b"#" * size if announced else pieces()
    refused(await front.post("/graphql", content=content, headers=JSON), 413, "PAYLOAD_TOO_LARGE")


async def test_a_body_of_just_the_limit_is_read(front: httpx2.AsyncClient) -> None:
    body = json.dumps(HELLO).encode().ljust(MAX_BODY)
    assert (await front.post("/graphql", content=body, headers=JSON)).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
async def test_other_methods_are_405_and_say_what_is_allowed(front: httpx2.AsyncClient, method: str) -> None:
    answer = await front.request(method, "/graphql", json=HELLO)
    refused(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, POST"


async def test_a_mutation_over_get_is_405(front: httpx2.AsyncClient) -> None:
    mutation = 'mutation { rename(name: "x") }'
    answer = await front.get("/graphql", params={"query": mutation})
    refused(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "POST"
    assert (await front.post("/graphql", json={"query": mutation})).json() == {"data": {"rename": "x"}}


async def test_a_query_over_get_is_answered(front: httpx2.AsyncClient) -> None:
    query = "query A($n: Int!) { double(number: $n) } query B { item { name } }"
    params = {"query": query, "variables": '{"n": 4}', "operationName": "A", "extensions": ""}
    assert (await front.get("/graphql", params=params)).json() == {"data": {"double": 8}}


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query={item{name}}&variables={",
        "query={item{name}}&variables=[]",
        "query={item{name}}&variables=1",
        'query={item{name}}&extensions="x"',
        "query={item{name}}&extensions=%ff",
        "query={item{name}}&variables={}&variables={}",
        "query={item{name}}&query={item{name}}",
        "query={item{name}}&variables=" + quote("[" * 20_000),
    ],
)
async def test_a_bad_query_string_is_refused(front: httpx2.AsyncClient, query_string: str) -> None:
    refused(await front.get("/graphql?" + query_string), 400, "BAD_USER_INPUT")


@pytest.mark.parametrize("query_string", ["query=%ff", "query=%00", "query=%ed%a0%80"])
async def test_bytes_that_are_no_text_are_no_query(front: httpx2.AsyncClient, query_string: str) -> None:
    answer = await front.get(f"/graphql?{query_string}", headers={"accept": NEW})
    refused(answer, 400, "GRAPHQL_PARSE_FAILED")


@pytest.fixture
async def served() -> AsyncIterator[int]:
    """The port of a real server: what follows is about connections and raw bytes."""
    server = uvicorn.Server(uvicorn.Config(build(), port=0, log_config=None))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def test_a_connection_stays_usable_after_whatever_was_refused(served: int) -> None:
    one = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{served}", limits=one) as client:
        for body in [*BAD_BODIES.values(), b"#" * (MAX_BODY + 1)]:
            answer = await client.post("/graphql", content=body, headers=JSON)
            assert answer.status_code in {400, 413}
            assert (await client.post("/graphql", json=HELLO)).status_code == 200


async def test_raw_bytes_in_the_query_string_are_no_500(served: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served)
    writer.write(b"GET /graphql?query=\xff\xfe HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: a=b\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert b"GRAPHQL_PARSE_FAILED" in answer or answer.startswith(b"HTTP/1.1 400")


async def test_a_browser_that_asks_nothing_is_told_what_is_missing() -> None:
    transport = httpx2.ASGITransport(app=build())
    async with httpx2.AsyncClient(transport=transport, base_url="http://home.example") as client:
        answer = await client.get("/graphql", headers={"accept": "text/html"})
        refused(answer, 400, "BAD_USER_INPUT")
        assert "query" in answer.json()["errors"][0]["message"]


COOKIE = {"cookie": "__Host-session=x"}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://home.example.evil.example"},
        {"origin": "https://home.example"},
        {"origin": "http://home.example:81"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://home.example", "sec-fetch-site": "cross-site"},
    ],
)
async def test_another_site_cannot_use_the_viewers_cookie(front: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    refused(await front.post("/graphql", json=HELLO, headers=COOKIE | headers), 403, "FORBIDDEN")
    refused(await front.get("/graphql", params=HELLO, headers=COOKIE | headers), 403, "FORBIDDEN")
    assert (await front.post("/graphql", json=HELLO, headers=headers)).status_code == 200


@pytest.mark.parametrize("others", [["cross-site"], ["same-origin"]])
async def test_a_site_that_is_said_twice_is_another_as_soon_as_one_says_so(
    front: httpx2.AsyncClient, others: list[str]
) -> None:
    said = [("sec-fetch-site", each) for each in ("cross-site", *others)]
    for headers in (said, said[::-1]):
        refused(await front.post("/graphql", json=HELLO, headers=[*COOKIE.items(), *headers]), 403, "FORBIDDEN")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://home.example"},
        {"origin": "HTTP://HOME.EXAMPLE:80", "sec-fetch-site": "same-origin"},
        {"origin": "https://friend.example"},
        {"sec-fetch-site": "none"},
    ],
)
async def test_our_own_pages_may_send_cookies(front: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    assert (await front.post("/graphql", json=HELLO, headers=COOKIE | headers)).status_code == 200


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/html", "application/json"),
        ("application/json", "application/json"),
        (NEW, NEW),
        (f"{NEW}, application/json;q=0.9", NEW),
        (f"application/json;q=0.9, {NEW}", NEW),
        (f"application/json, {NEW}", "application/json"),
        (f"{NEW}, application/json", NEW),
        (f"{NEW};q=0.5, */*", "application/json"),
        (f"{NEW};q=0", "application/json"),
        (f"{NEW.upper()} ; charset=utf-8 ; q=1.0", NEW),
        (f"{NEW};q=banana, ,;", NEW),
    ],
)
def test_the_media_type_is_the_one_preferred(accept: str, chosen: str) -> None:
    assert negotiated(accept.encode()) == f"{chosen}; charset=utf-8"


async def test_the_answer_says_its_media_type_and_what_it_varies_with(front: httpx2.AsyncClient) -> None:
    answer = await front.post("/graphql", json=HELLO, headers={"accept": NEW})
    assert answer.headers["content-type"] == f"{NEW}; charset=utf-8"
    assert answer.headers["vary"] == "Accept"


async def test_a_bug_is_masked_and_logged_under_the_same_id(
    front: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    text = "s3cret \\u001b[31m\\r\\nforged: line\\u007f\\u0085"
    answer = await front.post("/graphql", json={"query": f'{{ item {{ name }} broken(text: "{text}") }}'})
    assert answer.status_code == 200
    body = answer.json()
    number = answer.headers["x-request-id"]
    assert body["data"] == {"item": {"name": "one"}, "broken": None}
    assert body["errors"][0]["message"] == "Internal error"
    assert body["errors"][0]["path"] == ["broken"]
    assert body["errors"][0]["extensions"] == {"code": "INTERNAL", "requestId": number}
    assert "s3cret" not in answer.text
    [line] = [record.getMessage() for record in caplog.records if record.name == "bestclawmodels"]
    assert line.isascii()
    assert line.isprintable()
    entry = json.loads(line)
    assert (entry["requestId"], entry["path"]) == (number, ["broken"])
    assert "RuntimeError" in entry["error"]
    assert "s3cret \x1b[31m\r\nforged: line\x7f" in entry["trace"]
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


async def test_an_error_raised_on_purpose_is_shown(front: httpx2.AsyncClient) -> None:
    first, second = (await front.post("/graphql", json={"query": "{ refused uncoded }"})).json()["errors"]
    assert first["extensions"] == {"code": "BAD_USER_INPUT", "argument": "input.rating"}
    assert (second["message"], second["extensions"]) == ("said on purpose", {"code": "BAD_USER_INPUT"})


async def test_at_most_five_errors_are_shown(front: httpx2.AsyncClient) -> None:
    for name in ("refused", "nothing"):
        query = "{" + " ".join(f"a{n}: {name}" for n in range(20)) + "}"
        assert len((await front.post("/graphql", json={"query": query})).json()["errors"]) == 5


async def test_every_request_has_its_own_id(front: httpx2.AsyncClient) -> None:
    answers = await asyncio.gather(*(front.post("/graphql", json={"query": "{ slow }"}) for _ in range(3)))
    numbers = [answer.headers["x-request-id"] for answer in answers]
    assert [answer.json()["data"]["slow"] for answer in answers] == numbers
    assert len(set(numbers)) == 3


async def test_the_last_guard_answers_and_logs_a_bug_outside_the_resolvers(
    front: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await front.post("/graphql", json=HELLO, headers={"x-broken-context": "1"})
    refused(answer, 500, "INTERNAL")
    [line] = [record.getMessage() for record in caplog.records if record.name == "bestclawmodels"]
    assert json.loads(line)["requestId"] == answer.headers["x-request-id"]
    assert "no context" not in answer.text

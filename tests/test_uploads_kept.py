"""Uploads leave nothing behind but figures: a canary in every string of a large one is found nowhere afterwards."""

import asyncio
import gzip
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from auth import tokens
from auth.sessions import digest
from db.connect import Database
from db.tables import ApiToken, Summary
from main import application
from settings import Settings
from tests.evidence import traces
from tests.evidence.test_privacy import CANARY, RESOURCE, tainted
from tests.front_door import ORIGIN, SECRET
from tests.make import World

pytestmark = pytest.mark.anyio


def files(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below the folders, whole."""
    for folder in folders:
        yield from ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


async def test_a_canary_in_every_string_of_ten_thousand_spans_is_found_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    make, database = World(now=traces.NOW), Database(f"sqlite:///{tmp_path / 'data' / 'canary.db'}")
    await database.migrate()
    async with database.opened():
        owner, secret = await make.reviewer(), tokens.fresh()
        await make.review(await make.endpoint(provider_model_id="gpt-4o"), owner)
        end = make.now + timedelta(days=1)
        await ApiToken.create(
            reviewer_id=owner.id, name="ci", digest=digest(secret), scope_bits=31, created_at=make.now, expires_at=end
        )
        spans = [tainted(span, number) for number, span in enumerate(traces.deployment(1_667))][:10_000]
        whole = traces.as_protobuf(spans, RESOURCE)
        app = application(Settings(origin=ORIGIN, database=database, secret=SECRET), make.clock)
        answers = []
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN) as http:
            for body in (
                gzip.compress(whole),
                gzip.compress(whole)[:-9],
                traces.as_json(spans[:99])[:-3],
                b"{" + whole,
            ):
                kind = {"content-type": "application/x-protobuf", "authorization": f"Bearer {secret}"}
                answers.append(await http.post("/v1/traces", content=body, headers=kind))
            named = await http.post("/v1/traces", content=whole, headers=kind | {"x-review-id": CANARY})
        answers.append(named)
        assert [answer.status_code for answer in answers] == [200, 400, 400, 400, 404]
        assert await Summary.all().count() == 1
        seen = list(files(tmp_path))
        assert {path.suffix for path, _ in seen} >= {".db", ".db-wal"}
        for path, content in seen:
            assert CANARY.encode() not in content, path
            assert secret.encode() not in content, path
    out, err = capfd.readouterr()
    for text in (out, err, caplog.text, repr([record.args for record in caplog.records])):
        assert CANARY not in text
        assert secret not in text
    for answer in answers:
        assert CANARY.encode() not in answer.content


async def test_what_a_parser_raises_is_not_told() -> None:
    """The worker itself, made to raise with the canary in its message, says nothing and ends with an error."""
    code = (
        "import evidence.telemetry.worker as w\ndef broken(data): raise RuntimeError(data)\nw.read = broken\nw.main()\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(b"[]\n" + CANARY.encode())
    assert (process.returncode, out, err) == (1, b"", b"")

"""The command line of evidence works offline: a trace becomes a summary, a receipt is checked."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner, Result

from evidence import prices
from evidence.commands import app
from evidence.receipts import Verdict, public_text, sign
from evidence.telemetry.canonical import digest, from_json
from evidence.telemetry.lookups import Usage
from evidence.telemetry.summary import Summary
from tests.evidence import traces
from tests.evidence.traces import as_json, as_protobuf, deployment, gzipped

ROOT = Path(__file__).parents[2]
KEY = Ed25519PrivateKey.from_private_bytes(b"\x03" * 32)
WRITTEN: dict[str, Callable[[list[traces.Made]], bytes]] = {
    "trace.json": as_json,
    "trace.pb": as_protobuf,
    "trace.pb.gz": lambda spans: gzipped(as_protobuf(spans)),
    "trace.jsonl": lambda spans: b"\n".join(as_json([span]) for span in spans),
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.mark.parametrize("name", WRITTEN)
def test_a_trace_becomes_a_canonical_summary(tmp_path: Path, name: str) -> None:
    trace, out = tmp_path / name, tmp_path / "summary.json"
    trace.write_bytes(WRITTEN[name](deployment()))
    ran = run("summarize", trace, "--json", "--out", out, "--model", "openai/gpt-4o")
    assert ran.exit_code == 0
    assert ran.stdout == out.read_text() + "\n"
    found = from_json(out.read_bytes())
    assert isinstance(found, Summary)
    assert (found.model, found.requests, found.confirmed) == ("openai/gpt-4o", 300, 300)
    # 1,000 tokens in at $2.50 and some 76 out at $10 for each million, three times a conversation
    assert found.cost.mean == pytest.approx(3 * 2.5e-3 + 1e-5 * (found.tokens.output or 0) / 100)


def test_what_would_be_sent_and_asked_is_shown(tmp_path: Path) -> None:
    trace = tmp_path / "trace.json"
    trace.write_bytes(as_json(deployment()))
    ran = run("summarize", trace)
    assert ran.exit_code == 0
    for words in ("What would be sent", "tool_calling.success", "reliability.requests", "heavy_tail", "SHA-256"):
        assert words in ran.stdout


@pytest.mark.parametrize(("content", "words"), [(b"", "malformed"), (b"{}", "malformed"), (b"\x1f\x8b", "malformed")])
def test_a_trace_that_cannot_be_read_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    trace = tmp_path / "trace"
    trace.write_bytes(content)
    ran = run("summarize", trace)
    assert ran.exit_code == 1
    assert ran.stderr.startswith(words)


def test_a_receipt_is_checked_offline(tmp_path: Path) -> None:
    receipt, key = tmp_path / "receipt.json", public_text(KEY.public_key())
    summary = traces.summary(traces.chat("c"))
    receipt.write_bytes(sign(digest(summary), Verdict.ACCEPTED, datetime(2026, 11, 20, tzinfo=UTC), KEY))
    ran = run("verify", receipt, "--key", key)
    assert ran.exit_code == 0
    assert "genuine" in ran.stdout
    receipt.write_bytes(receipt.read_bytes().replace(b"accepted", b"refused"))
    ran = run("verify", receipt, "--key", key)
    assert (ran.exit_code, ran.stderr) == (1, "forged: this receipt is not believed.\n")
    assert run("verify", receipt, "--key", "nonsense").exit_code == 2
    assert run("summarize", receipt, "--model", "a b").exit_code == 2
    assert run("verify", tmp_path / "missing", "--key", key).exit_code == 2


def test_the_product_s_command_line_offers_it_and_needs_no_settings(tmp_path: Path) -> None:
    trace = tmp_path / "trace.json"
    trace.write_bytes(as_json([traces.chat("c")]))
    ran = subprocess.run(
        [sys.executable, "main.py", "evidence", "summarize", str(trace), "--json"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "PORT": "nonsense"}, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["requests"] == 1


def test_prices_are_those_of_the_day_and_unknown_ones_are_null() -> None:
    usage, day = Usage(1_000_000, 0, 0, 0), datetime(2026, 1, 1, tzinfo=UTC)
    assert prices.price("gpt-4o", "openai", day, usage) == 2.5
    for model, provider in (("gpt-4o", "nobody"), ("no such model", "openai"), ("no such model", None), ("", "")):
        assert prices.price(model, provider, day, usage) is None
        assert prices.resolve(model, provider) is None
    assert prices.resolve("gpt-4o-2024-08-06", "openai") == "openai/gpt-4o"

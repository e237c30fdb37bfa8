"""The command line of evidence: summarise a trace on this machine, see what would be sent, check a receipt."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich import print as say
from rich.markup import escape
from rich.table import Table

from evidence import prices, receipts, sending
from evidence.telemetry import canonical, plausibility
from evidence.telemetry.reading import read
from evidence.telemetry.refusals import Refusal
from evidence.telemetry.summaries import summarise
from evidence.telemetry.summary import MODEL, REVIEW, Summary

app = typer.Typer(help="Proof of a deployment, made and checked on this machine.", no_args_is_help=True)

_PIECE = 64 * 1024  # bytes read at a time
_READABLE = {"exists": True, "dir_okay": False, "readable": True}
_COLOURS = {"passed": "green", "failed": "red", "not_applicable": "dim"}


@app.command()
def summarize(
    trace: Annotated[Path, typer.Argument(help="OTLP as JSON, JSON lines or protobuf, gzipped or not.", **_READABLE)],
    model: Annotated[str | None, typer.Option(help="Only calls of this model, as provider/model.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the canonical JSON and nothing else.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the canonical JSON to this file.")] = None,
    review: Annotated[str | None, typer.Option(help="The review that it is evidence for, such as rev_…")] = None,
    send: Annotated[str | None, typer.Option(help="Send the summary, and it alone, to this instance.")] = None,
    token: Annotated[str, typer.Option(envvar=sending.TOKEN, hidden=True)] = "",
) -> None:
    """Reduce a trace to the figures that would be sent. Nothing leaves this machine, unless --send says where to.

    The API token is read from the environment variable BESTCLAWMODELS_TOKEN; the receipt is printed.
    """
    _check(model, review, send)
    reading = read(_pieces(trace))
    if isinstance(reading, Refusal):
        raise _refused(f"{reading.reason}: {reading.words}")
    summary = summarise(reading, prices.resolve, prices.price, model, review=review)
    sent = canonical.to_json(summary)
    if out is not None:
        out.write_bytes(sent)
    if as_json:
        typer.echo(sent)
    else:
        _show(summary, sent)
    if send is not None:
        _send(send, sent, token)


def _check(model: str | None, review: str | None, send: str | None) -> None:
    """Refuse what cannot be meant, before the trace is read."""
    if model is not None and not MODEL.fullmatch(model):
        raise typer.BadParameter("This is no model's id.", param_hint="--model")
    if review is not None and not REVIEW.fullmatch(review):
        raise typer.BadParameter("This is no review's id.", param_hint="--review")
    if send is not None and (model is None or review is None):
        raise typer.BadParameter("Say which --model and which --review it is for.", param_hint="--send")
    if send is not None and not sending.safe(send):
        raise typer.BadParameter("Give an https address; only this machine's own may do without.", param_hint="--send")


def _send(address: str, summary: bytes, token: str) -> None:
    """Send what has been shown and print the receipt, or say why there is none."""
    if not token:
        raise _refused(f"Set {sending.TOKEN} to an API token with the scope EVIDENCE.")
    answer = sending.sent(address, summary, token)
    if isinstance(answer, str):
        raise _refused(answer)
    typer.echo(f"{answer.state}, evidence {answer.evidence}", err=True)
    typer.echo(answer.receipt)


@app.command()
def verify(
    receipt: Annotated[Path, typer.Argument(help="The receipt's file.", **_READABLE)],
    key: Annotated[str, typer.Option(help="The instance's public key, in base64url.")],
) -> None:
    """Check a receipt's signature without asking anybody."""
    public = receipts.public_key(key)
    if public is None:
        raise typer.BadParameter("This is no Ed25519 public key in base64url.", param_hint="--key")
    with receipt.open("rb") as file:
        found = receipts.verify(file.read(receipts.LARGEST + 1), public)
    if isinstance(found, receipts.Fault):
        raise _refused(f"{found}: this receipt is not believed.")
    say(f"[green]genuine[/green]  {found.verdict} at {found.at}, summary {found.digest}")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _refused(words: str) -> typer.Exit:
    typer.echo(words, err=True)
    return typer.Exit(1)


def _show(summary: Summary, sent: bytes) -> None:
    figures = list(_leaves("", orjson.loads(sent)))
    known = [(path, words) for path, words in figures if words]
    say(_table("What would be sent", known))
    say(f"Also sent: {len(figures) - len(known)} figures as null, since they are unknown or stand for fewer than 5.")
    checks = plausibility.checks(summary, datetime.now(UTC).date())
    rows = [(each.question, f"[{_COLOURS[each.outcome]}]{each.outcome}[/]  {escape(each.words)}") for each in checks]
    say(_table("What it would be asked", rows))
    say(f"{len(sent)} bytes, SHA-256 {canonical.digest(summary)}")


def _table(title: str, rows: Sequence[tuple[str, str]]) -> Table:
    table = Table("", "", title=title, title_justify="left", show_header=False)
    for name, words in rows:
        table.add_row(name, words)
    return table


def _leaves(path: str, node: Any) -> Iterator[tuple[str, str]]:
    """Every figure by its path. Long lists are counted, as nobody reads five hundred digests."""
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(node, list) and path.endswith(("bins", "traces_seen")):
        yield path, f"{len(node)} entries"
    elif isinstance(node, list):
        for place, inner in enumerate(node):
            yield from _leaves(f"{path}.{place}", inner)
    else:
        yield path, "" if node is None else escape(str(node))

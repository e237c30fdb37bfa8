"""BestClawModels: the ASGI application and the command line. The only reader of the environment."""

import asyncio
import gc
import logging
import os
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from signal import SIGINT
from typing import Annotated, Any

import typer
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich import print as say
from rich.markup import escape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from auth import sessions, tokens
from auth.cookies import Cookies
from auth.origins import own
from auth.redirects import safe_next
from auth.routes import routes as sign_in_routes
from db import audit as trail
from db import seed as demo
from db.catalogue import BrokenFileError, Imported, Tally, findings, import_catalogue, is_current
from evidence.commands import app as evidence_app
from receiving import receipt_keys, receiver, turns
from resolvers import attestations, epochs, lookups, nights, nodes, snapshots, summaries, uploads, windows
from resolvers.attestations import Office
from resolvers.context import Context
from resolvers.lookups import Outside
from resolvers.tokens import MOST as MOST_TOKENS
from resolvers.uploads import Desk
from schema import answers, persisted, schema, sdl
from schema.answers import Answers
from schema.errors import MAX_ERRORS, present
from schema.persisted import Persisted
from schema.requests import MAX_BODY, RequestError, request_id
from schema.view import View
from settings import Settings, UnsafeSettings, read_settings
from web import pages, problems
from web.attestations import routes as attestation_routes
from web.compression import COMPRESSED
from web.explorer import WithExplorer
from web.page import SAVED
from web.security import HEADERS, SECURED
from web.site import Answer, SignIn, Site
from web.straight import Straight
from web.uploads import routes as upload_routes


def application(
    settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC), office: Office | None = None
) -> Starlette:
    """The ASGI application of one instance; attestations are received in its own `office` unless another is given."""
    archive = summaries.archive(settings.secret)
    there = office or attestations.office(settings.origin, archive, settings.folder, settings.issuers_off)
    key = Ed25519PrivateKey.from_private_bytes(settings.receipt_key)
    cookies = Cookies(secure=settings.origin.startswith("https://"))

    async def context(request: Request, request_id: str) -> Context:
        asked = Context(secret=settings.secret, request_id=request_id, clock=clock)
        authorization = request.headers.get("authorization", "")
        if tokens.sent(authorization):
            return await with_token(asked, authorization)
        asked.viewer = await sessions.viewer(request.cookies, cookies, clock())
        return asked

    async def ask(request: Request, document: str, variables: Mapping[str, Any]) -> Answer:
        number = request_id(request.scope)
        asked = await context(request, number)
        result = await schema.execute(document, dict(variables), context_value=asked)
        return Answer(result.data, [dict(error) for error in present(result.errors or (), number)])

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await settings.database.migrate()
        async with settings.database.opened(fallback=True):
            works = (
                snapshots.watch(),
                nights.watch(clock, recomputed_apart),
                lookups.watch(clock, Outside()),
            )
            jobs = [asyncio.create_task(work) for work in works]
            yield
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    site = Site(
        ask=ask,
        own=lambda request: own(request, settings.origin),
        inside=safe_next,
        sign_in=SignIn(github=settings.github is not None, local=settings.local),
        origin=settings.origin,
        limits=limits(),
        now=clock,
    )
    known, kept = Persisted(each.document for each in SAVED.values()), Answers(clock, settings.keep)
    graphql = WithExplorer(View(schema, context, (settings.origin,), known, kept, HEADERS))
    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=None),  # `Straight` goes first; `/graphql/` is sent there
            Route("/schema.graphql", schema_text),
            Route("/healthz", health),
            Route("/readyz", readiness),
            *sign_in_routes(settings.origin, settings.github, settings.moderators, clock, local=settings.local),
            *attestation_routes(receiver(there, key, clock)),
            *upload_routes(turns(Desk(archive), key, clock)),
            Route("/.well-known/agent-evidence-key", receipt_keys(key)),
            *pages.routes(site),
        ],
        middleware=[Middleware(Straight, to=graphql, path="/graphql"), SECURED, COMPRESSED],
        exception_handlers={HTTPException: problems.refused, Exception: problems.failed},
        lifespan=lifespan,
    )


def limits() -> dict[str, int]:
    """What the API keeps to, by name, for the guide: read from where it is kept."""
    return asdict(schema.limits) | {
        "body": MAX_BODY,
        "errors": MAX_ERRORS,
        "ids": nodes.LARGEST,
        "kept": answers.LASTING.seconds,
        "page": windows.LARGEST,
        "persisted": persisted.MOST,
        "persisted_characters": persisted.LONGEST,
        "token_days": tokens.LONGEST_LIFE.days,
        "tokens_of_one": MOST_TOKENS,
        "uploads": uploads.MOST_A_DAY,
    }


async def with_token(asked: Context, authorization: str) -> Context:
    """The context of whoever sends an API token; raises RequestError, HTTP 401, when it is no live one."""
    bearer = await tokens.bearer(authorization, asked.now)
    if bearer is None:
        raise RequestError(401, "This token is unknown, expired or revoked.", {"www-authenticate": "Bearer"})
    asked.viewer, asked.scopes = bearer.reviewer, bearer.scopes
    return asked


async def schema_text(_request: Request) -> Response:
    """The public API as text, byte for byte the committed schema.graphql."""
    return PlainTextResponse(sdl(), media_type="text/plain; charset=utf-8")


async def health(_request: Request) -> Response:
    """The process is alive."""
    return JSONResponse({"status": "ok"})


async def readiness(_request: Request) -> Response:
    """The database answers and holds the catalogue."""
    result = await schema.execute("{ models(first: 1) { totalCount } }", context_value=Context(secret=b"ready"))
    ready = bool(result.data and result.data["models"]["totalCount"])
    return JSONResponse({"status": "ok" if ready else "no catalogue"}, 200 if ready else 503)


command = typer.Typer(help="Language models rated as they behave in deployed agents.", add_completion=False)
command.add_typer(evidence_app, name="evidence")


@command.callback(invoke_without_command=True)
def default(invocation: typer.Context) -> None:
    """Serve, when no command is given."""
    if invocation.invoked_subcommand is None:
        serve()


@command.command()
def serve() -> None:
    """Migrate, import the catalogue if its files have changed, and serve HOST:PORT."""
    settings = _settings()
    with _broken_files_told():
        asyncio.run(_prepare(settings))
    say(f"[bold]{settings.origin}[/bold]  front page    [bold]{settings.origin}/graphql[/bold]  explorer")
    if settings.github is None:
        say("Sign-in with GitHub is off: set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET to turn it on.")
    if settings.local:
        say("[yellow]Development sign-in is on: anybody on this machine may sign in as anybody.[/yellow]")
    gc.freeze()  # what is imported lives as long as the process: looking through it again costs a long pause
    gc.set_threshold(20_000, 20, 50)
    sys.setswitchinterval(0.0005)  # seconds: threads that read a database hand over soon to the one that answers
    uvicorn.run(application(settings), host=settings.host, port=settings.port, log_level="warning", access_log=False)


@command.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    applied = asyncio.run(_settings().database.migrate())
    say("applied: " + ", ".join(applied) if applied else "nothing to do")


@command.command("import-catalogue")
def import_() -> None:
    """Bring the embedded catalogue, its public facts and today's list prices into the database, or change nothing."""
    with _broken_files_told():
        imported = asyncio.run(_import(_settings()))
    for title in ("priced_by", "skipped", "readings", "notes"):
        say(f"[bold]{title.replace('_', ' ')}[/bold]")
        for reason, count in getattr(imported, title).most_common():
            say(f"{count:8,}  {reason}")
    say(f"{imported.wrote:,} rows written." if imported.wrote else "Nothing has changed: nothing was written.")


@command.command("lint-catalogue")
def lint() -> None:
    """Count what the checks find about the embedded public facts, with an example each. No database is used."""
    with _broken_files_told():
        found = findings()
    first = {finding.code: finding for finding in reversed(found)}
    for code, count in Counter(finding.code for finding in found).most_common():
        example = first[code]
        say(f"{count:8,}  [bold]{code}[/bold]  {example.file}, line {example.line}: {escape(example.message)}")


@command.command()
def seed(demo_reviews: Annotated[bool, typer.Option("--demo", help="Yes, add made-up reviews.")] = False) -> None:
    """Add made-up reviewers, reviews and votes, labelled as such everywhere."""
    if not demo_reviews:
        raise typer.BadParameter("Say --demo: seeding adds made-up reviews.")
    say(asyncio.run(_seed(_settings())))


@command.command("export-schema")
def export_schema() -> None:
    """Print the public API as GraphQL SDL."""
    typer.echo(sdl(), nl=False)


@command.command()
def recompute() -> None:
    """Measure reputations and baselines anew and rebuild all statistics from the facts."""
    say(asyncio.run(_recompute(_settings())))


@command.command()
def audit() -> None:
    """Say whether the audit trail is unbroken: every decision as it was written, and none missing."""
    broken = asyncio.run(_audited(_settings()))
    if broken is not None:
        typer.echo(f"The audit trail is broken at link {broken}.", err=True)
        raise typer.Exit(1)
    say("The audit trail is unbroken.")


async def _audited(settings: Settings) -> int | None:
    await settings.database.migrate()
    async with settings.database.opened():
        return await trail.broken()


async def _prepare(settings: Settings) -> None:
    await settings.database.migrate()
    async with settings.database.opened():
        if not await is_current():
            await import_catalogue(datetime.now(UTC).date())


async def _import(settings: Settings) -> Imported:
    def told(name: str, tally: Tally) -> None:
        say(f"{name:16} {tally}")

    await settings.database.migrate()
    async with settings.database.opened():
        return await import_catalogue(datetime.now(UTC).date(), told=told)


@contextmanager
def _broken_files_told() -> Iterator[None]:
    """End with a sentence where a file of the catalogue is broken."""
    try:
        yield
    except BrokenFileError as error:
        typer.echo(f"Nothing was imported. {error}.", err=True)
        raise typer.Exit(2) from None


async def _seed(settings: Settings) -> str:
    await _prepare(settings)
    async with settings.database.opened():
        planted = await demo.plant(datetime.now(UTC))
        await epochs.recompute(datetime.now(UTC))
    return planted


async def recomputed_apart(_now: datetime) -> str:
    """Recompute in a process of its own, so that nobody waits for its arithmetic; RuntimeError where it fails."""
    process = await asyncio.create_subprocess_exec(sys.executable, __file__, "recompute", stdout=PIPE, stderr=PIPE)
    try:
        said, complaint = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError, TimeoutError):
            process.send_signal(SIGINT)  # it gives its lease back
            await asyncio.wait_for(process.wait(), 2)
        with suppress(ProcessLookupError):
            process.kill()
        raise
    if process.returncode:
        raise RuntimeError(complaint.decode())
    return said.decode()


async def _recompute(settings: Settings) -> str:
    await settings.database.migrate()
    async with settings.database.opened():
        return await epochs.recompute(datetime.now(UTC))


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except UnsafeSettings as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s")
    command()

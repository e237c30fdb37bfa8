"""BestClawModels: the ASGI application and the command line. The only reader of the environment."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
import uvicorn
from rich import print as say
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket

from auth import sessions
from auth.cookies import Cookies
from auth.origins import own
from auth.redirects import safe_next
from auth.routes import routes as sign_in_routes
from db import seed as demo
from db.catalogue import Imported, import_catalogue
from resolvers import epochs, nights
from resolvers.context import Context
from schema import schema, sdl
from schema.errors import present
from schema.requests import BodyLimit, request_id
from schema.view import View
from settings import Settings, UnsafeSettings, read_settings
from web import pages, problems
from web.security import SECURED
from web.site import Answer, SignIn, Site


def application(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Starlette:
    """The ASGI application of one instance."""
    cookies = Cookies(secure=settings.origin.startswith("https://"))

    async def context(request: Request | WebSocket, request_id: str) -> Context:
        viewer = await sessions.viewer(request.cookies, cookies, clock())
        return Context(secret=settings.secret, viewer=viewer, request_id=request_id, clock=clock)

    async def ask(request: Request, document: str, variables: Mapping[str, Any]) -> Answer:
        number = request_id(request.scope)
        asked = await context(request, number)
        result = await schema.execute(document, dict(variables), context_value=asked)
        return Answer(result.data, [dict(error) for error in present(result.errors or (), number)])

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await settings.database.migrate()
        async with settings.database.opened(fallback=True):
            nightly = asyncio.create_task(nights.watch(clock))
            yield
            nightly.cancel()
            await asyncio.gather(nightly, return_exceptions=True)

    site = Site(
        ask=ask,
        own=lambda request: own(request, settings.origin),
        inside=safe_next,
        sign_in=SignIn(github=settings.github is not None, local=settings.local),
        origin=settings.origin,
        now=clock,
    )
    graphql = pages.WithExplorer(View(schema, context, origins=(settings.origin,)))
    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=None, middleware=[Middleware(BodyLimit)]),
            Route("/schema.graphql", schema_text),
            Route("/healthz", health),
            Route("/readyz", readiness),
            *sign_in_routes(settings.origin, settings.github, settings.moderators, clock, local=settings.local),
            *pages.routes(site),
        ],
        middleware=[SECURED],
        exception_handlers={HTTPException: problems.refused, Exception: problems.failed},
        lifespan=lifespan,
    )


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


@command.callback(invoke_without_command=True)
def default(invocation: typer.Context) -> None:
    """Serve, when no command is given."""
    if invocation.invoked_subcommand is None:
        serve()


@command.command()
def serve() -> None:
    """Migrate, import the catalogue and serve HOST:PORT."""
    settings = _settings()
    asyncio.run(_prepare(settings))
    say(f"[bold]{settings.origin}[/bold]  front page    [bold]{settings.origin}/graphql[/bold]  explorer")
    if settings.github is None:
        say("Sign-in with GitHub is off: set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET to turn it on.")
    if settings.local:
        say("[yellow]Development sign-in is on: anybody on this machine may sign in as anybody.[/yellow]")
    uvicorn.run(application(settings), host=settings.host, port=settings.port, log_level="warning")


@command.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    applied = asyncio.run(_settings().database.migrate())
    say("applied: " + ", ".join(applied) if applied else "nothing to do")


@command.command("import-catalogue")
def import_() -> None:
    """Bring the embedded catalogue and today's list prices into the database."""
    imported = asyncio.run(_prepare(_settings()))
    for field in fields(imported):
        say(f"{field.name:12}", getattr(imported, field.name))


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


async def _prepare(settings: Settings) -> Imported:
    await settings.database.migrate()
    async with settings.database.opened():
        return await import_catalogue(datetime.now(UTC).date())


async def _seed(settings: Settings) -> str:
    await _prepare(settings)
    async with settings.database.opened():
        planted = await demo.plant(datetime.now(UTC))
        await epochs.recompute(datetime.now(UTC))
    return planted


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

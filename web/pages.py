"""Which pages there are. The explorer shares its address with the API: `web/explorer.py`."""

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from web import assets, badges, cards, figures, guide, leaderboard, moderation, proofs, reviews, tokens, votes
from web.addresses import choice, day, flag, given, text, use_case, whole
from web.explorer import operations_json
from web.page import Page, bound, framed
from web.rendering import render
from web.security import SECURED
from web.site import Site

ROWS = 50
DRIFT_DAYS = 150  # how far back the history of a standing looks
MOMENTS = 5


def searched(request: Request, _now: datetime) -> dict[str, Any]:
    """The variables of a list that is searched by name and paged."""
    openness = choice(request, "weights", leaderboard.OPENNESS)
    asked = given(search=text(request, "q"), minContext=whole(request, "ctx"), toolCall=flag(request, "tools"))
    wanted = asked if openness is None else asked | {"openWeights": openness}
    return {"filter": wanted, "first": ROWS, "after": text(request, "after")}


def of_model(request: Request, _now: datetime) -> dict[str, Any]:
    slug = request.path_params["slug"]
    stretches = {f"{name}After": text(request, name) for name in ("scores", "results", "hosts")}
    chosen = use_case(request)
    asked = {"slug": slug, "useCase": chosen, "task": figures.priced(chosen), "reviews": {"model": slug}}
    return asked | {"after": text(request, "after")} | stretches


def of_endpoint(request: Request, _now: datetime) -> dict[str, Any]:
    chosen = use_case(request)
    asked = {"slug": request.path_params["slug"], "useCase": chosen, "task": figures.priced(chosen)}
    return asked | {"after": text(request, "after"), "hostsAfter": text(request, "hosts")}


def of_drift(request: Request, now: datetime) -> dict[str, Any]:
    """The moments lie at midnight (UTC), so that a day asks for one and the same past."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [midnight - timedelta(days=DRIFT_DAYS * (MOMENTS - n) // MOMENTS) for n in range(MOMENTS)]
    asked = {f"at{n}": moment.isoformat() for n, moment in enumerate(moments)}
    return {"slug": request.path_params["slug"], "useCase": use_case(request)} | asked


def of_reviews(request: Request, _now: datetime) -> dict[str, Any]:
    wanted = given(
        endpoint=text(request, "endpoint"),
        model=text(request, "model"),
        reviewer=text(request, "reviewer"),
        useCase=use_case(request, "") or None,
        minScoringLevel=whole(request, "evidence"),
        since=day(request, "since"),
        until=day(request, "until"),
    )
    return {"filter": wanted, "first": 20, "after": text(request, "after")}


def of_reviewer(request: Request, _now: datetime) -> dict[str, Any]:
    login = request.path_params["login"]
    return {"login": login, "after": text(request, "after"), "ledgerAfter": text(request, "ledger")}


PAGES = [
    Page("/", "front", card=cards.front),
    Page(
        "/leaderboard/{use_case}",
        "leaderboard",
        leaderboard.variables,
        tables={"standings": "ranking.nodes"},
        card=cards.leaderboard,
    ),
    guide.PAGE,
    Page("/methodology", "methodology", tables={"constants": "methodology.constants"}),
    Page("/models", "models", searched, tables={"models": "models.nodes"}),
    Page(
        "/models/{slug:path}",
        "model",
        of_model,
        subject="model",
        card=cards.model,
        tables={
            "endpoints": "model.endpoints.nodes",
            "agent-results": "model.agentResults.nodes",
            "benchmarks": "model.benchmarkScores.nodes",
            "hosts": "model.endpointResults.nodes",
            "tasks": "taskProfiles",
            "reviews": "reviews.nodes",
            "model": "model",
        },
    ),
    Page("/endpoints", "endpoints", searched, tables={"endpoints": "endpoints.nodes"}),
    Page(
        "/endpoints/{slug:path}/history",
        "drift",
        of_drift,
        subject="endpoint",
        tables={"history": "endpoint", "changes": "endpoint.now.changes.steps"},
    ),
    Page(
        "/endpoints/{slug:path}",
        "endpoint",
        of_endpoint,
        subject="endpoint",
        card=cards.endpoint,
        tables={
            "prices": "endpoint.prices.nodes",
            "measured": "endpoint.measurements",
            "results": "endpoint.results.nodes",
            "agent-results": "endpoint.model.agentResults.nodes",
            "tasks": "taskProfiles",
            "reviews": "endpoint.reviews.nodes",
            "endpoint": "endpoint",
        },
    ),
    Page(
        "/compare",
        "compare",
        figures.compared,
        card=cards.compare,
        tables={"standings": "compare.standings", "differences": "compare.differences", "results": "compare.results"},
    ),
    Page(
        "/frontier/{use_case}",
        "frontier",
        figures.frontier,
        card=cards.frontier,
        tables={"frontier": "frontier.nodes"},
    ),
    Page(
        "/gap",
        "gap",
        figures.gap,
        card=cards.gap,
        tables={"points": "realityGap.points.nodes", "figures": "realityGap"},
    ),
    Page("/reviews.atom", "reviews", of_reviews, template="reviews.atom", media="application/atom+xml"),
    Page("/reviews", "reviews", of_reviews, tables={"reviews": "reviews.nodes"}),
    Page(
        "/reviews/{id}",
        "review",
        lambda request, _now: {"id": request.path_params["id"]},
        subject="review",
        card=cards.review,
        tables={
            "revisions": "review.revisions.nodes",
            "evidence": "review.evidence.nodes",
            "proofs": "review.proofs.nodes",
        },
    ),
    Page(
        "/reviewers/{login}",
        "reviewer",
        of_reviewer,
        subject="reviewer",
        card=cards.reviewer,
        tables={"ledger": "reviewer.reputationEvents.nodes", "reviews": "reviewer.reviews.nodes"},
    ),
]


async def sign_in(site: Site, request: Request) -> Response:
    """The ways in that this instance offers, and the way out."""
    return await framed(site, request, "sign-in.html", next=site.inside(request.query_params.get("next")))


async def llms(site: Site, _request: Request) -> Response:
    """What a language model should read first."""
    return Response(render("llms.txt", site=site), media_type="text/plain; charset=utf-8")


async def first_leaderboard(_site: Site, _request: Request) -> Response:
    return RedirectResponse("/leaderboard/coding", 307)


async def first_frontier(_site: Site, _request: Request) -> Response:
    return RedirectResponse("/frontier/coding", 307)


def routes(site: Site) -> list[BaseRoute]:
    """All pages, `/operations.json` and the static files; `/graphql` is for `web.explorer.WithExplorer`."""
    return [
        *reviews.routes(site),  # before the pages: /reviews/new is no review's address
        *proofs.routes(site),
        *tokens.routes(site),
        *votes.routes(site),
        *moderation.routes(site),
        *badges.routes(site),
        *(route for page in PAGES for route in page.routes(site)),
        Route("/leaderboard", bound(first_leaderboard, site), middleware=[SECURED]),
        Route("/frontier", bound(first_frontier, site), middleware=[SECURED]),
        Route("/sign-in", bound(sign_in, site), middleware=[SECURED]),
        Route("/llms.txt", bound(llms, site), middleware=[SECURED]),
        Route("/operations.json", operations_json, middleware=[SECURED]),
        Mount("/static/{version}", assets.Assets(), middleware=[SECURED]),
    ]

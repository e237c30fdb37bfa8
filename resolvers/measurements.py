"""Measured figures: those of each report, and pooled for each endpoint and use case."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import orjson
from strawberry import Info

from db.enums import Metric, Origin, SummaryState, Unit, UseCase
from db.queries import Condition, Listing, Ordering, Record, Statement, column, dialect, fetch
from db.tables import Endpoint, Measurement, PooledMeasurement, Review, Summary
from evidence.telemetry.measures import Bins, measures, pooled
from evidence.telemetry.summary import Summary as Figures
from resolvers.statistics import AFFILIATED
from resolvers.windows import Page, Window, pages

LASTING = timedelta(days=180)
"""How long a measurement counts: models change under one name."""
EACH, MOST = 20, 400  # reports of one review, and of all, that are pooled: the newest
NEWEST = Ordering("MEASUREMENT", (column("created_at"), column("id")), descending=True)
_POOLED = """
    SELECT m.metric, m.value, m.n, m.bins, m.first_day, m.last_day, m.concurrency, m.origin, m.unit, s.id, s.reviewer_id
    FROM measurement m JOIN (
        SELECT own.*, ROW_NUMBER() OVER (PARTITION BY own.review_id ORDER BY own.created_at DESC, own.id) AS place
        FROM summary own JOIN review r ON r.id = own.review_id JOIN revision n ON n.id = r.revision_id
        WHERE own.endpoint_id = $1 AND own.use_case = $2 AND own.state = 'ACCEPTED' AND own.last_day >= $3
        AND NOT own.superseded AND r.state = 'PUBLISHED' AND n.interest NOT IN ({})
    ) s ON s.id = m.summary_id AND s.place <= $4
    WHERE s.id IN (
        SELECT id FROM summary WHERE endpoint_id = $1 AND use_case = $2 AND state = 'ACCEPTED'
        ORDER BY created_at DESC, id LIMIT $5
    )
"""
_STALE = "SELECT DISTINCT endpoint_id, use_case FROM pooled_measurement WHERE first_day < $1 LIMIT 500"
_WEAKEST = list(Origin)
_USE_CASES, _METRICS = list(UseCase), list(Metric)


async def of_reviews(reviews: list[Review], info: Info, window: Window, metric: Metric | None = None) -> list[Page]:
    """What telemetry showed of this deployment, newest first. It stands beside the ratings and moves none."""
    wanted = () if metric is None else (Condition("metric = {}", (metric.value,)),)
    listing = Listing(Measurement, NEWEST, wanted, parent_column="review_id")
    return await pages([review.id for review in reviews], info, window, listing)


async def of_endpoints(
    endpoints: list[Endpoint], info: Info, use_case: UseCase | None = None, metric: Metric | None = None
) -> list[list[PooledMeasurement]]:
    """What telemetry showed in each use case, or in one, over all reviewers' plausible reports of the last 180 days.

    Percentiles are merged from histograms, shares and means weighed by what they are measured on. Figures of different
    use cases are never pooled.
    """
    found: dict[str, list[PooledMeasurement]] = defaultdict(list)
    wanted = {"use_case": use_case, "metric": metric}
    asked = {name: value for name, value in wanted.items() if value is not None}
    for row in await PooledMeasurement.filter(endpoint_id__in=list({each.id for each in endpoints}), **asked):
        found[row.endpoint_id].append(row)
    return [sorted(found[each.id], key=_place) for each in endpoints]


def _place(row: PooledMeasurement) -> tuple[int, int]:
    return _USE_CASES.index(row.use_case), _METRICS.index(row.metric)


async def keep(summary: Summary, figures: Figures) -> None:
    """Write the figures of a summary that are known, in the caller's transaction."""
    shared = {name: getattr(summary, name) for name in ("review_id", "first_day", "last_day", "origin", "created_at")}
    load = figures.latency.concurrency_mean
    for each in measures(figures):
        said = {"metric": Metric(each.metric), "value": each.value, "unit": Unit(each.unit), "n": each.n}
        row = Measurement(summary_id=summary.id, bins=each.bins, concurrency=load, **said, **shared)
        await row.save(force_create=True)


async def pool(endpoint_id: str, use_case: UseCase, now: datetime) -> None:
    """Pool an endpoint's measurements of a use case anew, in the caller's transaction.

    The endpoint's lock lets one do so at a time: whoever waits for it reads what the one before has written.
    """
    await Endpoint.filter(id=endpoint_id).select_for_update(no_key=True).first()  # foreign keys may go on pointing
    rows = await _counted(endpoint_id, use_case, now)
    by_metric: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        by_metric[row["metric"]].append(row)
    made = await asyncio.to_thread(lambda: [_pooled(metric, each) for metric, each in by_metric.items()])
    await PooledMeasurement.filter(endpoint_id=endpoint_id, use_case=use_case).delete()
    for each in made:
        each.update_from_dict({"endpoint_id": endpoint_id, "use_case": use_case})
        await each.save(force_create=True)


async def repool(review: Review, now: datetime) -> None:
    """Pool anew where a review's own reports count, in the caller's transaction."""
    if await Summary.exists(review_id=review.id):
        await pool(review.endpoint_id, review.use_case, now)


async def discount(review: Review, now: datetime) -> None:
    """Let a review's reports count no longer, in the caller's transaction."""
    counted = Summary.filter(review_id=review.id).exclude(state=SummaryState.REJECTED)
    if await counted.update(state=SummaryState.REJECTED):
        await pool(review.endpoint_id, review.use_case, now)


async def stale(now: datetime) -> list[tuple[str, UseCase]]:
    """Endpoints and use cases with a figure that reports of too long ago may be in."""
    rows = await fetch(_STALE, [_day(now.date() - LASTING)])
    return [(row["endpoint_id"], UseCase(row["use_case"])) for row in rows]


async def _counted(endpoint_id: str, use_case: UseCase, now: datetime) -> list[Record]:
    statement = Statement([endpoint_id, use_case.value, _day(now.date() - LASTING), EACH, MOST])
    interests = ", ".join(statement.bind(each.value) for each in sorted(AFFILIATED))
    return await fetch(_POOLED.format(interests), statement.values)


def _pooled(metric: str, rows: Sequence[Record]) -> PooledMeasurement:
    parts = [(row["value"], row["n"], orjson.loads(row["bins"])) for row in rows]
    alone = [pooled(metric, [part]) for part in parts]
    known = [row for row in rows if row["concurrency"] is not None]
    loads: list[tuple[float, int, Bins]] = [(row["concurrency"], row["n"], []) for row in known]
    return PooledMeasurement(
        metric=Metric(metric),
        value=pooled(metric, parts),
        lowest=min(alone),
        highest=max(alone),
        unit=Unit(rows[0]["unit"]),
        n=sum(row["n"] for row in rows),
        reports=len(rows),
        reviewers=len({row["reviewer_id"] for row in rows}),
        first_day=_date(min(row["first_day"] for row in rows)),
        last_day=_date(max(row["last_day"] for row in rows)),
        concurrency=pooled("LOAD", loads) if loads else None,
        origin=min((Origin(row["origin"]) for row in rows), key=_WEAKEST.index),
    )


def _day(day: date) -> date | str:
    return day.isoformat() if dialect() == "sqlite" else day


def _date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day

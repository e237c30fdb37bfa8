"""Summaries of telemetry: judged against what is known from others, and kept as figures without their traces' ids."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hmac import digest as hmac_digest

import orjson
from strawberry import Info

from db.enums import Origin, SummaryState
from db.queries import Listing, Ordering, Record, column, dialect, execute_many, fetch
from db.tables import Measurement, Review, Summary
from evidence.telemetry import canonical, plausibility
from evidence.telemetry.figures import Distribution
from evidence.telemetry.plausibility import ALIKE, Check, Outcome, Past, Question
from evidence.telemetry.summary import Summary as Figures
from evidence.telemetry.trace_ids import filtered
from resolvers import measurements
from resolvers.windows import Page, Window, pages

NEWEST = Ordering("SUMMARY", (column("created_at"), column("id")), descending=True)
OF_REVIEW = Listing(Summary, NEWEST, parent_column="review_id")
_COUNTING = timedelta(days=90)  # within which small uploads add up
_KNOWN = """
    SELECT DISTINCT t.digest FROM seen_trace t JOIN summary s ON s.id = t.summary_id
    WHERE t.digest IN (SELECT value FROM {}) AND s.reviewer_id <> $2
"""
_COPIES = """
    SELECT p50, p95, p99 FROM summary
    WHERE p50 BETWEEN $1 AND $2 AND p95 BETWEEN $3 AND $4 AND p99 BETWEEN $5 AND $6 AND reviewer_id <> $7 LIMIT 1
"""
_AGAIN = """
    SELECT s.id, COUNT(*) AS shared, (SELECT COUNT(*) FROM seen_trace o WHERE o.summary_id = s.id) AS own
    FROM seen_trace t JOIN summary s ON s.id = t.summary_id
    WHERE t.digest IN (SELECT value FROM {}) AND s.review_id = $2 AND NOT s.superseded GROUP BY s.id
"""
_SO_FAR = """
    SELECT COALESCE(SUM(requests), 0) AS requests, COUNT(DISTINCT last_day) AS days,
    COALESCE(SUM(CASE WHEN last_day = $3 THEN 1 ELSE 0 END), 0) AS same_day FROM summary
    WHERE review_id = $1 AND state <> 'REJECTED' AND NOT superseded AND last_day >= $2
"""


@dataclass(frozen=True, slots=True)
class Archive:
    """Where summaries are kept; `key` turns trace ids into what is stored of them."""

    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A summary as it came: its figures, the SHA-256 of its canonical bytes, and who stands behind it."""

    figures: Figures
    digest: str
    origin: Origin


def archive(secret: bytes) -> Archive:
    """The archive of an instance: a key of its own, made from the instance's secret."""
    return Archive(hmac_digest(secret, b"bestclawmodels trace ids v1", "sha256"))


async def of_reviews(reviews: list[Review], info: Info, window: Window) -> list[Page]:
    """What was sent as telemetry of this deployment and how it was judged, newest first."""
    return await pages([review.id for review in reviews], info, window, OF_REVIEW)


async def file(archive: Archive, review: Review, sent: Sent, now: datetime, attestation: str | None = None) -> Summary:
    """Judge a summary and keep it, in the caller's transaction, which holds the review's lock.

    The same summary again is the one that is kept; an attestation makes it an attested one.
    """
    kept = await Summary.get_or_none(review_id=review.id, digest=sent.digest)
    if kept is None:
        kept = await _filed(archive, review, sent, now, attestation)
    elif attestation is not None:
        await _vouched(kept, attestation)
    if kept.state is SummaryState.ACCEPTED:
        await Summary.filter(review_id=review.id, state=SummaryState.PENDING).update(state=SummaryState.ACCEPTED)
        await measurements.pool(review.endpoint_id, review.use_case, now)
    return kept


async def _filed(archive: Archive, review: Review, sent: Sent, now: datetime, attestation: str | None) -> Summary:
    figures, traces = sent.figures, sorted(filtered(sent.figures.traces_seen, archive.key))
    again = await _again(review, traces)
    await Summary.filter(id__in=again).update(superseded=True)
    past = await _past(archive, review, figures, traces, now)
    found = plausibility.checks(figures, now.date(), past)
    times = figures.latency.inference
    kept = await Summary.create(
        review_id=review.id,
        reviewer_id=review.reviewer_id,
        endpoint_id=review.endpoint_id,
        use_case=review.use_case,
        attestation_id=attestation,
        digest=sent.digest,
        figures=_kept(figures),
        found=[[each.question.value, each.outcome.value, each.words] for each in found],
        state=state(found),
        origin=sent.origin,
        requests=figures.requests,
        first_day=figures.first_day,
        last_day=figures.last_day,
        p50=times.p50,
        p95=times.p95,
        p99=times.p99,
        created_at=now,
    )
    await execute_many("INSERT INTO seen_trace (digest, summary_id) VALUES ($1, $2)", [[t, kept.id] for t in traces])
    await measurements.keep(kept, figures)
    return kept


async def _vouched(kept: Summary, attestation: str) -> None:
    """A summary that was sent before, and that a CI run now stands behind."""
    kept.attestation_id, kept.origin = attestation, Origin.ATTESTED
    await kept.save(update_fields=["attestation_id", "origin"])
    await Measurement.filter(summary_id=kept.id).update(origin=Origin.ATTESTED)


def state(checks: Sequence[Check]) -> SummaryState:
    """What the checks come to: too few calls alone is no fault, and more of them may follow."""
    failed = {check.question for check in checks if check.outcome is Outcome.FAILED}
    if failed <= {Question.ENOUGH_CALLS}:
        return SummaryState.PENDING if failed else SummaryState.ACCEPTED
    return SummaryState.REJECTED


def faults(kept: Summary) -> str:
    """The checks that a summary failed, in words."""
    return " ".join(check.words for check in kept.checks if check.outcome == Outcome.FAILED)


def _kept(figures: Figures) -> dict[str, object]:
    """The figures without what was seen of the traces."""
    held: dict[str, object] = orjson.loads(canonical.to_json(figures))
    del held["traces_seen"]
    return held


async def _past(archive: Archive, review: Review, figures: Figures, traces: list[str], now: datetime) -> Past:
    """What the checks compare with, in three bounded statements."""
    known = await fetch(_KNOWN.format(_list()), [_bound(traces), review.reviewer_id])
    [so_far] = await fetch(_SO_FAR, [review.id, _day(now.date() - _COUNTING), _day(figures.last_day)])
    return Past(
        key=archive.key,
        traces=frozenset(row["digest"] for row in known),
        latencies=await _copies(review, figures.latency.inference),
        requests=int(so_far["requests"]),
        days=so_far["days"] + (so_far["same_day"] == 0),
    )


async def _copies(review: Review, own: Distribution) -> list[Distribution]:
    """Another reviewer's latencies that are the same as these."""
    bounds: list[float | str] = []
    for value in (own.p50, own.p95, own.p99):
        if value is None:
            return []
        bounds += [value * (1 - ALIKE), value * (1 + ALIKE)]
    rows = await fetch(_COPIES, [*bounds, review.reviewer_id])
    return [Distribution(count=None, p50=row["p50"], p95=row["p95"], p99=row["p99"], bins=()) for row in rows]


async def _again(review: Review, traces: list[str]) -> list[str]:
    """Earlier summaries of the review of which this one repeats at least half: it counts in their place."""
    rows: list[Record] = await fetch(_AGAIN.format(_list()), [_bound(traces), review.id])
    return [row["id"] for row in rows if 2 * row["shared"] >= min(row["own"], len(traces))]


def _list() -> str:
    return "unnest($1::text[]) AS given(value)" if dialect() == "postgresql" else "json_each($1)"


def _bound(texts: list[str]) -> list[str] | str:
    return texts if dialect() == "postgresql" else orjson.dumps(texts).decode()


def _day(day: date) -> date | str:
    return day.isoformat() if dialect() == "sqlite" else day

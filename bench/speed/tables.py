"""The rows of a dataset, for our own tables and for the ordinary ones that the peers read."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from bench.speed.dataset import DIMENSIONS, USE_CASES, Dataset, Row

FAR = 4_102_444_800_000_000  # 2100, in microseconds since 1970
STARS = ", ".join(dimension.column for dimension in DIMENSIONS)
MAKERS = 20  # developers, and as many providers
_YEAR = 366 * 86_400 * 10**6


class Rows(NamedTuple):
    """What one table gets."""

    table: str
    columns: str
    rows: Iterable[Row]


def ours(data: Dataset, newest: int) -> Iterator[Rows]:
    """Our own tables; `newest` is the moment (microseconds since 1970) that everything lies before."""
    yield from _catalogue(data)
    figures = "trust, standing, track_record, severity"
    yield Rows("reviewer", f"id, issuer, subject, login, role, {figures}, joined_at", _reviewers(data, newest))
    columns = f"id, review_id, reviewer_id, number, {STARS}, pros, cons, interest, created_at"
    yield Rows("revision", columns, _revisions(data, newest))
    columns = "id, reviewer_id, endpoint_id, use_case, state, revision_id, scoring_level, published_at, updated_at"
    yield Rows("review", columns, _reviews(data, newest))
    yield Rows("vote", "id, revision_id, author_id, voter_id, helpful, cast_at", _votes(data, newest))
    yield Rows("session", "digest, reviewer_id, created_at, expires_at", _sessions(data, newest))
    yield Rows("lease", "name, holder, expires_at", [("nightly", "bench", FAR)])  # no recompute during a run


def theirs(data: Dataset, newest: int) -> Iterator[Rows]:
    """The peers' tables (peers/tables.sql): the same rows under the same ids, ratings beside the review."""
    yield from _catalogue(data)
    yield Rows("reviewer", "id, login, joined_at", ((r[0], r[3], r[-1]) for r in _reviewers(data, newest)))
    columns = f"id, reviewer_id, endpoint_id, use_case, state, {STARS}, published_at"
    yield Rows("review", columns, _rated_reviews(data, newest))
    yield Rows("vote", "id, review_id, voter_id, helpful, cast_at", _plain_votes(data, newest))
    yield Rows("session", "digest, reviewer_id, expires_at", ((s[0], s[1], s[3]) for s in _sessions(data, newest)))


def _catalogue(data: Dataset) -> Iterator[Rows]:
    makers = range(MAKERS)
    yield Rows("developer", "id, slug, name", [(f"dev_{n:012d}", f"maker-{n}", f"Maker {n}") for n in makers])
    yield Rows("provider", "id, slug, name", [(f"prv_{n:012d}", f"host-{n}", f"Host {n}") for n in makers])
    columns = "id, slug, name, developer_id, context_window, open_weights, input_modalities"
    yield Rows("model", columns, _models(data))
    columns = "id, slug, model_id, provider_id, provider_model_id, context_limit"
    yield Rows("endpoint", columns, _endpoints(data))


def model_slug(place: int) -> str:
    """The slug of a model by its place."""
    return f"maker-{place % MAKERS}/bench-{place}"


def _models(data: Dataset) -> Iterator[Row]:
    for n, key in enumerate(data.models):
        yield key, model_slug(n), f"Bench {n}", f"dev_{n % MAKERS:012d}", 128_000, n % 2 == 0, '["text"]'


def _endpoints(data: Dataset) -> Iterator[Row]:
    for n, key in enumerate(data.endpoints):
        host, there = n * 7 % MAKERS, f"bench-{n}"
        yield key, f"bench-host-{host}:{there}", data.models[n % len(data.models)], f"prv_{host:012d}", there, 128_000


def _reviewers(data: Dataset, newest: int) -> Iterator[Row]:
    for n, key in enumerate(data.reviewers):
        role = "MEMBER" if n < len(data.reviewers) - data.size.moderators else "MODERATOR"
        yield key, "GITHUB", str(n + 1), f"bench-{n}", role, 0.0, 0, 1.0, 0.0, newest - _YEAR


def _revisions(data: Dataset, newest: int) -> Iterator[Row]:
    stars, written = data.stars.tolist(), (newest - data.written).tolist()
    for n, (key, author) in enumerate(zip(data.revisions, data.review[:, 0].tolist(), strict=True)):
        given = [star or None for star in stars[n]]
        yield key, data.reviews[n], data.reviewers[author], 1, *given, "It kept up.", "It was dear.", "NONE", written[n]


def _reviews(data: Dataset, newest: int) -> Iterator[Row]:
    level, written = data.level.tolist(), (newest - data.written).tolist()
    for n, (key, place) in enumerate(zip(data.reviews, data.review.tolist(), strict=True)):
        whom = (data.reviewers[place[0]], data.endpoints[place[1]], USE_CASES[place[2]].value, "PUBLISHED")
        yield key, *whom, data.revisions[n], level[n], written[n], written[n]


def _rated_reviews(data: Dataset, newest: int) -> Iterator[Row]:
    stars = data.stars.tolist()
    for n, row in enumerate(_reviews(data, newest)):
        yield *row[:5], *(star or None for star in stars[n]), row[7]


def _votes(data: Dataset, newest: int) -> Iterator[Row]:
    moments = (newest - data.written[data.vote[:, 0]] + data.cast).tolist()
    authors, helpful = data.review[:, 0].tolist(), data.helpful.tolist()
    for n, (review, voter) in enumerate(data.vote.tolist()):
        people = (data.reviewers[authors[review]], data.reviewers[voter])
        yield data.votes[n], data.revisions[review], *people, bool(helpful[n]), moments[n]


def _plain_votes(data: Dataset, newest: int) -> Iterator[Row]:
    about = data.vote[:, 0].tolist()
    for review, row in zip(about, _votes(data, newest), strict=True):
        yield row[0], data.reviews[review], *row[3:]


def _sessions(data: Dataset, newest: int) -> Iterator[Row]:
    for n, token in enumerate(data.tokens):
        yield sha256(token.encode()).hexdigest(), data.reviewers[n], newest, FAR

"""A community made from a seed, as arrays: who reviewed what with how many stars, and who voted on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

import numpy as np

from db.enums import Dimension, UseCase
from scoring.arrays import Integers

LETTERS = np.frombuffer(b"0123456789abcdefghijkmnpqrstuvwxyz", dtype="S1")  # of public ids, as db/fields.py has them
DIMENSIONS, USE_CASES = list(Dimension), list(UseCase)
LEVEL_SHARES = (0.45, 0.1, 0.15, 0.1, 0.15, 0.05)  # of scoring levels 0 to 5
DAYS = 300 * 86_400 * 10**6  # microseconds in which the reviews were written
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything there is."""

    endpoints: int = 2_000
    models: int = 1_000
    reviewers: int = 20_000
    reviews: int = 100_000
    votes: int = 1_000_000
    sessions: int = 4_000
    moderators: int = 20


def sized(scale: float) -> Size:
    """The size of a scale: endpoints stay, everything people do grows."""
    reviewers = int(20_000 * scale)
    reviews, votes = int(100_000 * scale), int(1_000_000 * scale)
    return Size(reviewers=reviewers, reviews=reviews, votes=votes, sessions=min(4_000, reviewers // 2))


@dataclass(frozen=True, slots=True)
class Dataset:
    """Columns of everything; rows refer to one another by place, ids are what the databases hold."""

    size: Size
    models: list[str]
    endpoints: list[str]
    reviewers: list[str]
    reviews: list[str]
    revisions: list[str]
    votes: list[str]
    review: Integers  # (reviews, 3): reviewer, endpoint, use case
    stars: Integers  # (reviews, dimensions); 0 is not rated
    level: Integers
    written: Integers  # microseconds before the newest
    vote: Integers  # (votes, 2): review, voter
    helpful: Integers
    cast: Integers  # microseconds after the review
    tokens: list[str]

    def ballots(self) -> Iterator[tuple[str, str]]:
        """Session tokens, each with a review of somebody else's: what the vote's workload sends."""
        for place in range(len(self.reviews)):
            voter = place % len(self.tokens)
            if self.review[place, 0] != voter:
                yield self.tokens[voter], self.reviews[place]


def dataset(size: Size, seed: int) -> Dataset:
    """The community of a seed: the same seed gives the same one."""
    source = np.random.default_rng(seed)
    places = (size.reviewers, size.endpoints, len(USE_CASES))
    review = _distinct(source, _review_codes, places, size.reviews)
    stars = _stars(source, size, review)
    vote = _distinct(source, partial(_vote_codes, review), (size.reviews, size.reviewers), size.votes)
    return Dataset(
        size=size,
        models=ids(source, "mdl", size.models),
        endpoints=ids(source, "end", size.endpoints),
        reviewers=ids(source, "rvr", size.reviewers),
        reviews=ids(source, "rev", size.reviews),
        revisions=ids(source, "rvn", size.reviews),
        votes=ids(source, "vot", size.votes),
        review=review,
        stars=stars,
        level=source.choice(len(LEVEL_SHARES), size.reviews, p=LEVEL_SHARES),
        written=source.integers(DAYS // 100, DAYS, size.reviews),
        vote=vote,
        helpful=(source.random(size.votes) < 0.8).astype(np.int64),
        cast=source.integers(0, DAYS // 100, size.votes),
        tokens=[sha256(f"{seed}/{place}".encode()).hexdigest()[:43] for place in range(size.sessions)],
    )


def ids(source: np.random.Generator, prefix: str, amount: int) -> list[str]:
    """Public ids: they are random, so that indexes are as scattered as in a real instance."""
    letters = LETTERS[source.integers(0, len(LETTERS), (amount, 12))]
    return [f"{prefix}_{each.decode()}" for each in np.ascontiguousarray(letters).view("S12")[:, 0].tolist()]


Draw = Callable[[np.random.Generator, tuple[int, ...], int], Integers]


def _distinct(source: np.random.Generator, draw: Draw, places: tuple[int, ...], amount: int) -> Integers:
    """That many different combinations, in no order."""
    found = np.zeros(0, dtype=np.int64)
    while len(found) < amount:
        found = np.unique(np.concatenate([found, draw(source, places, amount)]))
    chosen = source.permutation(found)[:amount]
    return np.stack(np.unravel_index(chosen, places), axis=1).astype(np.int64)


def _review_codes(source: np.random.Generator, places: tuple[int, ...], amount: int) -> Integers:
    """Some endpoints are reviewed more than others: the square of an even draw, half of the time."""
    reviewers, endpoints, use_cases = places
    even = source.random(amount)
    liked = np.where(source.random(amount) < 0.5, even, even**2)
    columns = (
        source.integers(0, reviewers, amount),
        (liked * endpoints).astype(np.int64),
        source.integers(0, use_cases, amount),
    )
    return np.ravel_multi_index(columns, places).astype(np.int64)


def _vote_codes(review: Integers, source: np.random.Generator, places: tuple[int, ...], amount: int) -> Integers:
    """Nobody votes on their own review."""
    reviews, reviewers = places
    about, voter = source.integers(0, reviews, amount), source.integers(0, reviewers, amount)
    others = review[about, 0] != voter
    codes: Integers = np.ravel_multi_index((about[others], voter[others]), places).astype(np.int64)
    return codes


def _stars(source: np.random.Generator, size: Size, review: Integers) -> Integers:
    """One to five dimensions of each review are rated, around a quality of the endpoint in the dimension."""
    dimensions = len(DIMENSIONS)
    quality = source.normal(3.4, 0.6, (size.endpoints, dimensions))
    felt = quality[review[:, 1]] + source.normal(0, 0.7, (size.reviews, dimensions))
    given = np.clip(np.rint(felt), 1, 5).astype(np.int64)
    order = source.random((size.reviews, dimensions)).argsort(axis=1)
    rated = order < source.integers(1, dimensions + 1, (size.reviews, 1))
    stars: Integers = given * rated.astype(np.int64)
    return stars

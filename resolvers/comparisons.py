"""Comparisons: two to eight endpoints or models side by side, and how sure their differences are."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from math import sqrt

from strawberry import Info

from db.enums import Dimension, Unit, UseCase
from db.queries import rows_with
from db.tables import AgentResult, Endpoint, Model, Source
from resolvers.boards import board
from resolvers.inputs import Weights
from resolvers.questions import Asked, Pooling
from resolvers.refusals import BadUserInput
from resolvers.reports import representative_rows
from resolvers.snapshots import DIMENSIONS
from resolvers.standings import Standing, standings_at
from scoring.arrays import Floats
from scoring.constants import CONSTANTS
from scoring.figures import published
from scoring.ranks import duels
from scoring.reports import lower_is_better

FEWEST, MOST = 2, 8
Subject = Endpoint | Model


@dataclass(frozen=True, slots=True)
class Lead:
    """How far one subject leads another, in stars, and how sure that is."""

    difference: float
    low: float
    high: float
    probability: float


@dataclass(frozen=True, slots=True)
class DimensionLead:
    """A lead in one dimension."""

    dimension: Dimension
    lead: Lead


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference between two of the compared."""

    left: str
    right: str
    score: Lead
    dimensions: list[DimensionLead]


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """The figure of one of the compared in a metric."""

    subject: str
    row: AgentResult

    @property
    def value(self) -> float | None:
        return self.row.value

    @property
    def n(self) -> int | None:
        return self.row.n

    @property
    def configuration(self) -> str | None:
        return self.row.configuration

    @property
    def reported_on(self) -> date:
        return self.row.reported_on


@dataclass(frozen=True, slots=True)
class ComparedMetric:
    """One metric in which at least two of the compared have a figure."""

    metric: str
    source: str
    unit: Unit | None
    values: list[ComparedValue]

    @property
    def lower_is_better(self) -> bool:
        return lower_is_better(self.metric)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was asked to be compared, side by side."""

    subjects: Sequence[Subject]
    standings: list[Standing]
    differences: list[Difference]


async def compare(
    info: Info,
    use_case: UseCase,
    endpoints: list[str] | None = None,
    models: list[str] | None = None,
    weights: Weights | None = None,
    as_of: datetime | None = None,
) -> Comparison:
    """Two to eight endpoints, or models, side by side in one use case: standings, differences, public results."""
    pooling, slugs = _named(endpoints, models)
    table = Endpoint if pooling is Pooling.ENDPOINT else Model
    subjects = _ordered(slugs, await rows_with(table, "slug", slugs), f"{pooling.value.lower()}s")
    found = await board(info, Asked(use_case, pooling, weights, as_of=as_of))
    standings = standings_at(found, [found.places[subject.id] for subject in subjects])
    return Comparison(subjects, standings, await asyncio.to_thread(_differences, slugs, standings))


def _named(endpoints: list[str] | None, models: list[str] | None) -> tuple[Pooling, list[str]]:
    """Which kind is compared, and its slugs; BadUserInput for both kinds, none, too few, too many or one twice."""
    if (endpoints is None) == (models is None):
        raise BadUserInput("Name either endpoints or models, not both.", "endpoints")
    kind, slugs = (Pooling.ENDPOINT, endpoints) if models is None else (Pooling.MODEL, models)
    named, argument = slugs or [], f"{kind.value.lower()}s"
    if not FEWEST <= len(named) <= MOST:
        raise BadUserInput(f"{len(named)} named; {FEWEST} to {MOST} can be compared.", argument)
    if len(set(named)) < len(named):
        raise BadUserInput("One is named twice.", argument)
    return kind, named


def _ordered(slugs: list[str], rows: Sequence[Subject], argument: str) -> list[Subject]:
    by_slug = {row.slug: row for row in rows}
    for place, slug in enumerate(slugs):
        if slug not in by_slug:
            raise BadUserInput("Nothing has this slug.", argument, str(place))
    return [by_slug[slug] for slug in slugs]


def _differences(slugs: list[str], standings: list[Standing]) -> list[Difference]:
    """Every pair once, in the order in which they were named."""
    found, places = standings[0].board, [standing.place for standing in standings]
    estimates, version = found.estimates, found.version
    score = _leads(found.composites.score[places], found.composites.variance[places], version)
    columns = [
        _leads(estimates.score[places, column], estimates.variance[places, column], version)
        for column in range(len(DIMENSIONS))
    ]
    return [
        Difference(
            slugs[one],
            slugs[other],
            score[one, other],
            [DimensionLead(*pair) for pair in zip(DIMENSIONS, (leads[one, other] for leads in columns), strict=True)],
        )
        for one, other in combinations(range(len(slugs)), 2)
    ]


def _leads(score: Floats, variance: Floats, version: int) -> dict[tuple[int, int], Lead]:
    """Each one's lead over each later one, the interval as if their errors were independent."""
    chances = duels(score, variance, version)
    leads = {}
    for one, other in combinations(range(len(score)), 2):
        difference = float(score[one] - score[other])
        margin = CONSTANTS.interval_z * sqrt(float(variance[one] + variance[other]))
        figures = (difference, difference - margin, difference + margin, chances[one, other])
        leads[one, other] = Lead(*map(published, figures))
    return leads


async def results(comparisons: list[Comparison], info: Info) -> list[list[ComparedMetric]]:
    """Public results of agent harnesses that at least two of them have, endpoints by their model; none is a standing.

    One figure for each: native tools and independent reports before others, then the newest.
    """
    models = {_model(subject) for comparison in comparisons for subject in comparison.subjects}
    rows = await rows_with(AgentResult, "model_id", models)
    sources = {source.id: source.name for source in await Source.all()} if rows else {}
    return [list(_shared(comparison, rows, sources)) for comparison in comparisons]


def _shared(comparison: Comparison, rows: Iterable[AgentResult], sources: dict[str, str]) -> Iterator[ComparedMetric]:
    of_metric: dict[tuple[str, str], list[AgentResult]] = defaultdict(list)
    for row in rows:
        if row.reported_on <= comparison.standings[0].as_of.date():
            of_metric[(sources[row.source_id], row.metric)].append(row)
    for (source, metric), found in sorted(of_metric.items()):
        chosen = representative_rows(found)
        values = [
            ComparedValue(subject.slug, chosen[_model(subject)])
            for subject in comparison.subjects
            if _model(subject) in chosen
        ]
        if len(values) >= FEWEST:
            yield ComparedMetric(metric, source, values[0].row.unit, values)


def _model(subject: Subject) -> str:
    return subject.model_id if isinstance(subject, Endpoint) else subject.id

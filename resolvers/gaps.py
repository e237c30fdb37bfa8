"""Reality gaps: how far the order of models in a benchmark is their order where agents are deployed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import isfinite

import numpy as np
from strawberry import Info

from db.enums import Dimension, Reporter, Unit, UseCase
from db.kept import related
from db.queries import Key, Ordering, column, rows_with
from db.tables import AgentResult, Benchmark, BenchmarkScore, Model, Source
from resolvers.boards import board
from resolvers.inputs import GapFilter, GapTarget, Weights
from resolvers.questions import Asked, Pooling, past_moment
from resolvers.refusals import BadUserInput
from resolvers.reports import report, representative_rows
from resolvers.snapshots import DIMENSIONS
from resolvers.windows import Page, Window, page_of
from scoring.arrays import Floats
from scoring.figures import published
from scoring.gaps import Agreement, Figure, Gap, TopGap, gap
from scoring.reports import is_mixed, lower_is_better
from scoring.verdicts import Finding, Verdict, verdict

MOST_TOP = 20
BY_BENCHMARK = Ordering("GAP", (Key("rank", lambda point: point.benchmark_rank), column("slug")))


@dataclass(frozen=True, slots=True)
class GapFigure:
    """A figure with its interval; null what cannot be told."""

    figure: Figure

    @property
    def value(self) -> float | None:
        return told(self.figure.value)

    @property
    def low(self) -> float | None:
        return told(self.figure.low)

    @property
    def high(self) -> float | None:
        return told(self.figure.high)


def told(value: float) -> float | None:
    """The figure as it is shown; null for what cannot be told."""
    return published(value) if isfinite(value) else None


@dataclass(frozen=True, slots=True)
class GapAgreement:
    """How far two orders of models agree."""

    agreement: Agreement

    @property
    def n(self) -> int:
        return self.agreement.n

    @property
    def spearman(self) -> GapFigure:
        return GapFigure(self.agreement.spearman)

    @property
    def kendall(self) -> GapFigure:
        return GapFigure(self.agreement.kendall)


@dataclass(frozen=True, slots=True)
class GapTop:
    """What choosing the best few by the benchmark costs in the field."""

    top: TopGap
    sign: int

    @property
    def k(self) -> int:
        return self.top.k

    @property
    def best(self) -> float:
        return published(self.sign * self.top.best)

    @property
    def chosen(self) -> float:
        return published(self.sign * self.top.chosen)

    @property
    def points(self) -> GapFigure:
        return GapFigure(self.top.points)

    @property
    def relative(self) -> GapFigure:
        return GapFigure(self.top.relative)

    @property
    def relative_least(self) -> float | None:
        return told(self.top.least)

    @property
    def relative_most(self) -> float | None:
        return told(self.top.most)


@dataclass(frozen=True, slots=True)
class FieldFigure:
    """What the field says of a model: a figure, and its configuration where it is an agent result."""

    value: float
    configuration: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The field that a benchmark is held against: figures by model id."""

    figures: Mapping[str, FieldFigure]
    unit: Unit | None = None
    lower_is_better: bool = False
    mixed_among: Sequence[AgentResult] = ()

    def mixed(self, models: set[str]) -> bool:
        """Whether the rows of these models mix kinds of configuration."""
        return is_mixed(report(row) for row in self.mixed_among if row.model_id in models)


@dataclass(frozen=True, slots=True)
class GapPoint:
    """One model in the benchmark and in the field."""

    model: Model
    score: BenchmarkScore
    field: FieldFigure
    benchmark_rank: float
    field_rank: float

    @property
    def slug(self) -> str:
        return self.model.slug

    @property
    def benchmark_value(self) -> float:
        return self.score.value

    @property
    def field_value(self) -> float:
        return published(self.field.value)

    @property
    def benchmark_configuration(self) -> str | None:
        return self.score.configuration

    @property
    def field_configuration(self) -> str | None:
        return self.field.configuration

    @property
    def reporter(self) -> Reporter:
        return self.score.reporter


@dataclass(frozen=True, slots=True)
class RealityGap:
    """The reality gap of one benchmark and one field."""

    benchmark: Benchmark
    target: Target
    gap: Gap
    mixed: bool
    scattered: list[GapPoint]

    @property
    def unit(self) -> Unit | None:
        return self.target.unit

    @property
    def lower_is_better(self) -> bool:
        return self.target.lower_is_better

    @property
    def n(self) -> int:
        return self.gap.whole.n

    @property
    def spearman(self) -> GapFigure:
        return GapFigure(self.gap.whole.spearman)

    @property
    def kendall(self) -> GapFigure:
        return GapFigure(self.gap.whole.kendall)

    @property
    def top_half(self) -> GapAgreement:
        return GapAgreement(self.gap.top_half)

    @property
    def top(self) -> GapTop | None:
        return GapTop(self.gap.top, -1 if self.target.lower_is_better else 1) if self.gap.top else None

    @property
    def configuration_mixed(self) -> bool:
        return self.mixed

    @property
    def vendor_scores(self) -> int:
        return sum(point.reporter is Reporter.VENDOR for point in self.scattered)

    @property
    def _verdict(self) -> Verdict:
        return verdict(self.gap, mixed=self.mixed)

    @property
    def finding(self) -> Finding:
        return self._verdict.finding

    @property
    def verdict(self) -> str:
        return self._verdict.words


async def reality_gap(
    info: Info,
    benchmark: str,
    target: GapTarget,
    use_case: UseCase | None = None,
    filter: GapFilter | None = None,
    top: int = 3,
    as_of: datetime | None = None,
) -> RealityGap:
    """How far a benchmark orders models as the field does: an agent metric, or the standing in one dimension.

    Computed from one row a model. A standing takes part once reviews back it.
    """
    if not 1 <= top <= MOST_TOP:
        raise BadUserInput(f"The top {top} cannot be told; it is 1 to {MOST_TOP}.", "top")
    now: datetime = info.context.now
    at = now if as_of is None else past_moment(as_of, now, "asOf")
    row = await Benchmark.get_or_none(slug=benchmark)
    if row is None:
        raise BadUserInput("No benchmark has this slug.", "benchmark")
    wanted = filter or GapFilter()
    found = await _target(info, target, use_case, wanted, at, as_of)
    scores = representative_rows(await _reported(row.id, wanted, at.date()))
    models = await _models(sorted(scores.keys() & found.figures.keys()), wanted)
    return await asyncio.to_thread(_computed, row, found, models, scores, top)


async def _reported(benchmark_id: str, wanted: GapFilter, day: date) -> list[BenchmarkScore]:
    """The scores of a benchmark that were reported until a day and pass the filter."""
    rows = await rows_with(BenchmarkScore, "benchmark_id", {benchmark_id})
    return [row for row in rows if row.reported_on <= day and wanted.reporter in (None, row.reporter)]


async def _models(ids: list[str], wanted: GapFilter) -> list[Model]:
    """The models that pass the filter, by slug: an order that says nothing of how good they are."""
    rows = [row for row in await related(Model, ids) if wanted.open_weights in (None, row.open_weights)]
    return sorted(rows, key=lambda row: row.slug)


async def _target(
    info: Info, target: GapTarget, use_case: UseCase | None, wanted: GapFilter, at: datetime, as_of: datetime | None
) -> Target:
    """The figures of the field, or BadUserInput."""
    if (target.metric is None) == (target.dimension is None):
        raise BadUserInput("Name either a metric or a dimension.", "target")
    if target.metric is not None:
        return await _metric(target.metric, target.source, use_case, wanted, at.date())
    if use_case is None or target.dimension is None:
        raise BadUserInput("A standing is of a use case: name one.", "useCase")
    return await _standings(info, target.dimension, use_case, as_of)


async def _standings(info: Info, dimension: Dimension, use_case: UseCase, as_of: datetime | None) -> Target:
    """Scores of review-backed models in one dimension."""
    weights = Weights(**{dimension.column: 1.0})
    found = await board(info, Asked(use_case, Pooling.MODEL, weights, as_of=as_of))
    score = found.estimates.score[:, DIMENSIONS.index(dimension)]
    return Target({found.ids[place]: FieldFigure(float(score[place])) for place in found.taking_part})


async def _metric(metric: str, source: str | None, use_case: UseCase | None, wanted: GapFilter, day: date) -> Target:
    """One figure a model in a metric of one source; metrics of the same name elsewhere are other tasks."""
    rows = [row for row in await rows_with(AgentResult, "metric", {metric}) if use_case in (None, row.use_case)]
    names = {row.id: row.name for row in await related(Source, sorted({row.source_id for row in rows}))}
    among = {row.source_id for row in rows if source in (None, names[row.source_id])}
    if not among:
        raise BadUserInput("No agent result has this metric, source and use case.", "target", "metric")
    if len(among) > 1:
        raise BadUserInput(f"Say which source: {', '.join(sorted(names.values()))}.", "target", "source")
    part = (wanted.configuration or "").lower()
    kept = [
        row
        for row in rows
        if row.source_id in among and row.reported_on <= day and part in (row.configuration or "").lower()
    ]
    chosen = representative_rows(kept)
    figures = {model: FieldFigure(row.value or 0.0, row.configuration) for model, row in chosen.items()}
    unit = next((row.unit for row in rows if row.source_id in among), None)
    return Target(figures, unit, lower_is_better(metric), list(chosen.values()))


def _computed(
    benchmark: Benchmark, target: Target, models: list[Model], scores: Mapping[str, BenchmarkScore], top: int
) -> RealityGap:
    sign = -1.0 if target.lower_is_better else 1.0
    x = np.array([scores[model.id].value for model in models], dtype=np.float64)
    y = np.array([sign * target.figures[model.id].value for model in models], dtype=np.float64)
    found = _remembered(x.tobytes(), y.tobytes(), top)
    points = [
        GapPoint(model, scores[model.id], target.figures[model.id], float(first), float(second))
        for model, first, second in zip(models, found.benchmark_ranks, found.field_ranks, strict=True)
    ]
    points.sort(key=BY_BENCHMARK.place)
    return RealityGap(benchmark, target, found, target.mixed({model.id for model in models}), points)


@lru_cache(maxsize=512)
def _remembered(benchmark: bytes, field: bytes, top: int) -> Gap:
    """The gap of two columns. The columns themselves are the key, so that no change of the data can be missed."""
    return gap(_floats(benchmark), _floats(field), top)


def _floats(column: bytes) -> Floats:
    return np.frombuffer(column, dtype=np.float64)


async def points(gaps: list[RealityGap], info: Info, window: Window) -> list[Page]:
    """The models of a scatter plot, best in the benchmark first."""
    return [page_of(info, window, BY_BENCHMARK, gap.scattered) for gap in gaps]

"""Reports: which of several rows about one model stands for it."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from db.tables import AgentResult, BenchmarkScore
from scoring.reports import Report, representatives

Fact = TypeVar("Fact", AgentResult, BenchmarkScore)


def report(row: AgentResult | BenchmarkScore) -> Report:
    """A row whose value is known as the arithmetic takes it."""
    value = row.value or 0.0
    return Report(row.model_id, value, row.reported_by, row.reported_on, row.configuration, row.id)


def is_known(row: AgentResult | BenchmarkScore) -> bool:
    """Whether the row has a value: a cost may be unknown."""
    return row.value is not None


def representative_rows(rows: Iterable[Fact]) -> dict[str, Fact]:
    """One row with a known value for each model's id, native tools and independent reports preferred."""
    by_id = {row.id: row for row in rows if is_known(row)}
    return {model: by_id[each.key] for model, each in representatives(map(report, by_id.values())).items()}


def chosen(rows: Sequence[Fact]) -> Fact:
    """The row that stands for a model among several of one metric."""
    [row] = representative_rows(rows).values()
    return row

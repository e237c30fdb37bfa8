"""Verdicts: what a reality gap may be said to show, in words that its own figures choose."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scoring.gaps import Agreement, Gap, TopGap

ENOUGH = 10  # models: with fewer, chance alone passes a rank correlation of ±.65 more than one time in twenty
STRONG = 0.7  # about half of the variance of the ranks is shared
WEAK = 0.4


class Finding(StrEnum):
    """What a reality gap shows."""

    TOO_FEW_MODELS = "TOO_FEW_MODELS"
    """Fewer than ten models have both figures: nothing can be said."""
    UNDECIDED = "UNDECIDED"
    """The interval of the rank correlation includes zero, or cannot be told: no link is shown, and none excluded."""
    REVERSED = "REVERSED"
    """The whole interval is below zero: what ranks high in the benchmark ranks low in the field."""
    POSITIVE = "POSITIVE"
    """The whole interval is above zero, but part of it is below .4: a link, of uncertain strength."""
    MODERATE = "MODERATE"
    """The whole interval is at least .4."""
    STRONG = "STRONG"
    """The whole interval is at least .7."""


_SHOWN = {
    Finding.REVERSED: "the benchmark and the field order these models in opposite ways",
    Finding.POSITIVE: "the benchmark and the field order these models alike to some degree, how far is uncertain",
    Finding.MODERATE: "the benchmark and the field order these models moderately alike or better",
    Finding.STRONG: "the benchmark and the field order these models much alike",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the figures show, for programs and for people."""

    finding: Finding
    words: str


def verdict(gap: Gap, *, mixed: bool) -> Verdict:
    """The verdict on a gap; `mixed` when the rows behind it were measured in configurations of different kinds."""
    finding = found(gap.whole)
    return Verdict(finding, " ".join(_sentences(gap, finding, mixed=mixed)))


def found(agreement: Agreement) -> Finding:
    """What the rank correlation shows, by the end of its interval that is nearer to zero."""
    rho = agreement.spearman
    if agreement.n < ENOUGH:
        return Finding.TOO_FEW_MODELS
    if not rho.is_bounded or rho.low <= 0 <= rho.high:
        return Finding.UNDECIDED
    if rho.high < 0:
        return Finding.REVERSED
    return Finding.STRONG if rho.low >= STRONG else Finding.MODERATE if rho.low >= WEAK else Finding.POSITIVE


def _sentences(gap: Gap, finding: Finding, *, mixed: bool) -> Iterator[str]:
    n = gap.whole.n
    if finding is Finding.TOO_FEW_MODELS:
        yield f"Only {n} {'model has' if n == 1 else 'models have'} both figures; below {ENOUGH} nothing can be said."
        return
    if finding is Finding.UNDECIDED:
        yield f"Over {n} models {_rho(gap.whole)}: no link between benchmark and field is shown, and none is excluded."
    else:
        yield f"Over {n} models {_rho(gap.whole)}: {_SHOWN[finding]}."
    yield _upper(gap.top_half)
    if gap.top is not None:
        yield _chosen(gap.top)
    if mixed:
        yield "The rows mix native tools with prompted or unstated ones, which moves results more than many a model."
    yield "This is a link among these models, not a cause, and says nothing of others."


def _rho(agreement: Agreement) -> str:
    rho = agreement.spearman
    interval = f"95 % interval {rho.low:.2f} to {rho.high:.2f}" if rho.is_bounded else "no interval can be told"
    return f"Spearman's rank correlation is {rho.value:.2f} ({interval})"


def _upper(half: Agreement) -> str:
    finding = found(half)
    if finding is Finding.TOO_FEW_MODELS:
        return f"The top half has {half.n} models, too few to say anything about the best."
    if finding is Finding.UNDECIDED:
        return f"Among the {half.n} of the top half no link is shown."
    return f"Among the {half.n} of the top half it is {half.spearman.value:.2f}."


def _chosen(top: TopGap) -> str:
    if top.relative.is_bounded:
        told = f"{_size(100 * top.relative.value)} % worse", 100 * top.relative.low, 100 * top.relative.high
    else:
        told = f"{_size(top.points.value)} worse in its unit", top.points.low, top.points.high
    words, low, high = told
    return (
        f"In the field the {top.k} best by the benchmark do {words} than the {top.k} best there"
        f" (95 % interval {_size(low)} to {_size(high)})."
    )


def _size(value: float) -> str:
    return f"{value:.0f}" if value >= 1 or not value else f"{value:.1f}"

"""Reports: which of a model's several reports in one metric stands for it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_NATIVE, _PROMPTED = re.compile(r"\bFC\b"), re.compile(r"^Prompt\b")
_LOWER = re.compile(
    r"lower better|latency|seconds|runtime|cost|stdev|error|exhausted|hallucination|ttft", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports of one model, in the words of the source; `key` names the row that says so."""

    model: str
    value: float
    reported_by: str
    day: date
    configuration: str | None = None
    key: str = ""

    @property
    def toolway(self) -> int:
        """0 for native tools (`FC`), 1 where it is not said, 2 for tools that are only described in the prompt."""
        words = self.configuration or ""
        return 0 if _NATIVE.search(words) else 2 if _PROMPTED.search(words) else 1

    @property
    def hearsay(self) -> bool:
        """Whether the source did not run it itself: a vendor's own figure, or somebody else's that it quotes."""
        return not self.reported_by.startswith("independent")


def representatives(reports: Iterable[Report]) -> dict[str, Report]:
    """One report for each model, by model in the order of their names.

    Native tools before prompted ones, the source's own runs before hearsay, then the newest; of one day the one
    with the highest value, as harnesses report their best settings, then the configuration first in the alphabet.
    """
    kept: dict[str, Report] = {}
    for report in sorted(reports, key=_worth):
        kept.setdefault(report.model, report)
    return dict(sorted(kept.items()))


def _worth(report: Report) -> tuple[int, bool, int, float, str]:
    return (report.toolway, report.hearsay, -report.day.toordinal(), -report.value, report.configuration or "")


def is_mixed(reports: Iterable[Report]) -> bool:
    """Whether some of the reports are of native tools and others of prompted ones or unsaid."""
    return len({report.toolway for report in reports}) > 1


def lower_is_better(metric: str) -> bool:
    """Whether less of a metric is better: costs, times, errors and what the source marks as such."""
    return bool(_LOWER.search(metric))

"""Profiles: ready tasks to price, one for each use case that has a typical one."""

from dataclasses import dataclass
from decimal import Decimal

from strawberry import Info

from db.enums import UseCase
from resolvers.inputs import TaskInput
from resolvers.refusals import BadUserInput
from scoring.costs import ImpossibleTaskError, Task

_ARGUMENTS = {
    "input_tokens": "inputTokens",
    "output_tokens": "outputTokens",
    "cached_share": "cachedShare",
    "turns": "turns",
    "tool_calls": "toolCalls",
}


@dataclass(frozen=True, slots=True)
class TaskProfile:
    """A ready task: round figures of ours to compare prices by, not measurements."""

    use_case: UseCase
    name: str
    task: Task

    @property
    def input_tokens(self) -> int:
        return self.task.input_tokens

    @property
    def output_tokens(self) -> int:
        return self.task.output_tokens

    @property
    def cached_share(self) -> float:
        return float(self.task.cached_share)

    @property
    def turns(self) -> int:
        return self.task.turns

    @property
    def tool_calls(self) -> int:
        return self.task.tool_calls


READY = {
    profile.use_case: profile
    for profile in (
        TaskProfile(UseCase.RAG, "A question answered from ten retrieved passages", Task(4_000, 400)),
        TaskProfile(
            UseCase.CUSTOMER_SERVICE,
            "An 8-turn customer-service conversation with four look-ups",
            Task(600, 150, Decimal("0.5"), turns=8, tool_calls=4),
        ),
        TaskProfile(
            UseCase.CODING,
            "A coding change: thirty looks at files, edits and test runs",
            Task(2_000, 400, Decimal("0.8"), turns=1, tool_calls=30),
        ),
        TaskProfile(
            UseCase.FINANCIAL_ANALYSIS,
            "A financial analysis: three questions over filings, with ten extracts and calculations",
            Task(6_000, 600, Decimal("0.5"), turns=3, tool_calls=10),
        ),
    )
}


async def listed(info: Info) -> list[TaskProfile]:
    """Ready tasks to price, by use case; a general assistant has no typical one."""
    return list(READY.values())


def task(use_case: UseCase | None, profile: TaskInput | None) -> Task:
    """The task that is asked about, or BadUserInput."""
    if profile is not None:
        return _given(profile)
    if use_case is None or use_case not in READY:
        raise BadUserInput("Describe the task, or name a use case that has a ready one.", "profile")
    return READY[use_case].task


def _given(profile: TaskInput) -> Task:
    try:
        share = Decimal(str(profile.cached_share))
        return Task(profile.input_tokens, profile.output_tokens, share, profile.turns, profile.tool_calls)
    except ImpossibleTaskError as error:
        raise BadUserInput(str(error), "profile", _ARGUMENTS[error.field]) from None

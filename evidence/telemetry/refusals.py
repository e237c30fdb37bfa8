"""Why an upload is not read."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Code of a refusal."""

    TOO_LARGE = "too_large"
    BOMB = "bomb"
    MALFORMED = "malformed"
    TOO_MANY_SPANS = "too_many_spans"
    TOO_MANY_VALUES = "too_many_values"
    NO_SPANS = "no_spans"
    NO_MODEL_CALLS = "no_model_calls"
    UNKNOWN_VOCABULARY = "unknown_vocabulary"
    NOT_CANONICAL = "not_canonical"
    INCONSISTENT = "inconsistent"
    NO_REVIEW = "no_review"
    AMBIGUOUS = "ambiguous"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An upload that is not read: `reason` for programs, `words` for people. The words never quote the upload."""

    reason: Reason
    words: str


class Refused(Exception):  # noqa: N818  # it names what happened
    """Carries a refusal from the depth of a parser to the one function that returns it."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.refusal = Refusal(reason, words)


def malformed(words: str) -> Refused:
    """What is raised where the bytes are not what they claim to be."""
    return Refused(Reason.MALFORMED, words)

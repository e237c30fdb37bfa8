"""The summary: all that is kept of an upload. Figures, classes and ids that the caller's own look-ups returned.

A frozen tree that validates itself, so that a summary made on somebody else's machine is refused where it does not
have this shape.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from evidence.telemetry.figures import (
    STRICT,
    Context,
    Cost,
    Count,
    Latency,
    OperationCount,
    PassAll,
    Reliability,
    Structure,
    Tokens,
    ToolCalling,
    VocabularyCount,
)
from evidence.telemetry.spans import Operation

FORMAT = 1
MOST_TRACES = 512
MODEL = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}\Z")
"""How a model's id is written."""
Name = Annotated[str, Field(pattern=MODEL)]
REVIEW = re.compile(r"^rev_[0-9a-z]{12}\Z")
"""How a review's public id is written."""
ReviewId = Annotated[str, Field(pattern=REVIEW)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


@dataclass(frozen=True, slots=True, config=STRICT)
class Summary:
    """What one upload shows about one model, or about all its models where `model` is null.

    `review` is the public id of the review that it is evidence for, so that whoever attests the summary attests what
    it is for; null while it is for none. `model` is the reviewed model by the id its reviewers know it by, `requests`
    its calls, `confirmed` those whose answer names it too, `other_requests` the calls of other models. Figures are of
    its calls, but costs and agent steps are whole, whichever models took part. Days are dates in UTC. `traces_seen`
    holds the 512 least digests of its trace ids: enough to notice a trace that was uploaded before, useless to find
    one.
    """

    format: Annotated[int, Field(ge=FORMAT, le=FORMAT)]
    alias_table: Annotated[int, Field(ge=1, le=1_000)]
    vocabularies: Annotated[tuple[VocabularyCount, ...], Field(max_length=8)]
    operations: Annotated[tuple[OperationCount, ...], Field(max_length=len(Operation))]
    review: ReviewId | None
    model: Name | None
    spans: Count
    traces: Count
    requests: Count
    confirmed: Count
    other_requests: Count
    first_day: date
    last_day: date
    days: Annotated[int, Field(ge=1, le=100_000)]
    tool_calling: ToolCalling
    reliability: Reliability
    latency: Latency
    cost: Cost
    context: Context
    tokens: Tokens
    pass_all: Annotated[tuple[PassAll, ...], Field(max_length=8)]
    structure: Structure
    traces_seen: Annotated[tuple[Digest, ...], Field(max_length=MOST_TRACES)]

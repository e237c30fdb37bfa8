"""Both executors on one operation: whether they answer the same."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from graphql import DocumentNode, parse, validate
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution import PlannedExecution, failures
from tests.execution.documents import Writer


class Bell(logging.Handler):
    """Rings when a plan gives up or cannot be made because of a bug."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.rung: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.rung.append(logging.Formatter().format(record))


@dataclass
class Difference(AssertionError):  # noqa: N818  # it is what a comparison finds
    """Where the executors part."""

    query: str
    variables: dict[str, Any]
    planned: Any
    reference: Any

    def __str__(self) -> str:
        return f"\n{self.query}\n{json.dumps(self.variables)}\n  plan: {self.planned}\n  core: {self.reference}"


@dataclass
class Told:
    """A response: the data as text, which keeps the order of its fields, and the errors by what became null."""

    text: str
    errors: dict[tuple[str | int, ...], set[str]]

    @classmethod
    def of(cls, result: Any) -> "Told":
        errors: dict[tuple[str | int, ...], set[str]] = {}
        for error in result.errors or ():
            errors.setdefault(nulled(result.data, error.path or []), set()).add(json.dumps(error.formatted))
        return cls(json.dumps(result.data), errors)

    def same(self, reference: "Told", possible: "Told") -> bool:
        """Whether the responses are equal, but for which errors are told of a value that several errors made null.

        That is a matter of which comes first, and the specification leaves it open. The reference may tell only
        what is `possible`: every error that the plan saw, reported or not.
        """
        return self == reference or (
            (self.text, self.errors.keys()) == (reference.text, reference.errors.keys())
            and all(
                self.errors[path] == errors
                or (len(errors | self.errors[path]) > 1 and errors <= possible.errors.get(path, set()))
                for path, errors in reference.errors.items()
            )
        )


def nulled(data: Any, path: Sequence[str | int]) -> tuple[str | int, ...]:
    """The path of the null that an error led to."""
    for end, key in enumerate(path):
        if data is None:
            return tuple(path[:end])
        data = data[key]
    return tuple(path)


class Prepared(SchemaExtension):
    """Hands over the document last written, so that it is parsed and validated once and its plan is found again."""

    document: DocumentNode | None = None

    def on_parse(self) -> Iterator[None]:
        self.execution_context.graphql_document = Prepared.document
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = []
        yield


@dataclass
class Pair:
    """One schema under both executors; each operation is run twice by plan, as the second run is generated code."""

    planned: Schema
    reference: Schema
    context: Callable[[], Any]
    pools: dict[str, Any] = field(default_factory=dict)
    bell: Bell = field(default_factory=Bell)
    compared: int = 0
    strayed: int = 0

    def __post_init__(self) -> None:
        logger = logging.getLogger("execution")
        logger.addHandler(self.bell)

    def written(self, seed: int) -> tuple[str, dict[str, Any]]:
        """A valid document with variables."""
        random = Random(seed)  # noqa: S311  # nobody has to be unable to guess it
        while True:
            query, variables = Writer(self.planned._schema, random, self.pools).document()
            if not validate(self.planned._schema, parse(query)):
                return query, variables

    async def compare(self, query: str, variables: dict[str, Any]) -> None:
        """Run the operation under both; `Difference` when they part."""
        self.compared += 1
        Prepared.document = parse(query)
        reference = Told.of(await self.run(self.reference, query, variables))
        for _ in range(2):
            planned = Told.of(await self.run(self.planned, query, variables))
            possible = planned if planned == reference else await self.possible(query, variables)
            self.strayed += planned != reference
            if self.bell.rung or not planned.same(reference, possible):
                raise Difference(query, variables, (planned, *self.bell.rung), reference)

    async def possible(self, query: str, variables: dict[str, Any]) -> Told:
        """The response by plan with every error in it, also those beneath what another made null."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(failures, "_reported", iter)
            return Told.of(await self.run(self.planned, query, variables))

    async def run(self, schema: Schema, query: str, variables: dict[str, Any]) -> Any:
        return await schema.execute(query, dict(variables), context_value=self.context())


def pair(make: Callable[..., Schema], context: Callable[[], Any], pools: dict[str, Any] | None = None) -> Pair:
    """The schema that `make` makes, under both executors."""
    planned, reference = [
        make(execution_context_class=executor, extensions=[Prepared])
        for executor in (PlannedExecution, StrawberryGraphQLCoreExecutionContext)
    ]
    return Pair(planned, reference, context, pools or {})

"""Strawberry's executor, which runs queries by plan when it can and leaves the rest to graphql-core."""

import logging
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, OperationType
from graphql.execution import ExecutionResult
from graphql.execution.executor import default_field_resolver, default_type_resolver
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.utils.await_maybe import await_maybe

from execution.cache import Plans, switches
from execution.failures import settled
from execution.plan import Plan
from execution.run import Run

log = logging.getLogger("execution")


class PlannedExecution(StrawberryGraphQLCoreExecutionContext):
    """Executes one operation. The plans are shared by all operations of the process."""

    plans = Plans()

    def execute_operation(self, serially: bool | None = None) -> Any:
        if self.unusual():
            return self.by_reference(serially)
        return self.result(
            Run(
                self.schema,
                self.operation,
                self.variable_values,
                self.context_value,
                self.root_value,
                lambda: self,
                switches(self.operation),
            )
        )

    @classmethod
    def result(cls, run: Run) -> Any:
        """The result of a run that is not unusual, perhaps to be awaited."""
        plan = cls.plans.find(run)
        if plan is None or not plan.root.waits:  # where nothing is waited for, the caller may want the result at once
            return run.executor.by_reference()
        return by_plan(plan, run)

    def by_reference(self, serially: bool | None = None) -> Any:
        """The result as graphql-core gives it."""
        return super().execute_operation(serially)

    def unusual(self) -> bool:
        """Whether the operation, or the way it is to be run, is none that plans are for."""
        return (
            not plannable(self.operation)
            or bool(self.middleware_manager and self.middleware_manager.middlewares)
            or self.field_resolver is not default_field_resolver
            or self.type_resolver is not default_type_resolver
            or self.abort_signal is not None
            or self.hooks is not None
            or not self.error_propagation
        )


async def by_plan(plan: Plan, run: Run) -> Any:
    """The result; graphql-core runs a query again when the plan meets what it was not made for."""
    try:
        data = await plan.data(run)
    except Exception as error:  # a query may run twice; the reference decides what this means
        if run.operation.operation is OperationType.MUTATION:
            raise
        log.warning("A plan gave up and graphql-core ran the query again.", exc_info=error)
        return await await_maybe(run.executor.by_reference())
    data, errors = settled(data) if run.failed else (data, [])
    return ExecutionResult(data, errors or None)


def plannable(operation: OperationDefinitionNode) -> bool:
    """Whether it is a query, or a mutation of one field, where nothing has to wait for its turn."""
    if operation.operation is OperationType.MUTATION:
        selections = operation.selection_set.selections
        return len(selections) == 1 and isinstance(selections[0], FieldNode)
    return operation.operation is OperationType.QUERY

"""How a query runs, only faster: documents compiled once into plans (docs/decisions/0007).

schema = strawberry.Schema(Query, execution_context_class=PlannedExecution)

It knows Strawberry and graphql-core. `contract` says what a field and a type must bring with them to be planned;
whatever does not, graphql-core executes as if this package were not there.
"""

from execution.contract import Batched, InstanceOf
from execution.executor import PlannedExecution
from execution.operation import Operation

__all__ = ["Batched", "InstanceOf", "Operation", "PlannedExecution"]

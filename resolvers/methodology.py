"""The methodology: every number the rating model chose, from the object the code uses."""

from dataclasses import dataclass

import orjson
from strawberry import Info

from db import statistics
from resolvers.snapshots import measured
from scoring.constants import Constant, Constants


@dataclass(frozen=True, slots=True)
class StatedConstant:
    """A constant as it is shown: one number as `value`, several as `values`, tables row by row."""

    constant: Constant

    @property
    def name(self) -> str:
        return self.constant.name

    @property
    def value(self) -> str:
        return orjson.dumps(_finite(self.constant.value)).decode()

    @property
    def unit(self) -> str:
        return self.constant.unit

    @property
    def reason(self) -> str:
        return self.constant.reason


@dataclass(frozen=True, slots=True)
class Methodology:
    """The rating model in numbers."""

    epoch: int
    constants: list[StatedConstant]


async def methodology(info: Info) -> Methodology:
    """Every number of the rating model with its unit and reason, as the current epoch uses it."""
    epoch = await statistics.latest_epoch()
    used: Constants = measured(epoch.parameters)
    return Methodology(epoch.id, [StatedConstant(each) for each in used])


def _finite(value: object) -> object:
    """JSON knows no infinity: it is written as null, which stands for no limit."""
    if isinstance(value, tuple):
        return [_finite(each) for each in value]
    return None if value == float("inf") else value

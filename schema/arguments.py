"""What each argument means: a name means the same on every field. Text that cannot be stored is refused."""

import re
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from resolvers.refusals import BadUserInput

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
ARGUMENTS = {
    "after": "Continue after this cursor, taken from an edge of the same field in the same order.",
    "as_of": "A moment in the past, RFC 3339 with a time zone; omitted: now. The past is exact, and slower to compute.",
    "benchmark": "Slug of the benchmark: its name with an underscore for each space.",
    "before": "Continue before this cursor, taken from an edge of the same field in the same order.",
    "endpoints": "Slugs of two to eight endpoints; give these or `models`.",
    "filter": "Which rows to list; all conditions must hold. Omitted: all rows.",
    "first": "How many rows from the start, 1 to 100. Give `first` or `last`, not both.",
    "id": "A public id, such as `mdl_…`.",
    "ids": "Public ids, at most 100; the answer keeps their order.",
    "input": "What to write.",
    "last": "How many rows from the end, 1 to 100. Give `first` or `last`, not both.",
    "login": "The reviewer's login as shown; capital and small letters are the same.",
    "metric": "Only this metric. Omitted: all.",
    "models": "Slugs of two to eight models; give these or `endpoints`.",
    "order_by": "In which order to list.",
    "pooled_by": "Rank endpoints, or models with the statistics of all their endpoints pooled.",
    "profile": "The task to price. Omitted: the ready profile of the use case, see `taskProfiles`.",
    "since": "A moment in the past, RFC 3339 with a time zone.",
    "slug": "The name in addresses. Of a model `developer/name`, of an endpoint `provider:name-there`.",
    "target": "What to hold the benchmark against.",
    "top": "How many of the best to compare in the top-k gap, 1 to 20.",
    "use_case": "The use case it is for.",
    "x": "The first of the two respects.",
    "y": "The second of the two respects.",
    "weights": "How much each dimension counts for you. Omitted: all the same.",
}


def check_storable(arguments: Any, *path: str) -> None:
    """Refuse text that no database stores: NUL characters and lone surrogates, wherever in the arguments they are."""
    if isinstance(arguments, str):
        if _UNSTORABLE.search(arguments):
            raise BadUserInput(
                "Text may not contain NUL characters or lone surrogates.", *(to_camel_case(name) for name in path)
            )
    elif isinstance(arguments, list):
        for place, item in enumerate(arguments):
            check_storable(item, *path, str(place))
    elif isinstance(arguments, dict):
        for name, item in arguments.items():
            check_storable(item, *path, name)
    elif hasattr(arguments, "__dataclass_fields__"):
        check_storable(vars(arguments), *path)

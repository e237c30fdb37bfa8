"""Any row by its public id. What the viewer may not see looks like what does not exist."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from strawberry import ID, Info
from tortoise.models import Model as Table

from db import tables
from db.kept import rows_by_id
from resolvers import proofs, reviews, tokens
from resolvers.refusals import BadUserInput

LARGEST = 100
_TABLES: dict[str, type[Table]] = {
    "dev": tables.Developer,
    "mdl": tables.Model,
    "als": tables.ModelAlias,
    "prv": tables.Provider,
    "end": tables.Endpoint,
    "prc": tables.PricePeriod,
    "src": tables.Source,
    "bmk": tables.Benchmark,
    "bsc": tables.BenchmarkScore,
    "agr": tables.AgentResult,
    "epr": tables.EndpointResult,
    "rvr": tables.Reviewer,
    "rev": tables.Review,
    "rvn": tables.Revision,
    "evd": tables.Evidence,
    "vot": tables.Vote,
    "rpe": tables.ReputationEvent,
    "tok": tables.ApiToken,
    "prf": tables.Proof,
    "smr": tables.Summary,
    "msm": tables.Measurement,
}


async def node(info: Info, id: ID) -> Any:
    """The row with this public id; null when there is none that the viewer may see."""
    return (await nodes(info, [id]))[0]


async def nodes(info: Info, ids: list[ID]) -> list[Any]:
    """The rows with these public ids, in order, null where there is none that the viewer may see."""
    if len(ids) > LARGEST:
        raise BadUserInput(f"{len(ids)} ids; at most {LARGEST} are possible.", "ids")
    found: dict[str, Any] = {}
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for key in ids:
        by_prefix[key.partition("_")[0]].append(str(key))
    for prefix in by_prefix.keys() & _TABLES.keys():
        rows = await rows_by_id(_TABLES[prefix], by_prefix[prefix])
        found |= zip(by_prefix[prefix], await _public(info, prefix, rows), strict=True)
    return [found.get(str(key)) for key in ids]


async def _public(info: Info, prefix: str, rows: Sequence[Any]) -> Sequence[Any]:
    """The rows, without others' tokens and proofs, and without those that hang on a review the viewer may not see."""
    if prefix == "tok":
        return tokens.visible(info, list(rows))
    if prefix == "prf":
        return await proofs.visible(info, list(rows))
    if prefix == "rev":
        return await reviews.visible(info, rows)
    if prefix == "rvn":
        return await reviews.public_revisions(info, rows)
    if prefix in {"evd", "smr", "msm"}:
        owners = await reviews.of_parts([row for row in rows if row], info)
    elif prefix == "vot":
        owners = await reviews.of_votes([row for row in rows if row], info)
    else:
        return rows
    public = iter(owners)
    return [row if row and next(public) else None for row in rows]

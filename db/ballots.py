"""Ballots: votes that are cast together, in one statement that writes those that may be cast and no other."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from db.fields import microseconds, random_id
from db.gathering import Gathered
from db.queries import dialect, returned
from db.rows import columns_of
from db.tables import Vote


class Ballot(NamedTuple):
    """What somebody thinks of what a review says now."""

    voter_id: str
    review_id: str
    helpful: bool
    cast_at: datetime


_ON_SQLITE = """
    SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS review_id,
           json_extract(value, '$[2]') AS voter_id, json_extract(value, '$[3]') AS helpful,
           json_extract(value, '$[4]') AS cast_at
    FROM json_each($1)
"""
_ON_POSTGRESQL = """
    SELECT value ->> 0 AS id, value ->> 1 AS review_id, value ->> 2 AS voter_id, (value ->> 3)::boolean AS helpful,
           (value ->> 4)::bigint AS cast_at
    FROM json_array_elements($1::json) b(value)
"""
# In one order, so that two processes that cast the same votes at once wait for one another and never deadlock.
_CAST = """
    INSERT INTO vote (id, revision_id, author_id, voter_id, helpful, cast_at)
    SELECT b.id, r.revision_id, r.reviewer_id, b.voter_id, b.helpful, b.cast_at
    FROM ({ballots}) b JOIN review r ON r.id = b.review_id
    WHERE r.state = 'PUBLISHED' AND r.reviewer_id <> b.voter_id
    ORDER BY r.revision_id, b.voter_id
    ON CONFLICT (revision_id, voter_id) DO UPDATE SET helpful = excluded.helpful, cast_at = excluded.cast_at
    RETURNING {columns}
"""


async def _cast(ballots: list[Ballot]) -> Sequence[Vote | None]:
    """The vote of each ballot, on disk; None where the review takes none from this voter. No voter is in it twice."""
    rows = [
        (random_id("vot"), each.review_id, each.voter_id, each.helpful, microseconds(each.cast_at)) for each in ballots
    ]
    given = _ON_POSTGRESQL if dialect() == "postgresql" else _ON_SQLITE
    sql = _CAST.format(ballots=given, columns=", ".join(columns_of(Vote)))
    votes = {vote.voter_id: vote for vote in await returned(Vote, sql, [orjson.dumps(rows).decode()])}
    return [votes.get(ballot.voter_id) for ballot in ballots]


cast = Gathered(_cast, apart=lambda ballot: ballot.voter_id)
"""The vote of a ballot, cast together with all that wait; None where the review takes none from this voter."""

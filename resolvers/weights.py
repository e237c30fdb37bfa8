"""The weight of a review: evidence × track record × freshness, with every reason."""

from dataclasses import replace

import numpy as np
import orjson
from strawberry import Info

from db.enums import Interest
from db.fields import instant
from db.queries import Record, fetch
from db.tables import Review
from resolvers.snapshots import measured
from resolvers.statistics import AFFILIATED
from scoring.constants import Constants
from scoring.figures import published
from scoring.months import ages, moment, month
from scoring.weights import Weight, weigh

_FACTS = """
    SELECT r.id, r.scoring_level, n.created_at, n.interest, a.standing, a.track_record, e.parameters
    FROM review r JOIN revision n ON n.id = r.revision_id JOIN reviewer a ON a.id = r.reviewer_id
    JOIN epoch e ON e.id = (SELECT MAX(id) FROM epoch WHERE NOT draft)
    WHERE r.id IN ({})
"""


async def of_reviews(reviews: list[Review], info: Info) -> list[Weight]:
    """How much the review counts, in votes of a fresh, CI-attested one, and why."""
    ids = [review.id for review in reviews]
    holes = ", ".join(f"${place + 1}" for place in range(len(ids)))
    facts = {record["id"]: record for record in await fetch(_FACTS.format(holes), ids)}
    constants = measured(orjson.loads(facts[ids[0]]["parameters"]))
    now = moment(info.context.now)
    return [_weight(facts[review], constants, now) for review in ids]


def _weight(facts: Record, constants: Constants, now: float) -> Weight:
    age = float(ages(np.array(month(instant(facts["created_at"]))), now))
    weight = weigh(facts["scoring_level"], facts["standing"], facts["track_record"], age, constants)
    weight = replace(weight, value=published(weight.value), freshness=published(weight.freshness))
    if Interest(facts["interest"]) in AFFILIATED:
        return replace(weight, value=0.0, words="Counts 0: its author has an interest in the outcome.")
    return weight

"""The weight of a review: evidence × track record × freshness, with every reason."""

from dataclasses import replace

import numpy as np
from strawberry import Info

from db.queries import related
from db.tables import Review, Reviewer, Revision
from resolvers.statistics import AFFILIATED
from scoring.figures import published
from scoring.months import ages, moment, month
from scoring.weights import Weight, weigh


async def of_reviews(reviews: list[Review], info: Info) -> list[Weight]:
    """How much the review counts, in votes of a fresh, CI-attested one, and why."""
    authors = await related(Reviewer, [review.reviewer_id for review in reviews])
    revisions = await related(Revision, [review.revision_id for review in reviews])
    now = moment(info.context.now)
    return [_weight(*each, now) for each in zip(reviews, revisions, authors, strict=True)]


def _weight(review: Review, revision: Revision, author: Reviewer, now: float) -> Weight:
    age = float(ages(np.array(month(revision.created_at)), now))
    weight = weigh(review.scoring_level, author.standing, author.track_record, age)
    weight = replace(weight, value=published(weight.value), freshness=published(weight.freshness))
    if revision.interest in AFFILIATED:
        return replace(weight, value=0.0, words="Counts 0: its author has an interest in the outcome.")
    return weight

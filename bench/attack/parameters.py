"""Every number the synthetic community is made from, in one frozen place, each with its reason beside it."""

from dataclasses import dataclass, replace

Levels = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Parameters:
    """A community in numbers, in stars unless said; SD is a standard deviation."""

    models: int = 20  # with three endpoints each: the sixty that ranks are counted in
    endpoints_per_model: int = 3
    use_cases: int = 4  # enough that pooling over them matters
    dimensions: int = 5  # as the product asks for
    reviewers: int = 800  # about four reviews each, most have one: as review sites do
    reviews: int = 3000  # 12 for a cell on average, but skewed: 1 to 60
    activity: float = 1.1  # SD of the logarithm of a reviewer's activity: a tenth write half
    popularity: float = 0.8  # SD of the logarithm of an endpoint's share of reviews

    baseline: float = 3.5  # people review what they chose, so means lie above the middle
    baseline_spread: float = 0.25  # SD between use cases and dimensions
    model_spread: float = 0.5  # SD of models: what there is to find
    endpoint_spread: float = 0.25  # SD of endpoints of a model: quantization and limits matter, but less
    use_case_spread: float = 0.2  # SD of models and of endpoints from use case to use case
    general: float = 0.6  # share of each effect's variance that all dimensions have in common

    severity: float = 0.4  # SD of reviewers' own scales: half a star between mild and strict
    noise: float = 0.7  # SD of one rating of a middling reviewer
    skill: float = 0.3  # SD of the logarithm of reviewers' noise: the best are twice as exact as the worst
    halo: float = 0.4  # SD of the error that all dimensions of one review share
    level_shares: Levels = (0.38, 0.22, 0.20, 0.12, 0.05, 0.03)  # proof is work, so little of it is strong
    level_noise: Levels = (1.3, 1.2, 1.0, 0.75, 0.55, 0.5)  # factor on noise and halo: who measured errs less
    level_skill: float = 0.5  # standard deviations by which one of skill moves a reviewer up the levels

    years: float = 2.0  # the oldest review
    drift: float = 0.15  # SD of an endpoint's change in a year: deployments are replaced

    moderators: int = 8  # pretrusted, who vote and do not review: as many as a small site has
    moderator_votes: int = 60  # each: an hour a month
    vetted: int = 12  # reviewers of vetted organisations, pretrusted too, drawn from the better half by skill
    attention: float = 1.0  # SD of the logarithm of a review's share of votes: who is seen is voted for
    votes: int = 9000  # three a review
    vote_doubt: float = 0.8  # mean error of a review at which half the votes are helpful
    vote_slope: float = 2.0  # logits a star: votes follow accuracy, but loosely

    shills: float = 0.0  # share of reviewers in a vendor's pay
    shill_noise: float = 0.3  # SD of their ratings about what they were told to say


COMMUNITY = Parameters()
VARIANTS = {
    "base": COMMUNITY,
    "uninformative": replace(COMMUNITY, level_noise=(1.0,) * 6),  # proof says nothing of accuracy
    "fast drift": replace(COMMUNITY, drift=0.6),  # an endpoint changes by half its spread in months
    "shills": replace(COMMUNITY, shills=0.12),  # one in eight
    "sparse": replace(COMMUNITY, reviewers=300, reviews=700, votes=2100, vetted=5),  # three reviews for a cell
    "launch day": replace(  # nobody has proof of operation yet and nothing is old
        COMMUNITY, level_shares=(0.45, 0.3, 0.25, 0.0, 0.0, 0.0), reviews=1500, votes=4500, years=0.1
    ),
}

"""Every number the rating model chose, in one frozen place, each with its unit and its reason.

Code reads the typed attributes (`CONSTANTS.half_life_days`); the methodology page iterates over the same
object. A recompute that measures a better value hands over `replace(CONSTANTS, evidence_weights=…)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from math import inf
from typing import TypeVar, cast

Value = float | tuple[float, ...] | tuple[tuple[int, ...], ...]
Stated = TypeVar("Stated", bound=Value)


@dataclass(frozen=True, slots=True)
class Constant:
    """One number of the rating model, or one per level or tier, as the methodology prints it."""

    name: str
    value: Value
    unit: str
    reason: str


def stated(value: Stated, unit: str, reason: str) -> Stated:
    """Declare a constant's default together with its unit and the reason for it."""
    return field(default=value, metadata={"unit": unit, "reason": reason})


@dataclass(frozen=True, slots=True)
class Constants:
    """The rating model's numbers; iterating gives each as a `Constant`, in the order they are used."""

    scoring_levels: tuple[int, ...] = stated(
        (0, 1, 2, 3, 4, 2, 5),
        "scoring level of evidence E0 … E6",
        "Telemetry alone (E5) can be fabricated, so it is worth no more than code (E2), and beside an "
        "attested run (E4) it adds no weight. Sustained evidence (E6) and a moderator's word are strongest.",
    )
    evidence_weights: tuple[float, ...] = stated(
        (0.20, 0.25, 0.40, 0.60, 1.0, 1.0),
        "votes per rating, by scoring level 0 … 5",
        "Proof earns its weight: starting values, until a recompute measures how much closer to the truth "
        "the ratings of each level are.",
    )
    half_life_days: float = stated(
        365.0,
        "days",
        "Deployments change. In made-up communities half of it costs 6 % in error where endpoints wander .15 stars "
        "a year, this 4 % where they wander .6.",
    )
    track_record_limits: tuple[float, float] = stated(
        (0.4, 1.5),
        "votes per rating, least and most",
        "No history silences a reviewer or lets one speak for two.",
    )
    trust_thresholds: tuple[float, float] = stated(
        (0.1, 0.5),
        "trust at which standing 1 and 2 begin",
        "Helpful votes confer standing in steps; they never multiply a weight.",
    )
    tiers: tuple[tuple[int, ...], ...] = stated(
        ((0, 1, 2), (0, 1, 2), (0, 1, 2), (2, 2, 3), (3, 4, 4), (4, 4, 4)),
        "tier, by scoring level 0 … 5 and standing 0 … 2",
        "Either proof or trust raises a voice; without both, a crowd stays in tier 0.",
    )
    tier_saturation: tuple[float, ...] = stated(
        (4.0, 8.0, 16.0, 32.0, inf),
        "ratings a tier is worth at most, by tier 0 … 4",
        "A crowd shares its bias, so its thousandth voice says little that its tenth did not.",
    )
    ladder_steps: tuple[float, ...] = stated(
        (0.4, 0.5, 0.8, 1.0, inf),
        "standard errors a tier may move a score, by tier 0 … 4",
        "The promise against manipulation. Half of these, these, and double leave errors of .464, .429 and "
        ".415 stars against synthetic communities whose truth is known.",
    )
    kappa_cell: float = stated(
        4.0, "ratings", "How firmly an endpoint is held to its model, and a model's use case to the model."
    )
    kappa_parent: float = stated(1.0, "ratings", "How firmly a model is held to the baseline of all models.")
    model_spread: tuple[float, float] = stated(
        (0.15, 0.1),
        "stars², of the overall and of each dimension about it",
        "How much models differ. What is good tends to be good in everything, so the larger part is overall. Half "
        "of all five spreads costs made-up communities 7 % in error and makes intervals too narrow, double too wide.",
    )
    model_use_case_spread: tuple[float, float] = stated(
        (0.025, 0.025),
        "stars², of the overall and of each dimension about it",
        "How much a model differs from use case to use case: a fifth of how much models do.",
    )
    endpoint_spread: float = stated(
        0.03, "stars²", "How much a model's endpoints differ overall in all use cases: quantization, limits, service."
    )
    endpoint_use_case_spread: tuple[float, float] = stated(
        (0.025, 0.05),
        "stars², of the overall and of each dimension about it",
        "How much an endpoint differs besides from use case to use case, and from dimension to dimension.",
    )
    huber_clip: float = stated(2.0, "stars", "Bounds what any single rating can pull.")
    bin_width: float = stated(0.25, "stars", "Fine enough that histograms stand for the ratings themselves.")
    residual_limit: float = stated(4.0, "stars", "The widest a rating of 1 to 5 can lie from another.")
    mass_scale: int = stated(
        2**20,
        "units of stored mass per vote",
        "Integers add and subtract exactly: incremental equals rebuilt.",
    )
    residual_variance: float = stated(
        0.3, "stars²", "Spread of one full-weight rating about the truth, from reviews with evidence."
    )
    drift_per_day: float = stated(
        1e-5,
        "stars² per day",
        "Assumed until a recompute measures it: a deployment wanders √(1e-5 · 365) = .06 stars in a year.",
    )
    baseline: float = stated(
        3.0,
        "stars",
        "The middle of the scale: no opinion, until a recompute has measured the mean of all models.",
    )
    baseline_mass: float = stated(
        3.0, "votes", "The most one model may add to a baseline, so that the much reviewed do not set it alone."
    )
    interval_z: float = stated(1.96, "standard deviations", "95 % of a normal distribution lies within.")
    lower_bound_z: float = stated(
        1.28, "standard deviations", "Nine in ten lie above, so the unknown do not lead a ranking."
    )
    dimension_correlation: float = stated(
        0.25,
        "correlation",
        "One review's dimensions share a halo: five tell less than five reviews would, and the mean of five is less "
        "sure than independence has it.",
    )
    shared_prior: float = stated(
        0.2, "share", "A subject's dimensions are held to its overall, whose error is in all: of made-up communities'."
    )
    error_correlation: float = stated(
        0.4,
        "correlation",
        "How far the errors of one subject's scores agree: the halo and what they are held to together, .25 + .75 · "
        ".2, until a recompute has measured the halo.",
    )
    halo_limits: tuple[float, float] = stated(
        (0.1, 0.8), "correlation, least and most", "No measurement makes dimensions independent, nor one and the same."
    )
    established_tier: int = stated(2, "tier", "The weakest tier whose word can make a standing review-backed.")
    established_from: float = stated(1.0, "votes", "One full-weight rating's worth makes a standing review-backed.")
    established_until: float = stated(0.8, "votes", "It stays so until clearly below, so that it does not flicker.")
    verified_level: int = stated(4, "scoring level", "From an attested run on, a rating counts as verified.")
    rank_coverage: float = stated(0.95, "share of draws", "A rank range holds this share of the simulated ranks.")
    draws: int = stated(2000, "draws", "Rank ranges settle to about one rank and shares to about one per cent.")

    pretrust: float = stated(
        0.8, "trust", "What moderators are trusted with from the start: a word of proof alone must never pretrust."
    )
    trust_decay: float = stated(
        0.8, "share", "What one account's trust can lend to all it votes for, so that trust fades with distance."
    )
    trust_sink: float = stated(
        5.0,
        "vote strengths",
        "An account that votes little keeps most of its trust to itself: no single vote passes all of it on.",
    )
    trust_precision: float = stated(1e-8, "trust", "Far below what separates two standings.")
    passes: int = stated(
        5, "passes", "In made-up communities nothing measured still moves by a hundred-thousandth after the fifth."
    )
    severity_step: float = stated(
        0.01, "stars", "The least move of a severity worth an entry in the ledger: time alone moves it by millionths."
    )
    track_record_step: float = stated(
        0.005, "votes per rating", "The least move of a track record worth an entry in the ledger."
    )
    severity_limit: float = stated(0.5, "stars", "The most a rating may be corrected for who gave it.")
    severity_lambda: float = stated(
        8.0,
        "reviews",
        "How many full-weight reviews a severity is held to none with, until a recompute has measured it.",
    )
    severity_lambda_limits: tuple[float, float] = stated(
        (2.0, 30.0), "reviews, least and most", "One review never sets a severity, and thirty always say something."
    )
    severity_prior: float = stated(
        30.0, "accounts", "How many accounts with several reviews outweigh the starting value of that number."
    )
    track_record_prior: float = stated(
        8.0, "ratings", "How many ratings of usual accuracy everybody's record starts with."
    )
    track_record_credit: float = stated(
        0.5, "ratings per rating", "One review's dimensions share a halo, so they are not independent evidence."
    )
    track_record_cap: float = stated(
        9.0, "expected variances", "Three deviations: one rating far off does not ruin a record."
    )
    evidence_prior: float = stated(
        30.0,
        "accounts",
        "How many voices a measured evidence weight, variance or halo needs to outweigh the stated one: as many as "
        "tell a variance to a quarter. With 300 the stated ones held at any size made-up communities had.",
    )
    evidence_least: tuple[float, ...] = stated(
        (0.1, 0.1, 0.2, 0.4, 1.0, 1.0), "votes per rating, by scoring level", "No level is silenced by a measurement."
    )
    evidence_most: tuple[float, ...] = stated(
        (0.7, 0.7, 0.8, 0.9, 1.0, 1.0),
        "votes per rating, by scoring level",
        "However well a level agrees, what can be made up never counts as proof.",
    )
    evidenced_level: int = stated(
        3, "scoring level", "From evidence of operation on, a rating tells how ratings spread and drift."
    )
    residual_variance_limits: tuple[float, float] = stated(
        (0.15, 1.5), "stars², least and most", "Agreement never makes intervals vanish, nor discord useless."
    )
    drift_limits: tuple[float, float] = stated(
        (0.0, 1e-3), "stars² per day, least and most", "At the most a deployment wanders .6 stars in a year."
    )
    drift_prior: float = stated(
        300.0, "pairs of months half a year apart", "How many of them outweigh the stated drift."
    )
    drift_reach: int = stated(12, "months", "Ratings farther apart are too few to tell drift from chance.")
    ring_size: int = stated(5, "accounts", "Fewer who vote for each other are friends, not a ring.")
    ring_internal: float = stated(0.8, "share of votes cast", "A group that votes for hardly anybody else is a ring.")
    ring_member: float = stated(
        0.5, "share of votes cast", "Who gives most votes to others is not held to be one of a ring."
    )
    ring_closed: float = stated(
        0.3, "share of neighbours", "Those in a ring have the others in common; honest votes seldom form triangles."
    )
    ring_ties: int = stated(
        2, "accounts", "One neighbour in common, or a vote from one member, can be chance: two are less so."
    )
    ring_community: float = stated(
        1 / 3, "share of accounts that vote", "A larger group is the community itself, not a ring in it."
    )
    serial_votes: int = stated(5, "votes", "So many votes on one author at a stretch are about the person.")
    serial_days: float = stated(1.0, "days", "The stretch in which serial votes fall.")
    serial_share: float = stated(
        0.5, "share of votes cast", "Who votes mostly for others may well have read all of an author's reviews."
    )
    copied_words: int = stated(5, "words", "Phrases of this length are seldom shared by chance.")
    copied_share: float = stated(0.8, "share of phrases", "Texts are copied if so many of their phrases are common.")
    copied_least: int = stated(20, "words", "Shorter texts count as copied only if they are equal word for word.")

    def __iter__(self) -> Iterator[Constant]:
        """Give every constant with its unit and reason."""
        for each in fields(self):
            value = cast(Value, getattr(self, each.name))
            yield Constant(each.name, value, each.metadata["unit"], each.metadata["reason"])


CONSTANTS = Constants()

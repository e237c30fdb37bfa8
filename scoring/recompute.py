"""The recompute: trust from votes, then in five passes everything else that ratings are weighed with."""

from dataclasses import dataclass, replace

import numpy as np

from scoring.arrays import Floats, Integers, sums
from scoring.constants import CONSTANTS, Constants
from scoring.crowds import saturation
from scoring.drift import drift
from scoring.estimates import stars
from scoring.ground import Heard, Map, chart, survey
from scoring.halo import correlated
from scoring.months import freshness
from scoring.proof import reweighed
from scoring.ratings import Ratings, Votes
from scoring.records import track_records
from scoring.severity import severities
from scoring.trust import edges, propagate, standings


@dataclass(frozen=True, slots=True)
class Measured:
    """What a recompute measured: the parameters of a new epoch.

    `trust` (0 to 1), `standing` (0 to 2), `severity` (stars, above zero the generous) and `track_record` (1 is
    neutral) are (reviewers); `baselines` (use cases, dimensions) in stars. `evidence_weights` by scoring level,
    `residual_variance` in stars², `drift_per_day` in stars² and `severity_lambda` in reviews are those of
    `constants`, which estimates are to be made with.
    """

    trust: Floats
    standing: Integers
    severity: Floats
    track_record: Floats
    baselines: Floats
    constants: Constants

    @property
    def evidence_weights(self) -> tuple[float, ...]:
        """Votes per rating, by scoring level 0 to 5."""
        return self.constants.evidence_weights

    @property
    def residual_variance(self) -> float:
        """Spread of one full-weight rating about the truth, in stars²."""
        return self.constants.residual_variance

    @property
    def drift_per_day(self) -> float:
        """How fast deployments wander, in stars² per day."""
        return self.constants.drift_per_day

    @property
    def severity_lambda(self) -> float:
        """How many reviews a severity is held to none with."""
        return self.constants.severity_lambda


@dataclass(frozen=True, slots=True)
class Case:
    """What no pass changes: the ratings, where they lie, the `tier` and the `freshness` of each (rows)."""

    ratings: Ratings
    where: Map
    tier: Integers
    freshness: Floats
    stated: Constants

    def heard(self, measured: Measured) -> Heard:
        """How loudly each rating speaks; all of an author's about one cell no louder than one rating can be."""
        evidence = np.asarray(measured.constants.evidence_weights)[self.ratings.level]
        weight = evidence * measured.track_record[self.ratings.reviewer] * self.freshness
        most = self.stated.track_record_limits[1]
        return Heard(weight / np.maximum(1.0, self.where.endpoint.own(weight) / most), self.tier)


def recompute(
    ratings: Ratings, votes: Votes, pretrust: Floats, now: float, constants: Constants = CONSTANTS
) -> Measured:
    """Measure trust, severities, track records, baselines and what proof is worth (rating model: recompute).

    `pretrust` (reviewers) is the trust given without votes, `now` a `months.moment`. `constants` are the stated
    ones, not those of an earlier epoch: nothing is carried over, so the same facts give the same result.
    """
    ratings = ratings.ordered()
    cast = edges(votes.voter, votes.author, votes.helpful)
    trust = propagate(cast.voter, cast.author, cast.net, pretrust, constants)
    standing = standings(trust, constants)
    tier = np.asarray(constants.tiers)[ratings.level, standing[ratings.reviewer]]
    fresh = freshness(ratings.month, now, constants.half_life_days)
    case = Case(ratings, chart(ratings), tier, fresh, constants)
    nothing = np.full((ratings.use_cases, ratings.dimensions), constants.baseline)
    even = np.zeros(ratings.reviewers)
    measured = Measured(trust, standing, even, even + 1, nothing, constants)
    for _ in range(constants.passes):
        measured = _passed(case, measured)
    return _drifted(case, replace(measured, baselines=_baselines(case, measured)))


def _passed(case: Case, measured: Measured) -> Measured:
    """Everything measured once more, each from what the last pass says of the others."""
    ratings, constants = case.ratings, measured.constants
    measured = replace(measured, baselines=_baselines(case, measured))
    raw, residual = _residuals(case, measured)
    ground = survey(case.where, ratings.reviewer, case.heard(measured), residual, constants)
    apart = raw - ground.location
    severity, drag = severities(ratings, ground, apart, case.stated)
    error = apart - severity[ratings.reviewer]
    halo = correlated(ratings, ground, error, constants, case.stated)
    return replace(
        measured,
        severity=severity,
        track_record=track_records(ratings, ground, error, constants),
        constants=replace(reweighed(ratings, ground, error, halo, case.stated), severity_lambda=drag),
    )


def _residuals(case: Case, measured: Measured) -> tuple[Floats, Floats]:
    """Each rating less its baseline, and less its author's severity as well, in stars (rows)."""
    raw = case.ratings.stars - measured.baselines.ravel()[case.where.baseline]
    return raw, raw - measured.severity[case.ratings.reviewer]


def _baselines(case: Case, measured: Measured) -> Floats:
    """Mean over models of what is said of them (use cases, dimensions), in stars.

    An account is at most one voice about a model, a model at most `baseline_mass` votes; mid-scale counts one.
    """
    constants, heard, kin = measured.constants, case.heard(measured), case.where.kin
    weight = case.where.endpoint.thinned(heard, saturation(constants), constants).weight
    weight = weight / np.maximum(1.0, kin.own(weight))
    fair = case.ratings.stars - measured.severity[case.ratings.reviewer]
    mass, total = sums(kin.cell, weight, kin.cells), sums(kin.cell, weight * fair, kin.cells)
    capped = np.minimum(mass, constants.baseline_mass)
    means = total / np.where(mass > 0, mass, 1.0)
    areas = (case.ratings.models, *measured.baselines.shape)
    votes, told = capped.reshape(areas).sum(axis=0), (capped * means).reshape(areas).sum(axis=0)
    return stars((told + constants.kappa_parent * constants.baseline) / (votes + constants.kappa_parent))


def _drifted(case: Case, measured: Measured) -> Measured:
    """The same with the drift of evidenced ratings."""
    evidenced = case.ratings.level >= case.stated.evidenced_level
    residual = _residuals(case, measured)[1][evidenced]
    rate = drift(case.where.endpoint.cell[evidenced], case.ratings.month[evidenced], residual, case.stated)
    return replace(measured, constants=replace(measured.constants, drift_per_day=rate))

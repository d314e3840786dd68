"""From scores to chances: the curve that customers' answers choose, and what to say before anybody has answered.

A score only orders. It becomes a propensity by a `Curve` through customers' answers: a straight line (Platt 1999), or
where others foretell unseen customers clearly better, a bent one; before there are answers it is the policy's base
rate, as a Beta prior worth `ASSUMED_WEIGHT` answers, and called assumed.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit

from wowengine.recommend.curve import SLIGHT, Curve, softplus

Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]

ASSUMED_WEIGHT = 10.0  # answers that the policy's guess of a gesture's rate is worth
STEEPEST = 10.0  # of a calibration line: answers that a score separates wholly would ask for an endless slope
FEWEST_TO_BEND = 50.0  # answers of either kind: with fewer a curve is a straight line
CURVE_FOLDS = 5
KNOTS = 50  # of a step at most: each is then the mean of at least a fiftieth of the answers


def sigmoid(logit: Doubles) -> Doubles:
    """Return 1 / (1 + exp(-logit))."""
    return np.asarray(expit(logit))


def logit(chance: float) -> float:
    """Return log(p / (1 - p)), for 0 < p < 1."""
    return math.log(chance / (1 - chance))


def platt(scores: Doubles, landed: Booleans, weight: Doubles) -> tuple[Doubles, float]:
    """Return slopes and intercept of the line from scores to logit that best fits the answers.

    Parameters
    ----------
    scores
        Shape (n, s): the scores of each offer, by each of s ways of scoring; a line weighs them against each other.
    landed, weight
        Shape (n,): whether the gesture landed, and how much the answer counts.

    Returns
    -------
    slopes, intercept
        Shape (s,) and a number. No slope is negative: a score that orders the wrong way round is worth nothing, and
        gets slope 0. A score that is always zero keeps slope 1.

    Notes
    -----
    Targets are drawn in from 0 and 1 as Platt does (1999, "Probabilistic outputs for support vector machines"), so
    that few answers give no certainty.
    """
    yes, no = _weights(landed, weight)
    target = _targets(landed, weight)
    ways = scores.shape[1]

    def loss(line: Doubles) -> tuple[Any, Any]:
        at = scores @ line[:ways] + line[ways]
        wrong = weight * (expit(at) - target)
        return (weight * (np.logaddexp(0, at) - target * at)).sum(), np.array([*(wrong @ scores), wrong.sum()])

    start = np.array([1.0] * ways + [logit((yes + 1) / (yes + no + 2))])
    bounds = [(0.0, STEEPEST)] * ways + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:ways], float(found.x[ways])


def fit_curve(scores: Doubles, landed: Booleans, weight: Doubles, groups: NDArray[Any], seed: int = 0) -> Curve:
    """Return the curve from scores to chances that foretells the answers of unseen customers best.

    Parameters
    ----------
    scores
        Shape (n,): what each offer was scored, about on the scale of logits, by a model that never saw its customer.
    landed, weight
        Shape (n,): whether the gesture landed, and how much the answer counts, above 0.
    groups
        Shape (n,): the customer of each offer, as anything that can be compared.
    seed
        Which customers are held out together; the same seed gives the same curve.

    Notes
    -----
    Log loss in `CURVE_FOLDS` folds by customer decides among Platt's line, beta calibration and isotonic regression.
    A less simple curve is taken only where it is better by more than one standard error of the difference, which is
    taken over customers (Breiman et al. 1984). With fewer than `FEWEST_TO_BEND` answers of either kind, or fewer
    customers than folds, there is no choice: Platt's line.
    """
    names, group = np.unique(groups, return_inverse=True)
    simplest = next(iter(FITS))
    if min(_weights(landed, weight)) < FEWEST_TO_BEND or len(names) < CURVE_FOLDS:
        return FITS[simplest](scores, landed, weight)
    fold = np.random.default_rng(seed).permutation(len(names))[group] % CURVE_FOLDS
    best, *others = [(kind, _unseen_losses(kind, scores, landed, weight, fold)) for kind in FITS]
    for other in others:
        gain = np.bincount(group, best[1] - other[1])
        if gain.mean() > gain.std() / math.sqrt(len(names)):
            best = other
    return FITS[best[0]](scores, landed, weight)


def straight(scores: Doubles, landed: Booleans, weight: Doubles) -> Curve:
    """Return Platt's line: shapes (n,) in. A score that orders the wrong way round gets the slightest slope."""
    (slope,), intercept = platt(scores[:, None], landed, weight)
    return Curve("platt", max(float(slope), SLIGHT), max(float(slope), SLIGHT), intercept)


def bent(scores: Doubles, landed: Booleans, weight: Doubles) -> Curve:
    """Return the curve of beta calibration: shapes (n,) in. It is Platt's line in two ways of scoring."""
    above = softplus(scores)
    (low, high), intercept = platt(np.stack([scores - above, above], axis=1), landed, weight)
    return Curve("beta", max(float(low), SLIGHT), max(float(high), SLIGHT), intercept)


def stepped(scores: Doubles, landed: Booleans, weight: Doubles) -> Curve:
    """Return the curve of isotonic regression: shapes (n,) in, straight between the means of at most `KNOTS` groups.

    Groups are of about equal weight, and answers at one score stay together. Targets are drawn in as Platt's are.
    """
    order = np.argsort(scores, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    edges = np.unique(scores[order][np.searchsorted(share, np.arange(KNOTS) / KNOTS, side="right")])
    group = np.searchsorted(edges, scores, side="right") - 1
    mass = np.bincount(group, weight)
    rate = np.bincount(group, weight * _targets(landed, weight)) / mass
    found = isotonic_regression(rate, weights=mass)
    bounds = found.blocks[:-1]
    middle = np.add.reduceat(np.bincount(group, weight * scores), bounds) / np.add.reduceat(mass, bounds)
    step = [logit(float(chance)) for chance in found.x[bounds]]
    return Curve("isotonic", SLIGHT, SLIGHT, 0.0, tuple(middle.tolist()), tuple(step))


FITS: dict[str, Callable[[Doubles, Booleans, Doubles], Curve]] = {
    "platt": straight,
    "beta": bent,
    "isotonic": stepped,
}
"""Ways to fit a curve, the simplest first."""


def _unseen_losses(kind: str, scores: Doubles, landed: Booleans, weight: Doubles, fold: NDArray[np.int64]) -> Doubles:
    """Return the weighted log loss of each answer, by a curve that never saw its fold: shape (n,)."""
    losses = np.zeros(len(scores))
    for held in (fold == one for one in range(CURVE_FOLDS)):
        curve = FITS[kind](scores[~held], landed[~held], weight[~held])
        losses[held] = softplus(np.where(landed[held], -1.0, 1.0) * curve.logits(scores[held]))
    return losses * weight


def _weights(landed: Booleans, weight: Doubles) -> tuple[float, float]:
    """Return the weight of the answers that landed, and of the others."""
    return float(weight[landed].sum()), float(weight[~landed].sum())


def _targets(landed: Booleans, weight: Doubles) -> Doubles:
    """Return what each answer says, drawn in from 0 and 1 as Platt does."""
    yes, no = _weights(landed, weight)
    return np.where(landed, (yes + 1) / (yes + 2), 1 / (no + 2))


def rates(counts: pl.DataFrame, base_rate: float) -> dict[str, tuple[float, float]]:
    """Return for each gesture with answers: the chance that it lands, drawn to the base rate, and how many answered.

    Parameters
    ----------
    counts
        Columns gesture_id, landed, answered.
    base_rate
        The policy's guess, between 0 and 1: a Beta prior worth `ASSUMED_WEIGHT` answers.
    """
    return {
        gesture_id: ((landed + base_rate * ASSUMED_WEIGHT) / (answered + ASSUMED_WEIGHT), answered)
        for gesture_id, landed, answered in counts.select("gesture_id", "landed", "answered").sort("gesture_id").rows()
    }

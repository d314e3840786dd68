"""From scores to chances: Platt's calibration, and what to say before anybody has answered.

A score only orders. It becomes a propensity by a line through customers' answers (Platt 1999); before there are
answers it is the policy's base rate, as a Beta prior worth `ASSUMED_WEIGHT` answers, and called assumed.
"""

import math
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, expit

Doubles = NDArray[np.float64]

ASSUMED_WEIGHT = 10.0  # answers that the policy's guess of a gesture's rate is worth
PERSONAL_WEIGHT = 5.0  # answers that any guess about one person is worth: people differ more than averages do
TAIL = 0.05  # left out at either end of an interval
STEEPEST = 10.0  # of a calibration line: answers that a score separates wholly would ask for an endless slope
_GRID = np.linspace(0.0, 1.0, 201)


def sigmoid(logit: Doubles) -> Doubles:
    """Return 1 / (1 + exp(-logit))."""
    return np.asarray(expit(logit))


def logit(chance: float) -> float:
    """Return log(p / (1 - p)), for 0 < p < 1."""
    return math.log(chance / (1 - chance))


def platt(scores: Doubles, landed: NDArray[np.bool_], weight: Doubles) -> tuple[Doubles, float]:
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
    yes, no = float(weight[landed].sum()), float(weight[~landed].sum())
    target = np.where(landed, (yes + 1) / (yes + 2), 1 / (no + 2))
    ways = scores.shape[1]

    def loss(line: Doubles) -> tuple[Any, Any]:
        at = scores @ line[:ways] + line[ways]
        wrong = weight * (expit(at) - target)
        return (weight * (np.logaddexp(0, at) - target * at)).sum(), np.array([*(wrong @ scores), wrong.sum()])

    start = np.array([1.0] * ways + [logit((yes + 1) / (yes + no + 2))])
    bounds = [(0.0, STEEPEST)] * ways + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:ways], float(found.x[ways])


def interval(chance: Doubles, strength: Doubles) -> tuple[Doubles, Doubles]:
    """Return the 5 % and 95 % points of Beta distributions with these means, each worth `strength` answers.

    Shapes (n,) in and out. Read from a table of 201 means for each distinct strength: exact to about 0.002, and
    quick for millions of rows. The mean always lies inside.
    """
    low, high = np.empty_like(chance), np.empty_like(chance)
    for worth in np.unique(strength):
        rows = strength == worth
        a = np.clip(_GRID * worth, 1e-6, None)
        b = np.clip((1 - _GRID) * worth, 1e-6, None)
        low[rows] = np.interp(chance[rows], _GRID, betaincinv(a, b, TAIL))
        high[rows] = np.interp(chance[rows], _GRID, betaincinv(a, b, 1 - TAIL))
    return np.minimum(low, chance), np.maximum(high, chance)


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

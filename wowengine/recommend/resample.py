"""Figures of all answers together, such as AUC, with an interval: customers are drawn again, each with all answers.

One customer's answers are alike, so that drawing answers instead would make the interval too narrow. Source: Efron &
Tibshirani 1993, "An introduction to the bootstrap", 8.3 and 13.3; Field & Welsh 2007, "Bootstrapping clustered data".
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from wowengine.recommend.evaluate import BINS
from wowengine.recommend.metrics import Booleans, Doubles, Estimate

DRAWS = 400  # of the customers: the ends of the interval are then known to a twentieth of its width

Statistic = Callable[[Doubles], float]
"""From the weight of each answer, shape (answers,), to the figure; nan where it cannot be told."""


def estimate(statistic: Statistic, customers: Sequence[str], seed: int = 0) -> Estimate:
    """Return a figure with its 95 % interval over customers.

    Parameters
    ----------
    statistic
        The figure, of weighted answers.
    customers
        Whose each answer is.
    seed
        The same seed gives the same interval, and compares models on the same draws.
    """
    who = np.unique(np.array(customers, dtype=np.str_), return_inverse=True)[1]
    n = int(who.max()) + 1 if len(who) else 0
    value = statistic(np.ones(len(who))) if n else np.nan
    if n < 2 or np.isnan(value):  # noqa: PLR2004 - a spread needs two
        return Estimate(value, np.nan, np.nan, np.nan, n)
    chooser = np.random.default_rng(seed)
    drawn = np.array([statistic(_often(chooser, n)[who]) for _ in range(DRAWS)])
    told = drawn[~np.isnan(drawn)]
    low, high = np.quantile(told, (0.025, 0.975)) if len(told) else (np.nan, np.nan)
    return Estimate(value, float(low), float(high), float(told.std()) if len(told) else np.nan, n)


def difference(ours: Statistic, theirs: Statistic) -> Statistic:
    """Return how much more one figure is than another of the same answers.

    The same customers are drawn for both, so that what makes a customer easy or hard cancels out.
    """
    return lambda weight: ours(weight) - theirs(weight)


def auc(scores: Doubles, landed: Booleans) -> Statistic:
    """Return the chance that an answer that landed is scored above one that did not; ties count half."""
    order = np.argsort(scores, kind="stable")
    hit = landed[order]
    starts = np.flatnonzero(np.diff(scores[order], prepend=np.nan) != 0)  # of each run of equal scores

    def weighed(weight: Doubles) -> float:
        inside = weight[order]
        yes = np.add.reduceat(np.where(hit, inside, 0.0), starts)
        no = np.add.reduceat(np.where(hit, 0.0, inside), starts)
        pairs = yes.sum() * no.sum()
        below = np.cumsum(no) - no / 2
        return float(yes @ below / pairs) if pairs else float("nan")

    return weighed


def log_loss(chance: Doubles, landed: Booleans) -> Statistic:
    """Return the mean of -log(chance of what happened), in nats."""
    surprise = -np.log(np.clip(np.where(landed, chance, 1 - chance), 1e-15, None))

    def weighed(weight: Doubles) -> float:
        return float(weight @ surprise / weight.sum())

    return weighed


def calibration_error(chance: Doubles, landed: Booleans) -> Statistic:
    """Return the mean gap between chance and share landed (ECE), over `BINS` bins of equal size; see `evaluate`.

    The bins stay as they are when customers are drawn again. A draw has more noise than the answers themselves, so
    that its interval leans upward.
    """
    order = np.argsort(chance, kind="stable")
    bins = np.empty(len(order), dtype=np.int64)
    bins[order] = np.repeat(np.arange(BINS), [len(part) for part in np.array_split(order, BINS)])
    gap = chance - landed

    def weighed(weight: Doubles) -> float:
        return float(np.abs(np.bincount(bins, weight * gap, minlength=BINS)).sum() / weight.sum())

    return weighed


def _often(chooser: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Return how often each of n customers comes in one draw of n."""
    return np.bincount(chooser.integers(0, n, n), minlength=n).astype(np.float64)

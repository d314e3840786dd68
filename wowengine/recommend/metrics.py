"""How good lists of suggestions are: each figure per customer, so that its mean comes with an interval.

A list is a row of ``best``: the gestures chosen for one customer, best first, -1 where there is none. What landed
later is ``wanted``. A list shorter than the depth counts as if misses filled it, and a customer who wanted nothing has
no figure: nan, which `interval` passes over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import rankdata

Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]

DRAWS = 1000  # of the bootstrap
BLOCK_CELLS = 1 << 20  # of a matrix worked on at once: a few MB
MANY = 2000  # customers from which the mean is as good as normal, and drawing them again would change nothing
TWO_SIDED = 1.959964  # standard errors of a normal interval of 95 %


@dataclass(frozen=True)
class Estimate:
    """A mean over customers, and how sure it is.

    Attributes
    ----------
    value
        The mean; nan where no customer has a figure.
    low, high
        Ends of the 95 % interval; nan where fewer than two customers have a figure.
    error
        Standard error of the mean; nan likewise.
    customers
        How many had a figure.
    """

    value: float
    low: float
    high: float
    error: float
    customers: int

    def as_json(self) -> dict[str, Any]:
        """Return value, low and high, rounded for reading; None where it is nan."""
        return {name: _rounded(getattr(self, name)) for name in ("value", "low", "high")}


def ranking(
    best: Integers, wanted: sp.csr_matrix, counts: Doubles, customers: int, depths: Sequence[int] = (5, 10)
) -> dict[str, Doubles]:
    """Measure lists at several depths.

    Parameters
    ----------
    best
        Shape (n, k): gestures chosen for each customer, best first, -1 where there is none.
    wanted
        Shape (n, m): not zero where the gesture landed.
    counts, customers
        Of how many customers each gesture was known to have landed with, shape (m,), and how many customers there
        were: for `novelty`.
    depths
        How much of each list to look at.

    Returns
    -------
    figures
        ``ndcg@10`` and so on -> shape (n,), one figure a customer.
    """
    found, many = hits(best, wanted), _many(wanted)
    figures: dict[str, Doubles] = {}
    for depth in depths:
        figures |= {
            f"precision@{depth}": precision(found, many, depth),
            f"recall@{depth}": recall(found, many, depth),
            f"ndcg@{depth}": ndcg(found, many, depth),
            f"map@{depth}": average_precision(found, many, depth),
            f"novelty@{depth}": novelty(best[:, :depth], counts, customers),
        }
    return figures


def hits(best: Integers, wanted: sp.csr_matrix) -> Booleans:
    """Return whether each chosen gesture was wanted: shape (n, k)."""
    rows = np.broadcast_to(np.arange(len(best))[:, None], best.shape)
    found = np.asarray(sp.csr_matrix(wanted)[rows.ravel(), np.maximum(best, 0).ravel()]).reshape(best.shape)
    return np.asarray((found != 0) & (best >= 0))


def precision(found: Booleans, many: Integers, depth: int) -> Doubles:
    """Return the share of the first `depth` that were wanted, 0 to 1."""
    return _where_any(found[:, :depth].sum(axis=1) / depth, many)


def recall(found: Booleans, many: Integers, depth: int) -> Doubles:
    """Return the share of what was wanted that stands among the first `depth`, 0 to 1."""
    return _where_any(found[:, :depth].sum(axis=1) / np.maximum(many, 1), many)


def ndcg(found: Booleans, many: Integers, depth: int) -> Doubles:
    """Return the normalised discounted cumulative gain, 0 to 1: a hit at place p is worth 1 / log2(p + 1).

    1 is the best list that there could be. Source: Järvelin & Kekäläinen 2002, "Cumulated gain-based evaluation of IR
    techniques".
    """
    worth = 1 / np.log2(np.arange(2, depth + 2))
    ideal = np.concatenate([[np.inf], np.cumsum(worth)])[np.minimum(many, depth)]
    head = found[:, :depth]
    return _where_any((head * worth[: head.shape[1]]).sum(axis=1) / ideal, many)


def average_precision(found: Booleans, many: Integers, depth: int) -> Doubles:
    """Return the mean precision at the places of the hits, 0 to 1; its mean over customers is MAP.

    What was wanted and is not in the list counts as precision 0. Source: Manning, Raghavan & Schütze 2008,
    "Introduction to Information Retrieval", 8.4; cut at a depth, the best list there could be has 1.
    """
    head = found[:, :depth]
    so_far = np.cumsum(head, axis=1) / np.arange(1, head.shape[1] + 1)
    return _where_any((head * so_far).sum(axis=1) / np.maximum(np.minimum(many, depth), 1), many)


def novelty(best: Integers, counts: Doubles, customers: int) -> Doubles:
    """Return the mean self-information of each list in bits: -log2(share of customers the gesture landed with).

    One more customer is supposed to have taken everything, so that what nobody took is not infinitely new. nan for an
    empty list. Source: Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma of recommender systems".
    """
    bits = np.log2(customers + 1) - np.log2(counts + 1)
    chosen = best >= 0
    told = np.where(chosen, bits[np.maximum(best, 0)], 0.0).sum(axis=1) if len(bits) else np.zeros(len(best))
    return _where_any(told / np.maximum(chosen.sum(axis=1), 1), chosen.sum(axis=1))


def coverage(best: Integers, gestures: int) -> float:
    """Return the share of the catalogue that is chosen for anybody, 0 to 1.

    A property of all lists together, so it has no figure per customer, and customers drawn again would cover less.
    Source: Herlocker et al. 2004, "Evaluating collaborative filtering recommender systems".
    """
    return len(np.unique(best[best >= 0])) / max(gestures, 1)


def auc(scores: NDArray[np.floating[Any]], wanted: sp.csr_matrix, allowed: Booleans) -> Doubles:
    """Return the chance that a wanted gesture is scored above one that was not wanted; ties count half.

    Parameters
    ----------
    scores
        Shape (n, m), finite.
    wanted
        Shape (n, m): not zero where the gesture landed.
    allowed
        Shape (n, m): False where the customer had it already, or could not have got it; such pairs are passed over.

    Returns
    -------
    auc
        Shape (n,), 0 to 1; nan where a customer wanted none or all that was allowed. Source: Rendle et al. 2009, "BPR:
        Bayesian personalized ranking from implicit feedback", 4.1.1.
    """
    step = max(1, BLOCK_CELLS // max(scores.shape[1], 1))
    blocks = [slice(start, start + step) for start in range(0, len(scores), step)]
    wanted = sp.csr_matrix(wanted)
    found = [_auc(scores[block], wanted[block].toarray() != 0, allowed[block]) for block in blocks]
    return np.concatenate([np.zeros(0), *found])


def interval(values: Doubles, seed: int = 0) -> Estimate:
    """Return the mean of one figure a customer with its 95 % interval; nan is passed over.

    Below `MANY` customers it is the percentile bootstrap, `DRAWS` draws of as many customers (Efron & Tibshirani 1993,
    "An introduction to the bootstrap", 13.3); from there on the normal interval, which is then the same and costs
    nothing. The same seed gives the same interval.
    """
    told = values[~np.isnan(values)]
    n = len(told)
    value = float(told.mean()) if n else np.nan
    if n < 2:  # noqa: PLR2004 - a spread needs two
        return Estimate(value, np.nan, np.nan, np.nan, n)
    error = float(told.std(ddof=1) / np.sqrt(n))
    if n >= MANY:
        return Estimate(value, value - TWO_SIDED * error, value + TWO_SIDED * error, error, n)
    low, high = np.quantile(_means(told, seed), (0.025, 0.975))
    return Estimate(value, float(low), float(high), error, n)


def paired(ours: Doubles, theirs: Doubles, seed: int = 0) -> Estimate:
    """Return the mean difference ``ours - theirs`` over the customers who have both, with its interval.

    The same customers stand on both sides, so what makes a customer easy or hard cancels out.
    """
    return interval(ours - theirs, seed)


def _auc(scores: NDArray[np.floating[Any]], wanted: Booleans, allowed: Booleans) -> Doubles:
    ranks = rankdata(np.where(allowed, scores, -np.inf), axis=1) - (~allowed).sum(axis=1, keepdims=True)
    wanted = wanted & allowed
    yes = wanted.sum(axis=1)
    no = allowed.sum(axis=1) - yes
    above = np.where(wanted, ranks, 0.0).sum(axis=1) - yes * (yes + 1) / 2
    return _where_any(above / np.maximum(yes * no, 1), yes * no)


def _means(values: Doubles, seed: int) -> Doubles:
    """Return the means of `DRAWS` draws, a block of draws at once."""
    chooser, n = np.random.default_rng(seed), len(values)
    step = max(1, BLOCK_CELLS // n)
    sizes = [min(step, DRAWS - start) for start in range(0, DRAWS, step)]
    return np.concatenate([values[chooser.integers(0, n, (size, n))].mean(axis=1) for size in sizes])


def _many(wanted: sp.csr_matrix) -> Integers:
    return np.asarray((sp.csr_matrix(wanted) != 0).sum(axis=1), dtype=np.int64).ravel()


def _where_any(figures: Doubles, many: Integers) -> Doubles:
    return np.where(many > 0, figures, np.nan)


def _rounded(figure: float) -> float | None:
    return None if np.isnan(figure) else round(figure, 4)

"""The best k of many gestures for many customers: one product in float32, masks before the choice, in blocks."""

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 4 << 20  # a block of scores that stays in the processor's cache
GRAIN = np.float32(2.0**-16)  # of a score: the same sum added up in another order should still be the same score


def top_k(
    customers: NDArray[np.float32],
    gestures: NDArray[np.float32],
    k: int,
    allowed: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Choose the `k` best gestures of each customer, best first.

    Parameters
    ----------
    customers, gestures
        float32, shapes (n, d) and (m, d); the score is their product, to the nearest `GRAIN`.
    k
        How many; no more than m are returned.
    allowed
        Shape (n, m): False where a gesture must not be chosen. Left out before choosing, so that k others remain.

    Returns
    -------
    index, score
        Shapes (n, min(k, m)). Of equal scores the gesture of lower index comes first, whatever the block. Where fewer
        than k are allowed, the rest has index -1 and score -inf.
    """
    n, m = len(customers), len(gestures)
    k = min(k, m)
    index, score = np.empty((n, k), dtype=np.int64), np.empty((n, k), dtype=np.float32)
    step = max(1, BLOCK_BYTES // (4 * max(m, 1)))
    for start in range(0, n, step):
        block = slice(start, start + step)
        scores = np.rint(customers[block] @ gestures.T / GRAIN) * GRAIN
        if allowed is not None:
            scores[~allowed[block]] = -np.inf
        index[block] = _choose(scores, k)
        score[block] = np.take_along_axis(scores, index[block], axis=1)
    index[np.isneginf(score)] = -1
    return index, score


def _choose(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the columns of the k greatest scores of each row, in order.

    A partial selection breaks ties as it likes, so each score is first made a whole number that no other column of
    its row can share: the float's bits, put in an order that integers keep, then the column.
    """
    m = scores.shape[1]
    bits = (scores + np.float32(0.0)).view(np.int32).astype(np.int64)  # + 0.0 makes -0.0 and 0.0 one
    ordered = bits ^ ((bits >> 31) & 0x7FFF_FFFF)
    keys = -((ordered << 32) - np.arange(m))
    if k < m:
        best = np.argpartition(keys, k - 1, axis=1)[:, :k]
        keys = np.take_along_axis(keys, best, axis=1)
        return np.asarray(np.take_along_axis(best, np.argsort(keys, axis=1), axis=1))
    return np.argsort(keys, axis=1)

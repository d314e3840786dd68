"""Contenders found, weighed exactly and put in order in one compiled pass over the scores, where numpy needs many.

Needs the extra `fast`. Numba compiles this once, which takes seconds, and keeps the result beside this file, or where
that cannot be written, in the user's cache (NUMBA_CACHE_DIR moves it). Threads run it side by side.

Written for the processor: most loops are as long for one customer as for the next, and ask nothing whose answer it
would have to guess. A guess that fails costs as much as comparing a hundred scores.
"""

import numpy as np
from numba import njit

from wowengine.recommend.contenders import CROWD, LANES, LEAST, Floats, Indices, Mask, weighed

SUM = {"reassoc", "contract"}  # a sum may be added up in any order: scores are rounded to what that cannot change
ORDER = {"nnan", "nsz"}  # no score is other than a number, or minus infinity
STEPS = 7  # halvings: enough that ten are wanted of eleven contenders


@njit(fastmath=ORDER | SUM)
def _maxima(row: Floats, lanes: Floats) -> None:
    """Deal the scores out to the lanes in turn, and keep the greatest of each."""
    lanes[:] = LEAST
    dealt = len(row) - len(row) % LANES
    for start in range(0, dealt, LANES):
        for lane in range(LANES):
            lanes[lane] = max(lanes[lane], row[start + lane])
    for lane in range(len(row) - dealt):
        lanes[lane] = max(lanes[lane], row[dealt + lane])


@njit(fastmath=ORDER | SUM)
def _reaching(lanes: Floats, least: np.float32) -> np.float32:
    """Count the lanes that reach this."""
    count = np.float32(0)  # as wide as what is compared: twice as many at once
    for lane in range(LANES):
        count += np.float32(1) if lanes[lane] >= least else np.float32(0)
    return count


@njit(fastmath=ORDER | SUM)
def _reached(lanes: Floats, k: int) -> np.float32:
    """Return a number that at least `k` lanes reach, and seldom more; `LEAST` where fewer hold anything."""
    high = lanes[0]
    for lane in range(LANES):
        high = max(high, lanes[lane])
    low = high
    for lane in range(LANES):
        low = min(low, lanes[lane] if lanes[lane] > LEAST else high)
    if _reaching(lanes, low) < k:
        return LEAST
    for _ in range(STEPS):
        middle = low + (high - low) * np.float32(0.5)
        if _reaching(lanes, middle) >= k:
            low = middle
        else:
            high = middle
    return np.float32(low)


@njit(fastmath=ORDER)
def _above(row: Floats, lanes: Floats, edge: np.float32, found: Indices) -> int:
    """Note the columns that reach the edge, looking only into lanes whose greatest does; return how many they are."""
    open_lanes, some, count = np.empty(LANES + 1, dtype=np.int64), 0, 0
    for lane in range(min(LANES, len(row))):
        open_lanes[some] = lane
        some += lanes[lane] >= edge
    for at in range(some):
        for column in range(open_lanes[at], len(row), LANES):
            found[count] = column
            count += row[column] >= edge
    return count


@njit(fastmath=SUM)
def _product(left: Floats, right: Floats) -> np.float64:
    total = np.float64(0)
    for at in range(len(left)):
        total += np.float64(left[at]) * np.float64(right[at])
    return total


@njit(fastmath=ORDER)
def _place(which: Indices, scores: Floats, index: Indices, score: Floats) -> None:
    """Put each where it belongs, which is after all that are better."""
    for at in range(len(which)):
        better = 0
        for other in range(len(which)):
            alike = (scores[other] == scores[at]) & (which[other] < which[at])
            better += (scores[other] > scores[at]) | alike
        if better < len(index):
            index[better], score[better] = which[at], scores[at]


@njit(nogil=True, cache=True)
def _improve(  # noqa: PLR0917 - compiled: called by place
    scores: Floats,
    first: int,
    customers: Floats,
    gestures: Floats,
    margin: Floats,
    grain: float,
    index: Indices,
    score: Floats,
    crowded: Mask,
) -> None:
    """Let the gestures of one tile, the first of which has this index, into the best so far."""
    k, width = index.shape[1], scores.shape[1]
    lanes = np.empty(LANES, dtype=np.float32)
    which, exact = np.empty(k + width + 1, dtype=np.int64), np.empty(k + width + 1, dtype=np.float32)
    for row in range(len(customers)):
        held = 0
        while held < k and index[row, held] >= 0:
            which[held], exact[held] = index[row, held], score[row, held]
            held += 1
        _maxima(scores[row], lanes)
        edge = max(_reached(lanes, k), score[row, k - 1]) - margin[row]
        count = held + _above(scores[row], lanes, edge, which[held:])
        if count > CROWD * k:
            crowded[row] = True
            continue
        for at in range(held, count):
            exact[at] = np.rint(_product(customers[row], gestures[which[at]]) / grain) * grain
            which[at] += first
        _place(which[:count], exact, index[row], score[row])


def choose(
    customers: Floats, gestures: Floats, k: int, margin: Floats, allowed: Mask | None, *, grain: float, width: int
) -> tuple[Indices, Floats, Mask]:
    """Return index and score of the `k` best of each row, and for whom a crowd of contenders hid them.

    Parameters
    ----------
    customers, gestures, k, margin, allowed, width
        As in `contenders`; `k` no greater than `LANES`.
    grain
        To which exact scores are rounded.

    Returns
    -------
    index, score, crowded
        Shapes (n, k), (n, k) and (n,): as `Pool.best` returns them, but of no use where crowded.
    """
    index, score = np.full((len(customers), k), -1), np.full((len(customers), k), -np.inf, dtype=np.float32)
    crowded = np.zeros(len(customers), dtype=np.bool_)
    for first, scores in weighed(customers, gestures, allowed, width):
        tile = gestures[first : first + scores.shape[1]]
        _improve(scores, first, customers, tile, margin, grain, index, score, crowded)
    return index, score, crowded

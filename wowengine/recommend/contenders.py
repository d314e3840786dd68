"""Who may be among the best: pairs weighed in float32, of which only those above the edge, or near it, are kept."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

LEAST = np.finfo(np.float32).min  # what is left out has less
LANES = 64  # groups that the compiled way makes, and so the most it can choose
CROWD = 16  # contenders to each one wanted, beyond which to weigh all is no more work
ROOM = 4  # groups to each one wanted: fewer would often hide one of the best behind another


def lengths(vectors: Floats) -> Floats:
    """Return the Euclidean length of each row."""
    return np.asarray(np.sqrt(np.einsum("nd,nd->n", vectors, vectors)))


def doubt(dimensions: int) -> float:
    """Return how far two products summed in float32 may be out, as a share of the product of their lengths.

    One is out by at most d u / (1 - d u) of it, in whatever order it is summed, where u = 2^-24 (Higham, "Accuracy and
    Stability of Numerical Algorithms", 2002, 3.1). A few more of d pay for rounding what is reckoned with it.
    """
    out = (dimensions + 8) * 2.0**-24
    return 2 * out / (1 - out)


def contenders(
    customers: Floats, gestures: Floats, k: int, margin: Floats, allowed: Mask | None, *, width: int
) -> tuple[Indices, Indices]:
    """Return rows and columns of all pairs that may be among the k best of their row, by row and column.

    Parameters
    ----------
    customers, gestures
        Shapes (n, d) and (m, d).
    k
        How many are wanted.
    margin
        Shape (n,): how far below the kth best score in float32 one of the k best may seem to be.
    allowed
        Shape (n, m): False where a pair is out.
    width
        How many gestures to weigh at a time; several times k. Nothing else of size m is held.
    """
    edge = np.full(len(customers), LEAST)
    found = []
    for start, scores in weighed(customers, gestures, allowed, width):
        edge = np.maximum(edge, _kth_at_least(scores, k) - margin)
        at = np.flatnonzero(scores >= edge[:, None])
        row, column = np.divmod(at, scores.shape[1])
        found.append((row, column + start, scores.ravel()[at]))
    row, column, score = (np.concatenate(part) for part in zip(*found, strict=True))
    row, column = (part[score >= edge[row]] for part in (row, column))
    order = np.argsort(row, kind="stable")
    return row[order], column[order]


def weighed(customers: Floats, gestures: Floats, allowed: Mask | None, width: int) -> Iterator[tuple[int, Floats]]:
    """Yield tiles of the scores, -inf where a pair is out, each after the index of its first gesture.

    All share one piece of memory: a tile is gone once the next is asked for.
    """
    room = np.empty(len(customers) * min(width, len(gestures)), dtype=np.float32)
    for start, end in _tiles(len(gestures), width):
        scores = room[: len(customers) * (end - start)].reshape(len(customers), end - start)
        np.matmul(customers, gestures[start:end].T, out=scores)
        if allowed is not None:
            np.copyto(scores, -np.inf, where=~allowed[:, start:end])
        yield start, scores


def _tiles(m: int, width: int) -> Iterator[tuple[int, int]]:
    """Cut a range into tiles of nearly one size, none wider than this."""
    return pairwise(m * tile // -(-m // width) for tile in range(-(-m // width) + 1))


def _kth_at_least(scores: Floats, k: int) -> Floats:
    """Return a number that at least k scores of each row reach, and seldom many more.

    It is the kth greatest of the maxima of groups of columns, made by laying one half of them over the other again and
    again: much less work than the kth greatest itself. Where halves do not match, a column may be in no group.
    """
    maxima = scores
    while (half := maxima.shape[1] // 2) >= ROOM * k:
        maxima = np.maximum(maxima[:, :half], maxima[:, half : 2 * half])
    groups = maxima.shape[1]
    return np.asarray(np.partition(maxima, groups - k, axis=1)[:, groups - k])

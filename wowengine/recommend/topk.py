"""The best k of many gestures for many customers, exactly and fast.

Exactly: a score is the product of two rows, summed in float64, to the nearest `GRAIN`. Summed in another order, in
another block or by another BLAS, it is still the same score; and equal scores stand in the order of their index.

Fast: a gesture that is plainly not among the best needs no exact score. Where there are many, float32 at half the
price picks the contenders, and float64 settles the order of those alone. Where Numba is installed (the extra `fast`)
that is compiled, and pays for fewer gestures; it chooses the same.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from wowengine.recommend.contenders import CROWD, LANES, contenders, doubt, lengths

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]
Best = tuple[Indices, Floats]
"""Index and score of the chosen, shapes (n, k), best first."""

ROWS = 1 << 8  # customers weighed together: enough for BLAS to be quick, few enough for the processor's cache
TILE = 1 << 21  # pairs weighed together at most
CELLS = 1 << 17  # exact scores held together: they are gone through many times
GRAIN = 2.0**-16  # of a score: the same sum added up in another order should still be the same score
FINE = 2.0**8  # beyond it float32 is coarser than a grain, and scores that come out alike must be equal
EXACT = 2.0**53  # whole numbers below it are exact in float64
MANY = 32  # gestures to each one wanted, from which on contenders pay
SOME = 12  # the same where that is compiled
WORTH = 1 << 14  # pairs, below which the calls of picking contenders cost more than they save
WIDE = 1 << 12  # gestures weighed together by the compiled way
COMPILED = find_spec("numba") is not None
SORTED = 8  # columns to each one wanted, up to which all are sorted


def top_k(customers: Floats, gestures: Floats, k: int, allowed: Mask | None = None, *, threads: int = 1) -> Best:
    """Choose the `k` best of `gestures` for each customer, once: see `Pool.best`."""
    return Pool(gestures).best(customers, k, allowed, threads=threads)


@dataclass(frozen=True)
class Pool:
    """Gestures to choose from, ready for one choice after another.

    Attributes
    ----------
    vectors
        float32, shape (m, d): a row for each gesture.
    """

    vectors: Floats

    def best(self, customers: Floats, k: int, allowed: Mask | None = None, *, threads: int = 1) -> Best:
        """Choose the `k` best gestures of each customer, best first.

        Parameters
        ----------
        customers
            float32, shape (n, d); the score is the product of two rows, to the nearest `GRAIN`.
        k
            How many; no more than m are returned.
        allowed
            Shape (n, m): False where a gesture must not be chosen. Left out before choosing, so that k others remain.
        threads
            How many share the customers. Each calls BLAS, whose own threads multiply with them: leave it one.

        Returns
        -------
        index, score
            int64 and float32, shapes (n, min(k, m)). Of equal scores the gesture of lower index comes first. Where
            fewer than k are allowed, the rest has index -1 and score -inf. Neither blocks nor threads show.

        Raises
        ------
        ValueError
            When a number is not finite, or scores may be so great that float64 cannot tell them apart (among 50,000
            gestures: two million).
        """
        reach = lengths(customers) * np.float32(self.longest)
        if not (reach < EXACT * GRAIN / _room(len(self.vectors))).all():
            raise ValueError("some scores are not finite, or too great to be told apart")
        task = _Task(self, customers, reach, min(k, len(self.vectors)), allowed)
        if not task.k:
            return np.empty((len(customers), 0), dtype=np.int64), np.empty((len(customers), 0), dtype=np.float32)
        if COMPILED and task.k * SOME <= len(self.vectors) and task.k <= LANES:
            return task.by(_Task.fuse, ROWS, threads)
        if task.k * MANY <= len(self.vectors) and len(customers) * len(self.vectors) > WORTH:
            return task.by(_Task.contend, ROWS, threads)
        return task.by(_Task.compare, task.cells, threads)

    @cached_property
    def longest(self) -> float:
        """Length of the longest vector; no score is greater than this times the customer's."""
        return float(lengths(self.vectors).max(initial=0.0))

    @cached_property
    def doubles(self) -> Doubles:
        """The vectors in float64."""
        return self.vectors.astype(np.float64)


@dataclass(frozen=True)
class _Task:
    """To choose the best k of a pool for these customers, none of whose scores is beyond their reach."""

    pool: Pool
    customers: Floats
    reach: Floats
    k: int
    allowed: Mask | None

    def part(self, rows: slice | Mask) -> "_Task":
        allowed = None if self.allowed is None else self.allowed[rows]
        return _Task(self.pool, self.customers[rows], self.reach[rows], self.k, allowed)

    def by(self, way: Callable[["_Task"], Best], step: int, threads: int = 1) -> Best:
        """Choose in blocks of so many customers."""
        n = len(self.customers)
        index, score = np.empty((n, self.k), dtype=np.int64), np.empty((n, self.k), dtype=np.float32)

        def fill(start: int) -> None:
            block = slice(start, start + step)
            index[block], score[block] = way(self.part(block))

        if threads == 1:
            for start in range(0, n, step):
                fill(start)
        else:
            with ThreadPoolExecutor(threads) as workers:
                list(workers.map(fill, range(0, n, step)))
        return index, score

    @property
    def cells(self) -> int:
        """How many customers to compare together."""
        return max(1, CELLS // len(self.pool.vectors))

    def compare(self) -> Best:
        """Choose by the exact score of every gesture."""
        grains = self._grains() @ self.pool.doubles.T
        if self.allowed is not None:
            np.copyto(grains, -np.inf, where=~self.allowed)
        return self._ordered(grains)

    def fuse(self) -> Best:
        """Choose as by contenders, compiled."""
        from wowengine.recommend.fused import choose  # noqa: PLC0415 - an extra: there only where it is wanted

        asked = self.customers, self.pool.vectors, self.k, self._margin, self.allowed
        index, score, crowded = choose(*asked, grain=GRAIN, width=WIDE)
        return self._without_crowds(index, score, crowded)

    def contend(self) -> Best:
        """Choose by the exact scores of the contenders alone; for whom there is a crowd of them, of all."""
        width = max(TILE // len(self.customers), CROWD * self.k)
        row, column = contenders(self.customers, self.pool.vectors, self.k, self._margin, self.allowed, width=width)
        crowded = np.bincount(row, minlength=len(self.customers)) > CROWD * self.k
        few = ~crowded[row]
        index, score = self._settle(_table(row[few], column[few], (len(self.customers), self.k)))
        return self._without_crowds(index, score, crowded)

    @property
    def _margin(self) -> Floats:
        """How far below the kth best one of the k best may seem to be in float32."""
        return np.float32(GRAIN) + self.reach * np.float32(doubt(self.customers.shape[1]))

    def _without_crowds(self, index: Indices, score: Floats, crowded: Mask) -> Best:
        """Choose again, among all, for those who had a crowd of contenders."""
        if crowded.any():
            index[crowded], score[crowded] = self.part(crowded).by(_Task.compare, self.cells)
        return index, score

    def _settle(self, table: Indices) -> Best:
        """Choose among these gestures of each customer; -1 stands for none."""
        grains = np.matvec(self.pool.doubles.take(table, axis=0), self._grains())
        grains[table < 0] = -np.inf
        place, score = self._ordered(grains)
        return np.where(place < 0, -1, np.take_along_axis(table, place, axis=1)), score

    def _grains(self) -> Doubles:
        """Return the customers so that a score counts grains."""
        return self.customers.astype(np.float64) / GRAIN

    def _ordered(self, grains: Doubles) -> Best:
        """Return columns and scores of the k greatest of each row. Overwrites what it is given.

        Sorting alone would break ties as it likes. So each score becomes a whole number that no other column of its row
        can share, from which both can be read again: the grains, then the column counted from the end.
        """
        columns = grains.shape[1]
        room = _room(columns)
        np.rint(grains, out=grains)
        if self.reach.max(initial=0.0) > FINE:
            grains[:] = grains.astype(np.float32)
        grains *= room
        grains += np.arange(columns - 1, -1, -1)
        if columns > SORTED * self.k:
            grains.partition(columns - self.k, axis=1)
            grains = grains[:, columns - self.k :]
        best = np.sort(grains, axis=1)[:, : -self.k - 1 : -1]
        none = np.isneginf(best)
        best[none] = columns
        score = np.floor(best / room)
        place = (columns - 1 - (best - score * room)).astype(np.int64)
        return place, np.where(none, -np.inf, score * GRAIN).astype(np.float32)


def _room(columns: int) -> float:
    """Return the least power of two that is greater than this: a grain's room in the keys."""
    return 2.0 ** columns.bit_length()


def _table(row: Indices, column: Indices, shape: tuple[int, int]) -> Indices:
    """Lay columns that are sorted by row side by side, -1 where there are no more."""
    n, least = shape
    count = np.bincount(row, minlength=n)
    table = np.full((n, max(least, int(count.max()))), -1)
    table[row, np.arange(len(row)) - (count.cumsum() - count)[row]] = column
    return table

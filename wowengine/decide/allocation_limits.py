"""What may be given in all: budgets, stocks and caps, each over a part of the customers and some of the gestures.

A limit is written once for all its parts: a budget for each day is one `Limit` with a capacity a day and the day of
each customer. Customers whose parts are alike in every limit pay the same prices: they are one *group*, so that prices
are a small table (groups x gestures) and never one as large as the values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NO_LIMIT = np.iinfo(np.int64).max


class Use(StrEnum):
    """What one gesture takes from a limit."""

    COUNT = "count"  # one, as from a stock
    COST = "cost"  # its cost in cents, as from a budget


@dataclass(frozen=True, eq=False)
class Limit:
    """A budget, a stock or a cap.

    Parameters
    ----------
    name
        Ours to find its prices by.
    capacities
        What may be used of each part, 0 or more: cents for a budget, gestures for a stock or a cap. One, for a limit
        that is not divided.
    use
        Whether a gesture takes one or its cost.
    gestures
        Numbers of the gestures that count; all when None.
    part_of
        Which part each customer belongs to (a day, a store), from 0; -1 where the limit does not concern them. All are
        of the one part when None.
    """

    name: str
    capacities: Sequence[int]
    use: Use = Use.COUNT
    gestures: Sequence[int] | None = None
    part_of: Ints | None = None


@dataclass(frozen=True, eq=False)
class Book:
    """All limits as rows, one a part, for customers in groups. The last row is of those whom a limit leaves alone."""

    capacity: Ints  # of each row
    uses: Ints  # limits x gestures
    rows: Ints  # groups x limits: the row that a group's use counts in
    group: Ints  # of each customer
    starts: Ints  # the first row of each limit, and the last row

    def charges(self, prices: Floats) -> Floats:
        """Return what each gesture costs each group at these prices of rows, groups x gestures."""
        charged: Floats = prices[self.rows] @ self.uses
        return charged

    def fits(self, left: Ints) -> NDArray[np.bool_]:
        """Return which single gestures what is left allows each group, groups x gestures."""
        room = left[self.rows]
        allowed = np.ones((len(self.rows), self.uses.shape[1]), dtype=np.bool_)
        for limit, uses in enumerate(self.uses):
            allowed &= (uses == 0) | (uses <= room[:, limit, None])
        return allowed

    def used(self, customers: Ints, gestures: Ints) -> Ints:
        """Return what these pairs of customer and gesture use of each row, in whole numbers."""
        used = np.zeros_like(self.capacity)
        rows = self.rows[self.group[customers]]
        for limit, uses in enumerate(self.uses):
            np.add.at(used, rows[:, limit], uses[gestures])
        return used

    @cached_property
    def unit(self) -> Floats:
        """Return the largest use of each row: prices are searched for per so much, so that all are of one size."""
        largest = np.maximum(self.uses.max(axis=1, initial=1), 1)
        return np.append(np.repeat(largest, np.diff(self.starts)), 1).astype(np.float64)


def book_of(limits: Sequence[Limit], costs: Ints, customers: int) -> Book:
    """Return the limits as rows. Raises ValueError where a limit does not fit customers, gestures or whole numbers."""
    capacities = [_capacities(limit) for limit in limits]
    starts = np.cumsum([0, *map(len, capacities)], dtype=np.int64)
    uses = [_uses(limit, costs) for limit in limits]
    group, rows = np.zeros(customers, dtype=np.int64), np.empty((1, 0), dtype=np.int64)
    for limit, start, parts in zip(limits, starts, map(len, capacities), strict=False):
        part = _parts(limit, parts, customers)
        both, group = np.unique(group * (parts + 1) + part + 1, return_inverse=True)
        before, part = np.divmod(both, parts + 1)
        row = np.where(part > 0, start + part - 1, starts[-1])
        rows = np.column_stack([rows[before], row])
    return Book(
        capacity=np.concatenate([*capacities, [_NO_LIMIT]]).astype(np.int64),
        uses=np.array(uses, dtype=np.int64).reshape(len(limits), len(costs)),
        rows=rows,
        group=group,
        starts=starts,
    )


def _capacities(limit: Limit) -> Ints:
    capacities = np.asarray(limit.capacities)
    if capacities.ndim != 1 or not len(capacities) or capacities.dtype.kind not in "iu" or capacities.min() < 0:
        raise ValueError(f"{limit.name}: capacities are whole numbers of 0 or more, one a part")
    return capacities.astype(np.int64)


def _uses(limit: Limit, costs: Ints) -> Ints:
    uses = costs if limit.use is Use.COST else np.ones_like(costs)
    if limit.gestures is None:
        return uses
    if not set(limit.gestures) <= set(range(len(costs))):
        raise ValueError(f"{limit.name}: gestures are numbered 0 to {len(costs) - 1}")
    return np.where(np.isin(np.arange(len(costs)), list(limit.gestures)), uses, 0)


def _parts(limit: Limit, parts: int, customers: int) -> Ints:
    if limit.part_of is None:
        if parts != 1:
            raise ValueError(f"{limit.name}: {parts} capacities, and nothing says which customer belongs to which")
        return np.zeros(customers, dtype=np.int64)
    of = np.asarray(limit.part_of, dtype=np.int64)
    if of.shape != (customers,) or (customers and not -1 <= of.min() <= of.max() < parts):
        raise ValueError(f"{limit.name}: part_of names a part of 0 to {parts - 1}, or -1, for each customer")
    return of

"""What each customer takes at given prices, how sure that choice is, and the bound that follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wowengine.decide.allocation_limits import Book, Floats, Ints

NOTHING = -1
_BLOCK = 8_192  # customers at a time: what is in hand stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Market:
    """Who may get what, what it is worth and costs, and what there is."""

    values: NDArray[np.float32]  # customers x gestures, -inf where not eligible
    costs: Ints  # of a gesture, in cents
    book: Book
    most: int  # gestures that a customer may get

    @cached_property
    def worth(self) -> float:
        """Return what the best gesture is worth to those who have one, on average; 0 where nobody has."""
        best = self.values.max(axis=1, initial=0.0)
        return float(best.mean(where=best > 0, dtype=np.float64)) if (best > 0).any() else 0.0


@dataclass(frozen=True, eq=False)
class Choice:
    """The gestures that are worth most above their price, for each customer.

    `gestures` (most x customers) are the best first, NOTHING where no other is worth its price; `margins` what each
    gains above the first that is left; `doubt` (customers) how near another choice comes, 0 for a tie; `bound` what no
    allocation can exceed.
    """

    gestures: NDArray[np.int32]
    margins: Floats
    doubt: Floats
    bound: float

    def used(self, book: Book, of: NDArray[np.bool_] | bool = True) -> Ints:
        """Return what these customers would use of each row."""
        place, who = np.nonzero((self.gestures != NOTHING) & of)
        return book.used(who, self.gestures[place, who].astype(np.int64))


def choose(market: Market, prices: Floats) -> Choice:
    """Return what customers choose at these prices, in double precision, so that the bound is one.

    Of gestures with equal gains the cheaper is taken, then the earlier; and nothing rather than one that gains nothing.
    """
    people, most, book = len(market.values), market.most, market.book
    order = np.argsort(market.costs, kind="stable")
    gains = np.empty((most + 1, people))
    gestures = np.empty((most, people), dtype=np.int32)
    charges = book.charges(prices)
    for at in blocks(people):
        gains[:, at], gestures[:, at] = _best(gains_of(market, charges, at), order, most)
    binding = prices > 0
    bound = float(gains[:most].sum()) + float(prices[binding] @ book.capacity[binding])
    chosen, after = gains[:most], gains[most]
    return Choice(gestures, chosen - np.maximum(after, 0), _doubt(chosen, after), bound)


def _doubt(chosen: Floats, after: Floats) -> Floats:
    """Return by how much a price would have to move for the choice to be another: to the next gesture, or nothing."""
    least = np.where(chosen > 0, chosen, np.inf).min(axis=0)
    full = chosen[-1] > 0
    doubt: Floats = np.where(full, least - np.maximum(after, 0), np.minimum(least, -after))
    return doubt


def gains_of(market: Market, charges: Floats, who: slice | Ints) -> Floats:
    """Return what each gesture is worth above its price to these customers, gestures x customers."""
    gains = np.ascontiguousarray(market.values[who].T, dtype=np.float64)
    gains -= charges.T[:, market.book.group[who]] if len(charges) > 1 else charges.T
    return gains


def blocks(customers: int) -> Iterator[slice]:
    """Yield customers in blocks."""
    for start in range(0, customers, _BLOCK):
        yield slice(start, min(start + _BLOCK, customers))


def _best(paid: Floats, order: Ints, most: int) -> tuple[Floats, NDArray[np.int32]]:
    """Return the most + 1 largest gains of each column and whose the first are: each gesture sinks to its place."""
    top = np.zeros((most + 1, paid.shape[1]))
    top[most] = -np.inf
    whose = np.full((most, paid.shape[1]), NOTHING, dtype=np.int32)
    for gesture in order:
        gain, number = paid[gesture], np.full(paid.shape[1], gesture, dtype=np.int32)
        for place in range(most):
            better, beaten = gain > top[place], whose[place].copy()
            np.copyto(whose[place], number, where=better)
            number = np.where(better, beaten, number)
            gain, top[place] = np.minimum(top[place], gain), np.maximum(top[place], gain)
        np.maximum(top[most], gain, out=top[most])
    return top, whose

"""From what customers would choose to what there is: never more than a capacity, and as much of it as helps.

First everybody's own choice, surest first, as far as it goes. Then what is left goes to those for whom a gesture still
gains most (or loses least) at the prices. What is used is counted in whole numbers.
"""

import numpy as np
from numpy.typing import NDArray

from wowengine.decide.allocation_choice import NOTHING, Choice, Market, blocks, gains_of
from wowengine.decide.allocation_limits import Floats, Ints

_AT_ONCE = 16_384  # customers to fill up in the first pass; twice as many in each that follows


class Given:
    """The pairs of customer and gesture given so far, and what is left of each row."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.left = market.book.capacity.copy()
        self.gestures = np.full((len(market.values), market.most), NOTHING, dtype=np.int32)
        self.count = np.zeros(len(market.values), dtype=np.int64)

    def give(self, customers: Ints, gestures: Ints) -> NDArray[np.bool_]:
        """Give as many of these pairs, in this order, as surely fit; a customer at most once. Return which."""
        fit = self._fitting(customers, gestures)
        customers, gestures = customers[fit], gestures[fit]
        self.left -= self.market.book.used(customers, gestures)
        self.gestures[customers, self.count[customers]] = gestures
        self.count[customers] += 1
        return fit

    def _fitting(self, customers: Ints, gestures: Ints) -> NDArray[np.bool_]:
        """Return which pairs fit even if all before them were given: refused ones may fit when asked again."""
        book = self.market.book
        fit = np.ones(len(customers), dtype=np.bool_)
        rows = book.rows[book.group[customers]]
        for limit, uses in enumerate(book.uses):
            use = uses[gestures]
            asked = np.flatnonzero(use)
            asked = asked[np.argsort(rows[asked, limit], kind="stable")]
            row, running = rows[asked, limit], np.cumsum(use[asked])
            first = np.searchsorted(row, row)
            running -= running[first] - use[asked][first]
            fit[asked] &= running <= self.left[row]
        return fit


def repair(market: Market, prices: Floats, choice: Choice) -> NDArray[np.int32]:
    """Return the gestures of each customer, customers x most, NOTHING where there are fewer."""
    given = Given(market)
    _give_choices(given, choice)
    charges, at_once = market.book.charges(prices), _AT_ONCE
    while len(waiting := _nearest(given, charges, at_once)):
        _fill(given, charges, waiting)
        at_once *= 2
    return given.gestures


def _give_choices(given: Given, choice: Choice) -> None:
    """Give what was chosen, what would be missed most first; then dearer in value, cheaper in cost, and by number."""
    market = given.market
    for place, gestures in enumerate(choice.gestures):
        who = np.flatnonzero(gestures != NOTHING)
        what = gestures[who].astype(np.int64)
        keys = (market.costs[what], -market.values[who, what], -choice.margins[place, who])
        order = np.lexsort(keys)
        given.give(who[order], what[order])


def _nearest(given: Given, charges: Floats, most: int) -> Ints:
    """Return the customers who may have more, and for whom a gesture that fits gains most at the prices."""
    market, fits = given.market, given.market.book.fits(given.left)
    if not fits.any():
        return np.empty(0, dtype=np.int64)
    best = np.full(len(market.values), -np.inf)
    for at in blocks(len(market.values)):
        who = np.flatnonzero(given.count[at] < market.most) + at.start
        best[who] = _open_gains(given, charges, fits, who).max(axis=0, initial=-np.inf)
    found = np.flatnonzero(best > -np.inf)
    if len(found) <= most:
        return found
    return np.sort(found[np.argpartition(-best[found], most)[:most]])


def _open_gains(given: Given, charges: Floats, fits: NDArray[np.bool_], who: Ints) -> Floats:
    """Return gains at the prices, gestures x customers; -inf where it is not worth having, has been given or no fit."""
    market = given.market
    values = market.values[who].T
    gains = gains_of(market, charges, who)
    gains[(values <= 0) | ~fits.T[:, market.book.group[who]]] = -np.inf
    for gestures in given.gestures[who].T:
        had = np.flatnonzero(gestures != NOTHING)
        gains[gestures[had], had] = -np.inf
    return gains


def _fill(given: Given, charges: Floats, who: Ints) -> None:
    """Give to these customers, in turns, the best of what still fits, until nothing does."""
    market = given.market
    while len(who):
        gains = _open_gains(given, charges, market.book.fits(given.left), who)
        best, gain = gains.argmax(axis=0), gains.max(axis=0, initial=-np.inf)
        still = (gain > -np.inf) & (given.count[who] < market.most)
        who, best, gain = who[still], best[still], gain[still]
        keys = (who, market.costs[best], -market.values[who, best], -gain)
        order = np.lexsort(keys)
        given.give(who[order], best[order])

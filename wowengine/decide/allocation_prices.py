"""What a cent of each budget and a piece of each stock is worth: the prices at which customers ask for what there is.

At given prices each customer takes what is worth most above its price; the sum of those gains, and of all capacities
at their prices, is an upper bound of what any allocation can be worth (Lagrangian duality; M. L. Fisher, Management
Science 27, 1981). The best prices make the bound least. We smooth each customer's choice (a logit of temperature t, so
that the bound is smooth too), and go down by projected Newton steps (D. Bertsekas, SIAM J. Control 20, 1982) while t
falls. First a sample of customers; then, with the others' choices settled, those least decided (sifting).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from wowengine.decide.allocation_choice import NOTHING, Choice, Market, choose, gains_of
from wowengine.decide.allocation_limits import Book, Floats, Ints

SAMPLE = 12_000  # customers looked at closely, at the least
SHARE = 0.03  # of all customers, where that is more
ROUNDS = 6  # of sifting, at most
ENOUGH = 1e-6  # of the bound: less improvement is none
COOLING = (0.2, 0.05, 0.0125, 0.003, 0.0008)  # temperatures, in parts of what a gesture is worth
STEPS = 25  # at each temperature, at most
MATCHED = 1e-3  # of a capacity: demand so near to it is equal
CRUMB = 0.01  # of a unit, where nothing is there: its price is then the least at which nobody asks
STILL = 1e-3  # a choice surer than so does not move with prices
HALVINGS = 24  # of the interval in which a customer's toll is looked for
REACH = 20  # temperatures that a price may move in one step
SLOPE = 1e-4  # of the decrease that a step promises, it has to keep (Armijo)
TIED = 8  # temperatures: choices nearer than so are as good as equal
GOLDEN = (5**0.5 - 1) / 2
RIDGE = 1e-9  # of the curvature, so that rows without any can be solved for

Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class _Close:
    """Some customers, and what capacity is there for them."""

    values: Singles  # gestures x customers
    book: Book  # of these customers
    capacity: Floats  # in units of each row
    most: int
    worth: float  # of the best gesture to a customer, about

    @cached_property
    def uses(self) -> Singles:
        """Return uses in units, limits x gestures."""
        units: Singles = (self.book.uses / self.book.unit[self.book.starts[:-1], None]).astype(np.float32)
        return units


def search(market: Market) -> tuple[Floats, Choice]:
    """Return the prices of rows, in value per unit of use, and what customers choose at them."""
    people = len(market.values)
    close = max(SAMPLE, int(people * SHARE))
    prices = np.zeros(len(market.book.capacity))
    if people <= close:
        prices = _descend(_part(market, np.arange(people), market.book.capacity), prices, COOLING)
        return prices, choose(market, prices)
    sample = np.sort(np.random.default_rng(0).choice(people, close, replace=False))
    prices = _descend(_part(market, sample, _share(market.book, sample)), prices, COOLING)
    return _sift(market, close, prices)


def spread(market: Market, prices: Floats, choice: Choice) -> Choice:
    """Return the choice with those in doubt spread over gestures by their shares, and not all on the same.

    Equal customers choose alike at any price, so that their choices never add up to what there is; their shares do.
    Drawn by the golden ratio, which spreads evenly, always in the same way. Left as it is where one may get several.
    """
    temperature = COOLING[-1] * market.worth
    if market.most > 1 or not temperature:
        return choice
    who = np.flatnonzero(choice.doubt < TIED * temperature)
    gains = gains_of(market, market.book.charges(prices), who) / temperature
    up_to = np.cumsum(_one(gains.astype(np.float32))[1], axis=0)
    drawn = np.arange(1, len(who) + 1) * GOLDEN % 1
    gestures = choice.gestures.copy()
    gestures[0, who] = np.where(drawn < up_to[-1], (up_to > drawn).argmax(axis=0), NOTHING)
    return replace(choice, gestures=gestures)


def _sift(market: Market, close: int, prices: Floats) -> tuple[Floats, Choice]:
    """Settle all but the least decided customers, find prices for those, and again while the bound falls."""
    found = choose(market, prices)
    for _ in range(ROUNDS):
        before = found.bound
        after = _resolve(market, prices, found, close)
        now = choose(market, after)
        if now.bound > before * (1 + ENOUGH):  # too far: some who were settled choose otherwise there
            after = _between(market.book, prices, found, after, now)
            now = choose(market, after)
        if now.bound < before:
            prices, found = after, now
        if now.bound >= before * (1 - ENOUGH):
            break
    return prices, found


def _resolve(market: Market, prices: Floats, found: Choice, close: int) -> Floats:
    """Return prices at which the least decided customers ask for what the others leave."""
    doubtful = np.sort(np.argpartition(found.doubt, close)[:close])
    settled = np.ones(len(market.values), dtype=np.bool_)
    settled[doubtful] = False
    spent = spread(market, prices, found).used(market.book, settled)
    return _descend(_part(market, doubtful, market.book.capacity - spent), prices, COOLING[2:])


def _between(book: Book, prices: Floats, found: Choice, after: Floats, now: Choice) -> Floats:
    """Return the prices on the way at which the bound would stop falling, were its slope a straight line (secant)."""
    way = after - prices
    first, last = (float((book.capacity - one.used(book))[:-1] @ way[:-1]) for one in (found, now))
    return prices + way * (first / (first - last) if first < 0 < last else 0.5)


def _share(book: Book, sample: Ints) -> Floats:
    """Return the sample's share of each row: as much as of the row's customers are in it."""
    share: Floats = book.capacity * (_covered(book, book.group[sample]) / np.maximum(_covered(book, book.group), 1))
    return share


def _covered(book: Book, group: Ints) -> Floats:
    people = np.bincount(group, minlength=len(book.rows))
    weights = np.repeat(people, book.rows.shape[1])
    return np.bincount(book.rows.ravel(), weights=weights, minlength=len(book.capacity)).astype(np.float64)


def _part(market: Market, who: Ints, capacity: Ints | Floats) -> _Close:
    """Return these customers, and what capacity is there for them."""
    groups, group = np.unique(market.book.group[who], return_inverse=True)
    book = replace(market.book, rows=market.book.rows[groups], group=group)
    room = np.maximum(capacity / book.unit, CRUMB)
    return _Close(np.ascontiguousarray(market.values[who].T), book, room, market.most, market.worth)


def _descend(close: _Close, prices: Floats, cooling: tuple[float, ...]) -> Floats:
    """Return the prices that make the smoothed bound least, colder and colder."""
    scaled = prices * close.book.unit
    for temperature in cooling if close.worth else ():
        scaled = _newton(close, scaled, temperature * close.worth)
    return scaled / close.book.unit


def _newton(close: _Close, prices: Floats, temperature: float) -> Floats:
    """Go down by projected Newton steps, shorter where one fails; prices per unit, 0 or more."""
    here = _Smooth.at(close, prices, temperature)
    caution = 1.0
    for _ in range(STEPS):
        free = (prices > 0) | (here.slope < 0)
        if np.all(np.abs(here.slope[free]) <= MATCHED * np.maximum(close.capacity[free], 1)):
            break
        there = np.maximum(prices + _step(here, free, caution), 0.0)
        found = _Smooth.at(close, there, temperature)
        if found.bound <= here.bound + SLOPE * float(here.slope @ (there - prices)):
            prices, here, caution = there, found, caution / 4
        else:
            caution *= 8
    return prices


def _step(here: "_Smooth", free: NDArray[np.bool_], caution: float) -> Floats:
    """Return a Newton step, damped so that no row alone goes further than REACH (Levenberg and Marquardt)."""
    damped = here.curve[np.ix_(free, free)]
    slope = here.slope[free]
    rest = RIDGE * max(1.0, float(damped.diagonal().max()))
    damped[np.diag_indices_from(damped)] += caution * np.abs(slope) / (REACH * here.temperature) + rest
    step = np.zeros_like(here.slope)
    step[free] = np.linalg.solve(damped, -slope)
    return step


@dataclass(frozen=True, eq=False)
class _Smooth:
    """The smoothed bound at some prices, how it slopes, and how it curves."""

    close: _Close
    temperature: float
    bound: float
    slope: Floats  # of each row: capacity less demand, in units
    shares: Singles  # gestures x customers: how much of each gesture a customer takes
    tied: NDArray[np.bool_]  # customers who would take more, were it not for `most`

    @classmethod
    def at(cls, close: _Close, prices: Floats, temperature: float) -> "_Smooth":
        book = close.book
        charges = (prices[book.rows] @ close.uses / temperature).astype(np.float32)
        gains = close.values / np.float32(temperature) - charges.T[:, book.group]
        gained, shares, tied = _one(gains) if close.most == 1 else _several(gains, close.most)
        demand = np.zeros_like(prices)
        taken = close.uses @ shares
        for row, use in zip(book.rows.T, taken, strict=True):
            demand += np.bincount(row[book.group], weights=use, minlength=len(demand))
        slope = close.capacity - demand
        slope[-1] = 0  # nobody's limit
        bound = temperature * float(gained.sum(dtype=np.float64)) + float(prices[:-1] @ close.capacity[:-1])
        return cls(close, temperature, bound, slope, shares, tied)

    @cached_property
    def curve(self) -> Floats:
        """Return the second derivatives, rows x rows."""
        book, uses, starts = self.close.book, self.close.uses, self.close.book.starts
        spread = self.shares * (1 - self.shares)
        near = spread.max(axis=0, initial=0) > STILL
        weights = (self.shares if self.close.most == 1 else spread)[:, near]
        rows = book.rows[book.group[near]].T
        inside = rows < starts[-1]
        pulled = uses @ weights * self._pull(weights, near)
        found = np.zeros((len(book.capacity), len(book.capacity)))
        for a in range(len(uses)):
            for b in range(a, len(uses)):
                both = ((uses[a] * uses[b]) @ weights - pulled[a] * pulled[b]) * (inside[a] & inside[b])
                high, wide = starts[a + 1] - starts[a], starts[b + 1] - starts[b]
                cell = np.where(inside[a] & inside[b], (rows[a] - starts[a]) * wide + rows[b] - starts[b], 0)
                cells = np.bincount(cell, weights=both, minlength=high * wide).reshape(high, wide)
                found[starts[a] : starts[a + 1], starts[b] : starts[b + 1]] = cells
                found[starts[b] : starts[b + 1], starts[a] : starts[a + 1]] = cells.T
        return found / self.temperature

    def _pull(self, weights: Singles, near: NDArray[np.bool_]) -> Singles:
        """Return how strongly a customer's gestures stand in each other's way."""
        if self.close.most == 1:
            return np.ones(weights.shape[1], dtype=np.float32)
        total = weights.sum(axis=0)
        pull: Singles = np.where(self.tied[near], 1 / np.sqrt(np.maximum(total, STILL)), 0).astype(np.float32)
        return pull


def _one(gains: Singles) -> tuple[Singles, Singles, NDArray[np.bool_]]:
    """Return what each customer gains and how much they take of each gesture, of one at most or nothing (gain 0)."""
    top = np.maximum(gains.max(axis=0), 0)
    shares = np.exp(np.subtract(gains, top, out=gains), out=gains)
    total = shares.sum(axis=0) + np.exp(-top)
    shares /= total
    return top + np.log(total), shares, np.ones(len(top), dtype=np.bool_)


def _several(gains: Singles, most: int) -> tuple[Singles, Singles, NDArray[np.bool_]]:
    """Return the same for several at most: each gesture is a yes or no, and a toll keeps their sum in bounds."""
    low = np.zeros(gains.shape[1], dtype=np.float32)
    high = np.maximum(gains.max(axis=0), 0) + np.float32(np.log(len(gains) / most + 1))
    tied = expit(gains).sum(axis=0) > most
    for _ in range(HALVINGS):
        toll = (low + high) / 2
        above = expit(gains - toll).sum(axis=0) > most
        low, high = np.where(above, toll, low), np.where(above, high, toll)
    over = gains - np.where(tied, high, 0)
    gained = np.logaddexp(over, 0).sum(axis=0) + most * np.where(tied, high, 0)
    return gained, expit(over), tied

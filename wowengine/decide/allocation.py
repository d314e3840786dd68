"""Who gets the scarce gestures: the most delight that budgets, stocks and caps allow, and what one more would buy.

For many customers at once. Prices are found at which customers, each taking what is worth most to them above its price,
ask for about what there is (`allocation_prices`); what they ask too much is refused and what is left is given
(`allocation_repair`). The prices also tell a bound that no allocation can exceed, so that each allocation says itself
how far from the best it may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wowengine.decide.allocation_choice import NOTHING, Market
from wowengine.decide.allocation_limits import Floats, Ints, Limit, Use, book_of
from wowengine.decide.allocation_prices import search, spread
from wowengine.decide.allocation_repair import repair

FAR = 1e-4  # of the bound: so far from it, equal customers may stand in each other's way

__all__ = ["NOTHING", "Allocation", "Limit", "Use", "allocate"]


@dataclass(frozen=True, eq=False)
class Allocation:
    """Who gets what, and what the limits were worth.

    Attributes
    ----------
    gestures
        Numbers of the gestures of each customer, customers x most, NOTHING (-1) where there are fewer.
    value
        Sum of the values of what is given.
    bound
        What no allocation within the limits can exceed.
    prices
        By the limit's name, what one more cent or gesture of each part would add to the value, about: 0 where there is
        enough. Exactly: with one more, no allocation exceeds `bound` plus the price.
    used
        By the limit's name, what is used of each part.
    """

    gestures: NDArray[np.int32]
    value: float
    bound: float
    prices: dict[str, Floats]
    used: dict[str, Ints]

    @property
    def gap(self) -> float:
        """Return the share of the bound that was not reached, 0 to 1: the best allocation is no further away."""
        return max(0.0, 1 - self.value / self.bound) if self.bound > 0 else 0.0


def allocate(values: ArrayLike, costs: ArrayLike, limits: Sequence[Limit] = (), *, most: int = 1) -> Allocation:
    """Give each customer at most `most` different gestures, so that the values sum to the most that limits allow.

    Parameters
    ----------
    values
        Customers x gestures: what the gesture is expected to add to doing nothing; -inf where not eligible. What is
        worth 0 or less is never given. Taken in single precision.
    costs
        Of a gesture, in whole cents of 0 or more.
    limits
        What there is, under names of their own. Some thousands of parts in all at most: prices are solved for together.
    most
        Gestures that a customer may get, 1 or more.

    The same input gives the same allocation. Ties go to what is worth more, then the cheaper, then the earlier
    customer. Raises ValueError where shapes, numbers or names are not so.
    """
    market = _market(values, costs, limits, most)
    prices, choice = search(market)
    gestures = repair(market, prices, choice)
    if _value(market, gestures) < choice.bound * (1 - FAR):
        gestures = max(gestures, repair(market, prices, spread(market, prices, choice)), key=partial(_value, market))
    who, what = _pairs(gestures)
    used, starts = market.book.used(who, what), market.book.starts
    parts = {limit.name: slice(*ends) for limit, *ends in zip(limits, starts[:-1], starts[1:], strict=True)}
    return Allocation(
        gestures=gestures,
        value=_value(market, gestures),
        bound=choice.bound,
        prices={name: prices[part] for name, part in parts.items()},
        used={name: used[part] for name, part in parts.items()},
    )


def _value(market: Market, gestures: NDArray[np.int32]) -> float:
    return float(market.values[_pairs(gestures)].sum(dtype=np.float64))


def _pairs(gestures: NDArray[np.int32]) -> tuple[Ints, Ints]:
    who, place = np.nonzero(gestures != NOTHING)
    return who, gestures[who, place].astype(np.int64)


def _market(values: ArrayLike, costs: ArrayLike, limits: Sequence[Limit], most: int) -> Market:
    worth, cents = np.asarray(values, dtype=np.float32), np.asarray(costs)
    if cents.ndim != 1 or worth.shape[1:] != cents.shape:
        raise ValueError("values are customers x gestures, and each gesture has a cost")
    if not (worth < np.inf).all():
        raise ValueError("a value is a number or -inf")
    if len(cents) and (cents.dtype.kind not in "iu" or cents.min() < 0):
        raise ValueError("costs are whole cents of 0 or more")
    if most < 1:
        raise ValueError("a customer may get one gesture or more")
    if len({limit.name for limit in limits}) < len(limits):
        raise ValueError("each limit has a name of its own")
    whole = cents.astype(np.int64)
    return Market(worth, whole, book_of(limits, whole, len(worth)), min(most, max(1, len(whole))))

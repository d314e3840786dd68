"""Sharing out what is scarce: stock and money go, among all whom a round would delight, where they do most."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wowengine.campaigns.ledger import STOCK
from wowengine.decide.allocation import NOTHING, Allocation, Limit, Use, allocate
from wowengine.decide.arbitration import Ranked
from wowengine.decide.decide import decide_on
from wowengine.decide.decision import Decision, Suggestion
from wowengine.decide.judge import judge
from wowengine.decide.offer import offers
from wowengine.terms import Basis


@dataclass(frozen=True)
class Shared:
    """Decisions after sharing, and what a little more would have been worth.

    `prices` are in cents, by account of the ledger: of one piece more of a stock, of one cent more of a budget.
    """

    decisions: list[Decision]
    prices: dict[str, float]


def share_out(decided: Sequence[Decision], money_left: Mapping[str, int] | None = None) -> Shared:
    """Share stocks and budgets out among these decisions, where they ask for more than there is.

    Each customer is thought of as wanting what their decision ranked, worth its priority; whoever would have had what
    did not fall to them is decided for anew. Making good takes no part: what is owed or repairs a failure is not
    shared by how much it delights. What a lot or an arm put first is taken off before, so that its chance stays true.

    Parameters
    ----------
    decided
        What each customer would get if they were alone.
    money_left
        Cents left in each budget; one that is not named has no limit.
    """
    limited = {**(money_left or {}), **_stock(decided)}
    if all(wanted <= limited[name] for name, wanted in _wanted(decided).items() if name in limited):
        return Shared(list(decided), {})
    taken = _wanted([one for one in decided if not _by_rank(one)])
    market = _Market([_wishes(decision) if _by_rank(decision) else [] for decision in decided])
    limits = market.limits({name: max(0, left - taken[name]) for name, left in limited.items()})
    most = max(1, *(decision.inputs.policy.suggestions.delight for decision in decided))
    given = allocate(market.values, market.costs, limits, most=most)
    short, got = market.short(limits, given), market.names(given)
    prices = {name: round(float(price[0]), 4) for name, price in given.prices.items() if price[0] > 0}
    anew = [_anew(one, fell, short) if _by_rank(one) else one for one, fell in zip(decided, got, strict=True)]
    return Shared(anew, prices)


class _Market:
    """Wishes as the arrays that `allocate` takes: customers x gestures."""

    def __init__(self, wishes: Sequence[Sequence[Ranked]]) -> None:
        self.ids = sorted({one.offer.candidate.gesture_id for wish in wishes for one in wish})
        place = {gesture_id: number for number, gesture_id in enumerate(self.ids)}
        self.values = np.full((len(wishes), len(self.ids)), -np.inf, dtype=np.float32)
        self.costs = np.zeros(len(self.ids), dtype=np.int64)
        self.users: dict[str, set[int]] = {}  # which gestures each account pays for
        for row, wish in enumerate(wishes):
            for one in wish:
                number = place[one.offer.candidate.gesture_id]
                self.values[row, number], self.costs[number] = one.priority, one.offer.amount_cents
                self.users.setdefault(STOCK + self.ids[number], set()).add(number)
                self.users.setdefault(one.offer.account or "", set()).add(number)

    def limits(self, left: Mapping[str, int]) -> list[Limit]:
        """Return what is left as limits on the gestures that are wished for."""
        return [
            Limit(name, [left[name]], Use.COUNT if name.startswith(STOCK) else Use.COST, sorted(self.users[name]))
            for name in sorted(left.keys() & self.users.keys())
        ]

    def short(self, limits: Sequence[Limit], given: Allocation) -> set[str]:
        """Return the gestures of which there was not enough: with what is left, not each of them can be had again."""
        return {
            self.ids[number]
            for limit in limits
            for number in limit.gestures or ()
            if given.used[limit.name][0] + (1 if limit.use is Use.COUNT else self.costs[number]) > limit.capacities[0]
        }

    def names(self, given: Allocation) -> list[set[str]]:
        """Return what fell to each customer."""
        return [{self.ids[number] for number in row if number != NOTHING} for row in given.gestures.tolist()]


def _delights(decision: Decision) -> Iterator[Suggestion]:
    return (one for one in decision.suggestions if one.basis is Basis.DELIGHT)


def _by_rank(decision: Decision) -> bool:
    return all(one.by_rank for one in _delights(decision))


def _stock(decided: Sequence[Decision]) -> dict[str, int]:
    return {
        STOCK + one.gesture_id: max(0, one.stock_left)
        for decision in decided
        for one in decision.inputs.candidates
        if one.stock_left is not None
    }


def _wanted(decided: Sequence[Decision]) -> Counter[str]:
    """Return what these decisions would take from each account: pieces or cents."""
    wanted = Counter[str]()
    for decision in decided:
        for one in _delights(decision):
            wanted[STOCK + one.gesture_id] += 1
            wanted[one.account] += one.amount_cents
    return wanted


def _wishes(decision: Decision) -> list[Ranked]:
    """Return the delights that passed every rule for this customer, with their priorities."""
    if not any(_delights(decision)):
        return []
    return [one for one in judge(offers(decision.inputs))[1] if one.offer.basis is Basis.DELIGHT]


def _anew(decision: Decision, got: set[str], short: set[str]) -> Decision:
    """Decide again for whoever would have had something of which there is not enough, and did not get it."""
    if {one.gesture_id for one in _delights(decision)} & short <= got:
        return decision
    told = tuple(
        replace(one, allotted=one.gesture_id in got) if one.gesture_id in short else one
        for one in decision.inputs.candidates
    )
    return decide_on(replace(decision.inputs, candidates=told))

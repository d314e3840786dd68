"""Sharing out what is scarce: among all whom a round would delight with it, those get it for whom it does most."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wowengine.decide.allocation import NOTHING, Limit, allocate
from wowengine.decide.arbitration import Ranked
from wowengine.decide.candidate import Candidate
from wowengine.decide.decide import decide_on
from wowengine.decide.decision import Decision
from wowengine.decide.judge import judge
from wowengine.decide.offer import offers
from wowengine.terms import Basis


@dataclass(frozen=True)
class Shared:
    """Decisions after sharing, and what one more piece of each scarce gesture would have been worth, in cents."""

    decisions: list[Decision]
    prices: dict[str, float]


def share_out(decided: Sequence[Decision]) -> Shared:
    """Share stocks out among these decisions, where they ask for more than there is; decide anew what has changed.

    Each customer is thought of as wanting what their decision ranked, worth its priority. Making good takes no part:
    what is owed or repairs a failure is not shared by how much it delights.
    """
    if not _too_little(decided):
        return Shared(list(decided), {})
    wishes = [_wishes(decision) for decision in decided]
    ids = sorted({one.offer.candidate.gesture_id for wish in wishes for one in wish})
    place = {gesture_id: number for number, gesture_id in enumerate(ids)}
    stock = _stock(one.offer.candidate for wish in wishes for one in wish)
    values = np.full((len(wishes), len(ids)), -np.inf, dtype=np.float32)
    for row, wish in enumerate(wishes):
        for one in wish:
            values[row, place[one.offer.candidate.gesture_id]] = one.priority
    limits = [Limit(gesture_id, [left], gestures=[place[gesture_id]]) for gesture_id, left in sorted(stock.items())]
    most = max(1, *(decision.inputs.policy.suggestions.delight for decision in decided))
    given = allocate(values, np.zeros(len(ids), dtype=np.int64), limits, most=most)
    names = [{ids[number] for number in row if number != NOTHING} for row in given.gestures.tolist()]
    gone = {gesture_id for gesture_id, left in stock.items() if given.used[gesture_id][0] >= left}
    decisions = [_anew(*one, gone) for one in zip(decided, wishes, names, strict=True)]
    prices = {gesture_id: round(float(price[0]), 2) for gesture_id, price in given.prices.items() if price[0] > 0}
    return Shared(decisions, prices)


def _too_little(decided: Iterable[Decision]) -> bool:
    """Whether more is suggested of any gesture than is left of it."""
    wanted = Counter(
        one.gesture_id for decision in decided for one in decision.suggestions if one.basis is Basis.DELIGHT
    )
    stock = _stock(one for decision in decided for one in decision.inputs.candidates)
    return any(wanted[gesture_id] > left for gesture_id, left in stock.items())


def _stock(candidates: Iterable[Candidate]) -> dict[str, int]:
    return {one.gesture_id: max(0, one.stock_left) for one in candidates if one.stock_left is not None}


def _wishes(decision: Decision) -> list[Ranked]:
    """Return the delights that passed every rule for this customer, with their priorities."""
    if not any(one.basis is Basis.DELIGHT for one in decision.suggestions):
        return []
    return [one for one in judge(offers(decision.inputs))[1] if one.offer.basis is Basis.DELIGHT]


def _anew(decision: Decision, wish: Sequence[Ranked], got: set[str], gone: set[str]) -> Decision:
    """Decide again for whoever might have had something of which nothing is left, and did not get it."""
    might = gone & {one.offer.candidate.gesture_id for one in wish}
    if might <= got:
        return decision
    told = tuple(
        replace(one, allotted=one.gesture_id in got) if one.gesture_id in might else one
        for one in decision.inputs.candidates
    )
    return decide_on(replace(decision.inputs, candidates=told))

"""Who comes first? The best; but where chance has a say, another, with a chance that is known and kept.

Chance speaks of the ranking alone, before scarce things are shared out and before people say no; what is scarce takes
no part in it, and making good is never its affair. One number, drawn before, decides: the same inputs give the same
order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wowengine.decide.arbitration import Ranked, choose
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Verdict
from wowengine.decide.inputs import Inputs
from wowengine.decide.policy_chance import Arms, Exploration
from wowengine.terms import Basis

RANK = "arbitration.rank"  # the rule's name on an offer's place


@dataclass(frozen=True, eq=False)
class Order:
    """Offers in the order to choose from.

    Attributes
    ----------
    ranked
        The first first.
    chance
        With which the first came first; None where nothing was drawn.
    why
        What stopped the others where it was not the ranking: half a sentence, or ''.
    """

    ranked: Sequence[Ranked]
    chance: float | None = None
    why: str = ""

    @property
    def best_first(self) -> bool:
        """Whether what comes first is also what is worth most."""
        return not self.why


def ordered(ranked: Sequence[Ranked], basis: Basis, inputs: Inputs) -> Order:
    """Return the order to choose in, of offers on one ground that passed every rule, best first."""
    if basis is not Basis.DELIGHT or not ranked:
        return Order(ranked)
    if inputs.arm is Arm.RANDOM:
        return _any(ranked, inputs.draw)
    if inputs.arm is Arm.GENERIC:
        return _generic(ranked, inputs.policy.arms)
    return _explored(ranked, inputs.policy.exploration, inputs.draw)


def chosen(order: Order, basis: Basis, inputs: Inputs) -> list[Ranked]:
    """Return those to suggest: as many as the policy says, or as were asked for."""
    if inputs.k is not None:
        return choose(order.ranked, inputs.k, alike=True)
    suggestions = inputs.policy.suggestions
    return choose(order.ranked, suggestions.goodwill if basis is Basis.GOODWILL else suggestions.delight)


def placed(one: Ranked, order: Order, winners: Sequence[Ranked]) -> Verdict:
    """Return the last word on an offer that passed every rule: whether it is among those suggested."""
    if one in winners:
        lot = f", drawn with a chance of {order.chance:.2f}" if order.chance is not None and one is winners[0] else ""
        return Verdict(True, RANK, f"number {winners.index(one) + 1}, priority {one.priority:.0f}{lot}")
    if order.why:
        return Verdict(False, RANK, order.why)
    if not winners:
        return Verdict(False, RANK, "the policy makes no suggestion of this sort")
    best = winners[0]
    reason = f"{best.offer.title} came first: {best.priority:.0f} against {one.priority:.0f}"
    return Verdict(False, RANK, reason)


def _any(ranked: Sequence[Ranked], draw: float) -> Order:
    """Draw one of all, each with the same chance."""
    lot = [one for one in ranked if not one.offer.scarce]
    if not lot:
        return Order((), why="all that could be drawn is scarce")
    first = _at(lot, draw)
    return Order([first], 1 / len(lot), f"the lot fell on {first.offer.title}")


def _generic(ranked: Sequence[Ranked], arms: Arms) -> Order:
    """Put what anybody might like in the place of what would have come first, if it is worth about as much."""
    best = next((one for one in ranked if one.priority >= 0), None)
    if best is None:
        return Order((), why="nothing is worth its cost")
    worth = best.offer.candidate.value_cents

    def far(one: Ranked) -> int:
        return abs(one.offer.candidate.value_cents - worth)

    like = [one for one in ranked if one.offer.candidate.gesture_id in arms.gestures and not one.offer.scarce]
    first = min(like, key=far, default=None)  # of equals the better ranked
    if first is None or far(first) > arms.within * worth:
        return Order((), why="nothing generic is worth about as much")
    return Order([first], why=f"{first.offer.title} stands in for what would have come first")


def _explored(ranked: Sequence[Ranked], exploration: Exploration, draw: float) -> Order:
    """Now and then put one of the next best first, each with the same chance; else leave the best there."""
    best, certain = ranked[0], 1 - exploration.share
    if not exploration.share or best.offer.scarce:
        return Order(ranked)
    least = exploration.least * best.priority
    lot = [one for one in ranked[: exploration.among] if one.priority >= least and not one.offer.scarce]
    first = best if draw < certain else _at(lot, (draw - certain) / exploration.share)
    chance = exploration.share / len(lot) + (certain if first is best else 0)
    why = "" if first is best else f"the lot fell on {first.offer.title}, so that something is learned"
    return Order([first, *(one for one in ranked if one is not first)], chance, why)


def _at(lot: Sequence[Ranked], draw: float) -> Ranked:
    return lot[min(int(draw * len(lot)), len(lot) - 1)]

"""Which of those that passed? priority = propensity x context x value x lever, less cost.

Arithmetic for a pocket calculator, all in expected cents: the chance that it lands, times what the moment multiplies,
times what it is worth to us when it lands, times the manager's thumb on the scale, less what it costs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Verdict
from wowengine.decide.decision import Alternative
from wowengine.decide.offer import Offer
from wowengine.decide.words import money
from wowengine.terms import Basis

FACTORS = ("propensity", "context", "value", "lever", "cost")
_PAYS = Verdict(True, "arbitration.worth", "expected to be worth its cost")
_MAKING_GOOD = Verdict(True, "arbitration.worth", "making good need not pay")


@dataclass(frozen=True, eq=False)
class Ranked:
    """An offer with its factors."""

    offer: Offer
    factors: dict[str, float]
    priority: float  # what it is expected to be worth to us, in cents


def factors(offer: Offer) -> dict[str, float]:
    """Return the five factors of an offer; `value` and `cost` in cents."""
    candidate, policy = offer.candidate, offer.policy
    worth = policy.worth[candidate.kind]
    return {
        "propensity": candidate.propensity.value,
        "context": context(offer),
        "value": worth.landed_cents + worth.times * candidate.value_cents * offer.units,
        "lever": policy.levers.of(candidate.gesture_id, candidate.kind),
        "cost": float(offer.amount_cents),
    }


def priority(of: dict[str, float]) -> float:
    """Return the priority that five factors make, in expected cents."""
    return of["propensity"] * of["context"] * of["value"] * of["lever"] - of["cost"]


def context(offer: Offer) -> float:
    """Return what the moment multiplies: the product of all that applies."""
    moment, times, made = offer.moment, offer.policy.context, 1.0
    if offer.here:
        made *= times.here
    if moment.channel is not None and offer.channel == moment.channel:
        made *= times.same_channel
    if any([one.stated for one in offer.candidate.evidence]):  # noqa: C419 - a list is half as dear as a generator
        made *= times.stated
    if _is_new(offer):
        made *= times.new_category
    if offer.mends:
        made *= times.mends
    return made


def weigh(offer: Offer) -> Ranked:
    """Return an offer with its factors and what they make."""
    made = factors(offer)
    return Ranked(offer, made, priority(made))


def worth(one: Ranked) -> Verdict:
    """Ask of a delight that it be worth its cost. Making good is not asked whether it pays."""
    if one.offer.basis is not Basis.DELIGHT:
        return _MAKING_GOOD
    if one.priority >= 0:
        return _PAYS
    if not _asked(one.offer):
        return Verdict(True, "arbitration.worth", f"the arm {one.offer.arm} does not ask what it is worth")
    currency, cost = one.offer.candidate.currency, one.offer.amount_cents
    expected = money(round(one.priority + cost), currency)
    return Verdict(False, "arbitration.worth", f"expected worth {expected}, cost {money(cost, currency)}")


def rank(weighed: Iterable[Ranked]) -> list[Ranked]:
    """Return them best first; ties go to the cheaper, then by id, so that the order never wavers."""
    return sorted(weighed, key=_order)


def choose(ranked: Sequence[Ranked], most: int, *, alike: bool = False) -> list[Ranked]:
    """Return the best few, of which no two are of one kind nor of one category; `alike` fills up with such as are."""
    chosen: list[Ranked] = []
    for one in ranked:
        if len(chosen) < most and not any(_alike(one, other) for other in chosen):
            chosen.append(one)
    if alike:
        chosen += [one for one in ranked if one not in chosen][: most - len(chosen)]
    return chosen


def alternatives(winner: Ranked, ranked: Sequence[Ranked], most: int) -> tuple[Alternative, ...]:
    """Return the best of those that came after the winner, each with what would have put it first."""
    field = ranked[ranked.index(winner) :]
    would_win = {factor: first_if_equal(field, factor) for factor in FACTORS}
    return tuple(
        Alternative(
            gesture_id=rival.offer.candidate.gesture_id,
            title=rival.offer.title,
            amount_cents=rival.offer.amount_cents,
            propensity=rival.offer.candidate.propensity.value,
            priority=rival.priority,
            wins_if_equal=tuple(factor for factor, first in would_win.items() if first is rival.offer),
        )
        for rival in field[1 : 1 + most]
    )


def first_if_equal(field: Sequence[Ranked], factor: str) -> Offer:
    """Return who would come first if all had the winner's value of one factor: what that factor alone decided."""
    level = {factor: field[0].factors[factor]}
    anew = [priority(one.factors | level) for one in field]
    best = max(anew)
    return min([one for one, made in zip(field, anew, strict=True) if made == best], key=_order_in_ties).offer


def _asked(offer: Offer) -> bool:
    """Whether what it is expected to be worth matters: not to lots, nor to what stands in for something else."""
    return offer.arm is not Arm.RANDOM and not offer.impersonal


def _is_new(offer: Offer) -> bool:
    category = offer.candidate.category
    return offer.basis is Basis.GOODWILL and bool(category) and category not in offer.person.used_categories


def _alike(one: Ranked, other: Ranked) -> bool:
    this, that = one.offer.candidate, other.offer.candidate
    return this.kind is that.kind or (bool(this.category) and this.category == that.category)


def _order(one: Ranked) -> tuple[float, int, str]:
    return -one.priority, *_order_in_ties(one)


def _order_in_ties(one: Ranked) -> tuple[int, str]:
    return one.offer.amount_cents, one.offer.candidate.gesture_id

"""What is allowed in a policy and yet cannot be meant: caps that never bind, levers and accounts that never matter.

A word that is not known, or a number of the wrong kind, is an error, and is refused when the file is read. What is
told here are remarks: the policy works, only otherwise than somebody may think.
"""

from collections.abc import Callable, Collection, Iterator
from math import ceil
from typing import NamedTuple

from wowengine.decide.ladder_check import Remark, amounts, ladder_remarks
from wowengine.decide.policy import Policy
from wowengine.decide.policy_face import Depth, Source
from wowengine.decide.review_check import review_remarks
from wowengine.decide.words import money
from wowengine.decide.zones import is_known
from wowengine.terms import Basis, GestureKind

DELIGHTS = tuple(kind for kind in GestureKind if kind is not GestureKind.COMPENSATION)
TAKEN = {"owed:": "what the law owes", "stock:": "stock"}  # names of accounts that the ledger makes by itself
# The least that is read into words: what was stated was stated, and all else names its topic at best.
LEAST_DEPTH = {
    Source.STATED: Depth.STATED,
    **dict.fromkeys((Source.MESSAGE, Source.MENTION, Source.POST), Depth.LITERAL),
}


class Offered(NamedTuple):
    """A gesture of the catalogue. Money in cents."""

    gesture_id: str
    kind: GestureKind
    cost_cents: int
    currency: str
    most: int = 1  # how many goodwill may buy at once


def check(policy: Policy, catalogue: Collection[Offered] | None = None) -> tuple[Remark, ...]:
    """Return remarks on a policy; with a catalogue, also on how the two fit."""
    alone = [remark for rule in RULES for remark in rule(policy)]
    if catalogue is None:
        return tuple(alone)
    return (*alone, *(remark for rule in OF_CATALOGUE for remark in rule(policy, catalogue)))


def _suggestions(policy: Policy) -> Iterator[Remark]:
    goodwill, delight = policy.suggestions.goodwill, policy.suggestions.delight
    if not goodwill:
        yield Remark("suggestions.goodwill", "is 0: nothing is ever added to what the law owes")
    if goodwill > 1:
        yield Remark("suggestions.goodwill", "counts as 1: all goodwill is of one kind, and no two of a kind are made")
    if not delight:
        yield Remark("suggestions.delight", "is 0: nobody is ever surprised")
    if delight > len(DELIGHTS):
        said = f"counts as {len(DELIGHTS)}: there are so many kinds of delight, and no two of a kind are made"
        yield Remark("suggestions.delight", said)


def _caps(policy: Policy) -> Iterator[Remark]:
    if not policy.caps.compensations_per_incident:
        yield Remark("caps.compensations_per_incident", "is 0: nothing is ever added to what the law owes")
    between = policy.cool_downs.between
    for kind in DELIGHTS:
        cap = policy.caps.kinds.get(kind)
        if cap and between and cap.most >= (fit := ceil(cap.days / between)):
            said = f"never binds: {between} days of rest let no more than {fit} be done in {cap.days} days anyhow"
            yield Remark(f"caps.kinds.{kind}", said)


def _cool_downs(policy: Policy) -> Iterator[Remark]:
    same, between = policy.cool_downs.same_gesture, policy.cool_downs.between
    if 0 < same <= between:
        yield Remark("cool_downs.same_gesture", f"never binds: after anything there are {between} days of rest anyhow")


def _quiet_hours(policy: Policy) -> Iterator[Remark]:
    hours = policy.quiet_hours
    if hours.start == hours.end:
        yield Remark("quiet_hours", f"begin and end at {hours.start:%H:%M}: no hour is quiet")
    if not hours.channels:
        yield Remark("quiet_hours.channels", "names no channel: every one may ring at night")
    if not is_known(hours.time_zone):
        yield Remark("quiet_hours.time_zone", f"{hours.time_zone!r} is no time zone that is known: UTC is taken")


def _complaints(policy: Policy) -> Iterator[Remark]:
    if GestureKind.COMPENSATION in policy.complaints.block:
        said = "holds compensation back while a complaint has no answer, which is when it is due"
        yield Remark("complaints.block", said)


def _worths(policy: Policy) -> Iterator[Remark]:
    for kind, worth in policy.worth.items():
        if not worth.landed_cents and not worth.times:
            yield Remark(f"worth.{kind}", f"is nothing: {_without_worth(kind)}")
        elif not policy.levers.kinds.get(kind, 1.0):
            yield Remark(f"levers.kinds.{kind}", f"is 0: {_without_worth(kind)}")
    for gesture_id, lever in policy.levers.gestures.items():
        if lever == 1:
            yield Remark(f"levers.gestures.{gesture_id}", "is 1, which changes nothing")


def _without_worth(kind: GestureKind) -> str:
    if kind is GestureKind.COMPENSATION:
        return "of what makes good the cheapest is chosen, whoever they are"
    return f"no {kind} is ever worth its cost, and only what is free is suggested"


def _face(policy: Policy) -> Iterator[Remark]:
    table = policy.face.distance
    unsaid = [
        source for source, depth in LEAST_DEPTH.items() if table.source[source] * table.depth[depth] >= table.bound
    ]
    if len(unsaid) == len(LEAST_DEPTH):
        yield Remark("face.distance.bound", "is below every distance: nothing can be said, and nothing be approved")
    else:
        for source in unsaid:
            yield Remark(f"face.distance.source.{source}", "reaches the bound: no words from there are ever said")
    for topic, factor in table.sensitivity.items():
        if factor == 1:
            yield Remark(f"face.distance.sensitivity.{topic}", "is 1, which every topic has that is not named")


def _budgets(policy: Policy) -> Iterator[Remark]:
    ladder, seen = policy.goodwill.currency, set[str]()
    for place, one in enumerate(policy.budgets):
        path = f"budgets.{place}"
        for prefix, whose in TAKEN.items():
            if one.account.startswith(prefix):
                yield Remark(f"{path}.account", f"{one.account} is an account of {whose}: choose another name")
        if one.account in seen:
            yield Remark(f"{path}.account", f"{one.account} is named twice: each grant undoes the other")
        if not one.granted_cents:
            yield Remark(f"{path}.granted_cents", f"is 0: {one.account} pays for nothing")
        if one.pays is Basis.GOODWILL and one.currency != ladder:
            yield Remark(f"{path}.currency", f"is never used: the ladder of goodwill counts in {ladder}")
        if not (policy.suggestions.goodwill if one.pays is Basis.GOODWILL else policy.suggestions.delight):
            yield Remark(path, f"{one.account} is never used: no {one.pays} is suggested")
        seen.add(one.account)
    if not policy.account(Basis.GOODWILL, ladder):
        yield Remark("budgets", f"none pays for goodwill in {ladder}: only what is free is given")


def _levers_of_strangers(policy: Policy, catalogue: Collection[Offered]) -> Iterator[Remark]:
    known = {gesture.gesture_id for gesture in catalogue}
    for gesture_id in policy.levers.gestures:
        if gesture_id not in known:
            yield Remark(f"levers.gestures.{gesture_id}", "moves nothing: the catalogue has no such gesture")


def _strangers_in_arms(policy: Policy, catalogue: Collection[Offered]) -> Iterator[Remark]:
    known = {gesture.gesture_id for gesture in catalogue if gesture.kind in DELIGHTS}
    for gesture_id in sorted(policy.arms.gestures - known):
        yield Remark("arms.gestures", f"names {gesture_id}: the catalogue has no such delight")


def _unpaid(policy: Policy, catalogue: Collection[Offered]) -> Iterator[Remark]:
    costly = {gesture.currency for gesture in catalogue if gesture.kind in DELIGHTS and gesture.cost_cents}
    paid = {one.currency: place for place, one in enumerate(policy.budgets) if one.pays is Basis.DELIGHT}
    for currency in sorted(costly - paid.keys()):
        yield Remark("budgets", f"none pays for delights in {currency}, in which the catalogue has some that cost")
    for currency, place in paid.items():
        if currency not in costly:
            yield Remark(f"budgets.{place}", f"is never used: no delight of the catalogue costs anything in {currency}")


def _out_of_reach(policy: Policy, catalogue: Collection[Offered]) -> Iterator[Remark]:
    """Tell of amounts of the ladder for which the catalogue has no form that is worth enough and not too much."""
    ladder = policy.goodwill
    forms = [one for one in catalogue if one.kind is GestureKind.COMPENSATION and one.currency == ladder.currency]
    asked = sorted(set(amounts(policy).values()) - {0})
    lacking = [cents for cents in asked if not any(_fits(one, cents, ladder.least_share) for one in forms)]
    if lacking:
        span = " to ".join(dict.fromkeys(money(cents, ladder.currency) for cents in (lacking[0], lacking[-1])))
        said = f"is met by no compensation of the catalogue for {len(lacking)} of {len(asked)} amounts ({span})"
        yield Remark("goodwill.least_share", said)


def _fits(form: Offered, cents: int, least_share: float) -> bool:
    units = max(1, min(form.most, cents // form.cost_cents)) if form.cost_cents else 1
    return least_share * cents <= units * form.cost_cents <= cents


RULES: tuple[Callable[[Policy], Iterator[Remark]], ...] = (
    _suggestions,
    _caps,
    _cool_downs,
    _quiet_hours,
    _complaints,
    _worths,
    ladder_remarks,
    _face,
    _budgets,
    review_remarks,
)
OF_CATALOGUE = (_levers_of_strangers, _strangers_in_arms, _unpaid, _out_of_reach)

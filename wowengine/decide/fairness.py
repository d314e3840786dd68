"""Does the same harm get the same money, whoever suffers it? Each decision is taken again for somebody else.

Paired perturbation: one attribute after the other is given other values (`otherwise`), everything else stays, and it is
decided again. What may not change, to the cent:

- the floor, whatever the person, the moment and the model say: what each body of law owes, and that it is suggested;
- the ladder: what `goodwill` gives, before a form is chosen for it;
- how much of one form that amount is turned into: three film vouchers are three for everybody.

What may change is the form. Who loves films is offered film vouchers and who loves coffee is offered coffee, and three
times EUR 6 are not twice EUR 7; but the money that the form stands for is the ladder's, the same for both. Where an
attribute leaves no form at all (a voucher kept for gold, none besides), no amount differs and still one of two gets
nothing: that is told apart, as `Pair.withheld`, for the manager who keeps the catalogue.

`ALLOWED` is the one list of what may move which amount, each with its reason; whatever is not on it may move none. Of
what a person was given before, what answers the same incident is counted and stays; all else they had may not matter.
The attributes are found by looking at the values themselves, so that one which somebody adds is tried from its first
day. A lever that needs two attributes at once shows where a kept decision has one of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final, get_type_hints

from wowengine.decide.candidate import Given, Incident
from wowengine.decide.decide import decide_on
from wowengine.decide.inputs import Inputs
from wowengine.decide.offer import offers
from wowengine.decide.otherwise import examples, otherwise
from wowengine.terms import Basis


class Amount(StrEnum):
    """The amounts that are compared."""

    FLOOR = "floor"  # what a body of law owes, or is suggested for it
    LADDER = "ladder"  # what the policy's ladder gives
    FORM = "form"  # how much of one gesture that comes to


@dataclass(frozen=True)
class Allowed:
    """Which amounts an attribute may move, and why."""

    moves: frozenset[Amount]
    why: str


_ALL = frozenset(Amount)
_HARM = frozenset({Amount.LADDER, Amount.FORM})
_LAW = Allowed(frozenset({Amount.FLOOR}), "a fact that the law asks for")
_PIECE = Allowed(frozenset({Amount.FORM}), "what one piece is and costs: it tells how many the amount buys")

ALLOWED: Final[Mapping[str, Allowed]] = MappingProxyType(
    {
        "decision.policy": Allowed(_ALL, "the manager's numbers, the same for everybody"),
        "decision.regimes": Allowed(_ALL, "the law and our own promises, the same for everybody"),
        "incident.source_id": Allowed(_ALL, "names what happened, so that what was given for it is found"),
        "incident.type": Allowed(_ALL, "what happened"),
        "incident.arrival_delay_minutes": Allowed(_ALL, "how bad a delay was"),
        "incident.departure_delay_minutes": Allowed(_ALL, "how bad a delay was, where no more is known"),
        "incident.unanswered_minutes": Allowed(_HARM, "how long their words had no answer"),
        "incident.our_failures": Allowed(_HARM, "how often we failed them in the matter"),
        "incident.affected": Allowed(_HARM, "how many suffered the same"),
        "incident.at": _LAW,
        "incident.mode": _LAW,
        "incident.from_country": _LAW,
        "incident.to_country": _LAW,
        "incident.carrier_country": _LAW,
        "incident.distance_km": _LAW,
        "incident.scheduled_duration_minutes": _LAW,
        "incident.price_cents": _LAW,
        "incident.ticket": _LAW,
        "incident.currency": _LAW,
        "incident.payment": _LAW,
        "incident.cause": _LAW,
        "incident.carrier_size": _LAW,
        "incident.notice_days": _LAW,
        "incident.reroute_departure_early_minutes": _LAW,
        "incident.reroute_arrival_delay_minutes": _LAW,
        "incident.travelled": _LAW,
        "incident.alternative_accepted": _LAW,
        "incident.days_out": _LAW,
        "incident.regime": _LAW,
        "candidate.gesture_id": Allowed(_ALL, "names the form: each is compared under its own name"),
        "candidate.kind": _PIECE,
        "candidate.cost_cents": _PIECE,
        "candidate.currency": _PIECE,
        "candidate.stock_left": _PIECE,
        "candidate.most": _PIECE,
    }
)

_NOTHING: Final = Allowed(frozenset(), "")
_ABSENT: Final = (None, None)
_LOOKED_INTO: Final = frozenset({"decision.person", "decision.moment", "decision.candidates", "moment.incident"})

Sum = tuple[int | None, str | None]  # cents, None where nobody can tell; and their currency
Sums = dict[tuple[Amount, str], Sum]


@dataclass(frozen=True)
class Perturbation:
    """One attribute with another value. `__call__` gives the same inputs for somebody who has that one."""

    attribute: str  # such as person.name
    value: Any

    def __call__(self, inputs: Inputs) -> Inputs:
        """Return the inputs with this one thing changed."""
        whose, name = self.attribute.split(".")
        return _CHANGES[whose](inputs, {name: self.value})


@dataclass(frozen=True)
class Difference:
    """An amount that an attribute moved, and may not move."""

    attribute: str
    tried: str  # the value that moved it
    amount: Amount
    of: str  # the regime, or the gesture
    before: Sum
    after: Sum


@dataclass(frozen=True)
class Pair:
    """Two decisions on the same harm, for people who differ in one attribute."""

    attribute: str
    differences: tuple[Difference, ...]
    forms: tuple[str, str]  # the gesture of goodwill suggested before and after; '' where none was

    @property
    def other_form(self) -> bool:
        """Whether both get goodwill, in different forms."""
        return all(self.forms) and self.forms[0] != self.forms[1]

    @property
    def withheld(self) -> bool:
        """Whether only one of the two is offered a form of it."""
        return any(self.forms) and not all(self.forms)


def audit(inputs: Inputs) -> Iterator[Pair]:
    """Decide again for each attribute and each other value of it; yield a pair each time.

    Parameters
    ----------
    inputs
        What a decision on an incident rested on. Without an incident no money is due and nothing is compared; without
        candidates the ladder is not asked, and the floor alone is compared.
    """
    if inputs.moment.incident is None:
        return
    before, form = _decided(inputs)
    for change in perturbations(inputs):
        after, other = _decided(change(inputs))
        yield Pair(change.attribute, tuple(_differences(change, before, after)), (form, other))


def perturbations(inputs: Inputs) -> Iterator[Perturbation]:
    """Yield every change of one attribute that may not move every amount: found by introspection, none left out."""
    for whose, holders in _holders(inputs).items():
        for name, hint in _attributes(holders[0].__class__) if holders else ():
            attribute = f"{whose}.{name}"
            if attribute in _LOOKED_INTO or ALLOWED.get(attribute, _NOTHING).moves == _ALL:
                continue
            for value in _tried(attribute, hint, inputs):
                if any(getattr(one, name) != value for one in holders):
                    yield Perturbation(attribute, value)


def _tried(attribute: str, hint: Any, inputs: Inputs) -> tuple[Any, ...]:
    incident = inputs.moment.incident
    if attribute != "person.given" or incident is None:
        return otherwise(attribute, hint)
    return _had_besides(inputs.person.given, incident)


def _had_besides(given: tuple[Given, ...], incident: Incident) -> tuple[tuple[Given, ...], ...]:
    """Return what they had for this incident alone, and that with every sort of gesture for other matters besides."""
    answers = tuple(one for one in given if one.subject == incident.source_id)
    others = tuple(
        replace(one, basis=basis, state=state, subject=f"not {incident.source_id}")
        for one in examples(Given)
        for basis in Basis
        for state in ("proposed", "delivered", "declined")
    )
    return answers, answers + others


def _holders(inputs: Inputs) -> dict[str, tuple[Any, ...]]:
    """Return all that is looked into, by the name it has here."""
    incident = inputs.moment.incident
    return {
        "decision": (inputs,),
        "person": (inputs.person,),
        "moment": (inputs.moment,),
        "incident": (incident,) if incident else (),
        "candidate": inputs.candidates,
    }


@cache
def _attributes(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((one.name, hints[one.name]) for one in fields(kind))


def _decided(inputs: Inputs) -> tuple[Sums, str]:
    """Decide, and return every amount in it, and in which form goodwill would come."""
    decision = decide_on(inputs)
    owed = (decision.owed, *decision.owed.also) if decision.owed else ()
    sums: Sums = {(Amount.FLOOR, one.regime): (one.amount_cents, one.currency) for one in owed}
    for offer in offers(inputs):
        gesture = offer.candidate.gesture_id
        if offer.goodwill is not None:
            sums[Amount.LADDER, gesture] = offer.goodwill.cents, offer.goodwill.currency
        if offer.basis is Basis.GOODWILL:
            sums[Amount.FORM, gesture] = offer.amount_cents, offer.candidate.currency
    form = ""
    for one in decision.suggestions:
        if one.basis is Basis.FLOOR:
            sums[Amount.FLOOR, one.gesture_id] = one.amount_cents, one.currency
        elif one.basis is Basis.GOODWILL:
            sums[Amount.FORM, f"{one.gesture_id}, suggested"] = one.amount_cents, one.currency
            form = form or one.gesture_id
    return sums, form


def _differences(change: Perturbation, before: Sums, after: Sums) -> Iterator[Difference]:
    """Compare what may not move. An amount that is there for one of the two alone differs; a form may come and go."""
    may_move = ALLOWED.get(change.attribute, _NOTHING).moves
    for key in sorted(before.keys() | after.keys()):
        amount, of = key
        was, now = before.get(key), after.get(key)
        comparable = amount is not Amount.FORM or (was is not None and now is not None)
        if amount not in may_move and comparable and was != now:
            yield Difference(change.attribute, str(change.value), amount, of, was or _ABSENT, now or _ABSENT)


def _decision(inputs: Inputs, change: Mapping[str, Any]) -> Inputs:
    return replace(inputs, **change)


def _person(inputs: Inputs, change: Mapping[str, Any]) -> Inputs:
    return replace(inputs, person=replace(inputs.person, **change))


def _moment(inputs: Inputs, change: Mapping[str, Any]) -> Inputs:
    return replace(inputs, moment=replace(inputs.moment, **change))


def _incident(inputs: Inputs, change: Mapping[str, Any]) -> Inputs:
    if inputs.moment.incident is None:
        return inputs
    return _moment(inputs, {"incident": replace(inputs.moment.incident, **change)})


def _candidates(inputs: Inputs, change: Mapping[str, Any]) -> Inputs:
    """Change them all: a score is higher or lower than the others' in the end, and all of them is the plainer case."""
    return replace(inputs, candidates=tuple(replace(one, **change) for one in inputs.candidates))


_CHANGES: Final = MappingProxyType(
    {
        "decision": _decision,
        "person": _person,
        "moment": _moment,
        "incident": _incident,
        "candidate": _candidates,
    }
)

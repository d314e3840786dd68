"""A candidate as it would be made to one person at one moment: what the rules judge, and suggestions are made of."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Candidate, Given, Moment, Person
from wowengine.decide.goodwill import Goodwill, goodwill, role_for
from wowengine.decide.inputs import Inputs
from wowengine.decide.policy import Policy
from wowengine.decide.remedies import beyond
from wowengine.decide.why import speaker
from wowengine.decide.words import money, spoken
from wowengine.terms import Basis, GestureKind


class Offer(NamedTuple):
    """One candidate, worked out. Rules look at it and at nothing else.

    A tuple, since one is made for every candidate of every decision, and a frozen dataclass costs three times as much.
    """

    candidate: Candidate
    person: Person
    moment: Moment
    policy: Policy
    arm: Arm
    goodwill: Goodwill | None  # what the ladder gives, where something went wrong
    language: str
    why_text: str  # '' where nothing can be said to their face
    basis: Basis  # on what ground it stands: making good, or kindness
    subject: str  # what it answers: the incident, or '' where it answers nothing in particular
    made_good: int  # how often goodwill answered the incident before
    before: tuple[Given, ...]  # the same gesture for the same subject, given or declined or waiting
    units: int  # how many of it
    amount_cents: int  # what it costs us
    channel: str  # how it reaches them

    @property
    def title(self) -> str:
        """What they get, with how many of it."""
        return f"{self.units} × {self.candidate.title}" if self.units > 1 else self.candidate.title

    @property
    def impersonal(self) -> bool:
        """Whether it stands for what anybody might like, and knows nothing of the person."""
        return self.arm is Arm.GENERIC and self.candidate.gesture_id in self.policy.arms.gestures

    @property
    def slots(self) -> dict[str, str]:
        """The stated preferences that fill it in."""
        known = self.person.preferences
        return {slot: known[slot] for slot in self.candidate.slots if slot in known}

    @property
    def here(self) -> bool:
        """Whether it belongs to the place where they are."""
        place, where = self.candidate.place, self.moment.place
        return place is not None and where is not None and place.casefold() == where.casefold()

    @property
    def deadline(self) -> datetime | None:
        """When it is worthless: the moment is over, or the offer ends. Making good can wait for no gate."""
        until, moment_ends = self.candidate.valid_until, self.moment.deadline
        if moment_ends is None or self.basis is not Basis.DELIGHT:
            return until
        return moment_ends if until is None else min(until, moment_ends)

    @property
    def account(self) -> str | None:
        """The budget that pays."""
        return self.policy.account(self.basis, self.candidate.currency)

    @property
    def amount_reason(self) -> str:
        """How the amount came about, for staff."""
        if self.goodwill is None:
            return "what the gesture costs"
        given = self.goodwill
        ladder = f"{money(given.cents, given.currency)} by the ladder ({given.reason})"
        together = self.amount_cents and self.amount_cents + given.already_cents
        role = f"within what the role {role_for(together, self.policy)} may give"
        return f"{ladder}; {role}{', with what was given before' if given.already_cents else ''}"

    @property
    def other_form(self) -> bool:
        """Whether we have failed them so often that they are owed another form than before."""
        incident, ladder = self.moment.incident, self.policy.goodwill
        often = incident is not None and ladder.form_from is not None and incident.our_failures >= ladder.form_from
        return often and self.basis is Basis.GOODWILL

    @property
    def mends(self) -> bool:
        """Whether it mends what keeps going wrong, where another form is due: somebody calls, and sees to it."""
        return self.other_form and self.candidate.category in self.policy.goodwill.mends

    @property
    def scarce(self) -> bool:
        """Whether so few are left that one is set aside when it is proposed."""
        left = self.candidate.stock_left
        return left is not None and left < self.policy.scarce_below


def offers(inputs: Inputs) -> list[Offer]:
    """Work out each candidate for this person and moment."""
    person, moment, policy = inputs.person, inputs.moment, inputs.policy
    language = spoken(person.language, policy.language)
    generic = policy.arms.gestures if inputs.arm is Arm.GENERIC else frozenset[str]()
    remedies = _remedies(inputs)
    given = goodwill(moment.incident, policy, remedies) if moment.incident else None
    before, why = _before(person), speaker(person, moment, policy, language, generic)

    def offer(gesture: Candidate) -> Offer:
        good = gesture.kind is GestureKind.COMPENSATION
        if gesture.gesture_id in generic and not good:
            gesture = _stripped(gesture)
        subject = moment.incident.source_id if good and moment.incident else ""
        units = _units(gesture, given) if good else 1
        return Offer(
            gesture,
            person,
            moment,
            policy,
            inputs.arm,
            given,
            language,
            why(gesture),
            basis=Basis.GOODWILL if good else Basis.DELIGHT,
            subject=subject,
            made_good=len(remedies),
            before=before.get((gesture.gesture_id, subject), ()),
            units=units,
            amount_cents=units * gesture.cost_cents,
            channel=_channel(gesture, moment, policy),
        )

    return [offer(gesture) for gesture in inputs.candidates]


def _stripped(gesture: Candidate) -> Candidate:
    """Return it as it would be for anybody: of what we know of the person nothing speaks for it."""
    return replace(gesture, evidence=(), reasons=(), slots=())


def _remedies(inputs: Inputs) -> list[Given]:
    """Return what was given for the incident before, beyond what the law owes."""
    incident, owed = inputs.moment.incident, inputs.owed
    return beyond(owed, inputs.person.given, incident.source_id) if incident and owed else []


def _before(person: Person) -> dict[tuple[str, str], tuple[Given, ...]]:
    """Return what was given, or declined or waits, by gesture and what it answered."""
    had: dict[tuple[str, str], tuple[Given, ...]] = {}
    for one in person.given:
        had[one.gesture_id, one.subject] = (*had.get((one.gesture_id, one.subject), ()), one)
    return had


def _units(gesture: Candidate, given: Goodwill | None) -> int:
    """Return how many: goodwill buys as many as the ladder's amount pays for; what is in stock goes one at a time."""
    if given is None or gesture.stock_left is not None or not gesture.cost_cents:
        return 1
    return max(1, min(gesture.most, given.cents // gesture.cost_cents))


def _channel(gesture: Candidate, moment: Moment, policy: Policy) -> str:
    """Return how it reaches them: where they are speaking with us if it can, else its first way."""
    offered = gesture.channels or (policy.channel,)
    return moment.channel if moment.channel in offered else offered[0]

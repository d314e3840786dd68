"""A candidate as it would be made to one person at one moment: what the rules judge, and suggestions are made of."""

from dataclasses import dataclass
from datetime import datetime

from wowengine.decide.candidate import Candidate, Moment, Person
from wowengine.decide.goodwill import Goodwill, goodwill, role_for
from wowengine.decide.holdout import Arm
from wowengine.decide.inputs import Inputs
from wowengine.decide.policy import Policy
from wowengine.decide.why import why
from wowengine.decide.words import money, spoken
from wowengine.terms import Basis, GestureKind


@dataclass(frozen=True, eq=False)  # each is itself: two offers are never the same one
class Offer:
    """One candidate, worked out. Rules look at it and at nothing else."""

    candidate: Candidate
    person: Person
    moment: Moment
    policy: Policy
    arm: Arm
    goodwill: Goodwill | None  # what the ladder gives, where something went wrong
    language: str
    why_text: str  # '' where nothing can be said to their face

    @property
    def basis(self) -> Basis:
        """On what ground it stands: making good, or kindness."""
        return Basis.GOODWILL if self.candidate.kind is GestureKind.COMPENSATION else Basis.DELIGHT

    @property
    def subject(self) -> str:
        """What it answers: the incident, or nothing in particular."""
        incident = self.moment.incident
        return incident.source_id if incident and self.basis is Basis.GOODWILL else ""

    @property
    def units(self) -> int:
        """How many: goodwill buys as many as the ladder's amount pays for; what is kept in stock goes one at a time."""
        gesture = self.candidate
        if self.goodwill is None or gesture.stock_left is not None or not gesture.cost_cents:
            return 1
        return max(1, min(gesture.most, self.goodwill.cents // gesture.cost_cents))

    @property
    def amount_cents(self) -> int:
        """What it costs us."""
        return self.units * self.candidate.cost_cents

    @property
    def title(self) -> str:
        """What they get, with how many of it."""
        return f"{self.units} × {self.candidate.title}" if self.units > 1 else self.candidate.title

    @property
    def slots(self) -> dict[str, str]:
        """The stated preferences that fill it in."""
        known = self.person.preferences
        return {slot: known[slot] for slot in self.candidate.slots if slot in known}

    @property
    def channel(self) -> str:
        """How it reaches them: where they are speaking with us if it can, else its first way."""
        offered = self.candidate.channels or (self.policy.channel,)
        return self.moment.channel if self.moment.channel in offered else offered[0]

    @property
    def here(self) -> bool:
        """Whether it belongs to the place where they are."""
        place, where = self.candidate.place, self.moment.place
        return place is not None and where is not None and place.casefold() == where.casefold()

    @property
    def deadline(self) -> datetime | None:
        """When it is worthless: the moment is over, or the offer ends. Making good can wait for no gate."""
        ends = (self.candidate.valid_until, self.moment.deadline if self.basis is Basis.DELIGHT else None)
        return min((end for end in ends if end), default=None)

    @property
    def account(self) -> str | None:
        """The budget that pays."""
        return self.policy.account(self.basis, self.candidate.currency)

    @property
    def amount_reason(self) -> str:
        """How the amount came about, for staff."""
        if self.goodwill is None:
            return "what the gesture costs"
        ladder = f"{money(self.goodwill.cents, self.goodwill.currency)} by the ladder ({self.goodwill.reason})"
        return f"{ladder}; within what the role {role_for(self.amount_cents, self.policy)} may give"

    @property
    def scarce(self) -> bool:
        """Whether so few are left that one is set aside when it is proposed."""
        left = self.candidate.stock_left
        return left is not None and left < self.policy.scarce_below


def offers(inputs: Inputs) -> list[Offer]:
    """Work out each candidate for this person and moment."""
    person, moment, policy = inputs.person, inputs.moment, inputs.policy
    language = spoken(person.language, policy.language)
    given = goodwill(moment.incident, policy) if moment.incident else None
    return [
        Offer(one, person, moment, policy, inputs.arm, given, language, why(one, person, moment, policy, language))
        for one in inputs.candidates
    ]

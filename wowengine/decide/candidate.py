"""What is decided about: a person, the moment, and the gestures that could be made. Plain frozen values.

`rounds` fills them in from profiles, scores and the catalogue; nothing in `decide` looks anything up.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from wowengine.decide.never import Never
from wowengine.terms import Basis, GestureKind, Purpose, SignalKind


@dataclass(frozen=True)
class Verdict:
    """One rule's word on one candidate. "No" is a value with its reason."""

    ok: bool
    rule: str  # such as eligibility.tier
    reason: str  # a sentence for the reviewer


@dataclass(frozen=True)
class Evidence:
    """The words of one signal, on which a reason rests."""

    signal_id: int
    topic: str
    quote: str
    source: str  # channel it was said on
    at: datetime
    stated: bool = False  # said to us in so many words, not inferred from a post
    kind: SignalKind | None = None  # in what they said it; None in receipts of before this was kept


@dataclass(frozen=True)
class Propensity:
    """Chance that a gesture lands, with what we know of it. 0 <= low <= value <= high <= 1."""

    value: float
    low: float
    high: float
    basis: str  # calibrated, or assumed (the policy's base rate, before there are outcomes)


@dataclass(frozen=True)
class Reason:
    """Why the model thinks it fits: a feature pair and its share of the score."""

    text: str  # such as "hiking x outdoor"
    weight: float


@dataclass(frozen=True)
class Candidate:
    """A gesture that could be made for this person now. Money in cents of `currency`, score on no scale."""

    gesture_id: str
    kind: GestureKind
    title: str
    tags: tuple[str, ...]
    cost_cents: int
    currency: str
    value_cents: int
    channels: tuple[str, ...]
    stock_left: int | None  # None: no limit
    lead_minutes: int
    place: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    tiers: tuple[str, ...]
    slots: tuple[str, ...]
    category: str  # what family of things it is, for "a category they never had"
    score: float
    propensity: Propensity
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    most: int = 1  # how many goodwill may buy at once, within its ladder; of what has a stock it is always one
    allotted: bool | None = None  # whether it fell to them when it was shared out; None where it was not


@dataclass(frozen=True)
class Acceptance:
    """What a customer took in place of money that a law owes them, as it is on record."""

    regime: str  # the law's id
    agreement: str  # how they agreed: affirmative, written, signed
    record: str  # where that can be looked up; '' where it cannot
    at: datetime
    worth_cents: int  # what it is worth to them
    currency: str
    never_expires: bool = False


@dataclass(frozen=True)
class Given:
    """A gesture this person already had, or was declined, or has waiting."""

    gesture_id: str
    kind: GestureKind
    basis: Basis
    category: str
    at: datetime
    state: str  # of the action
    subject: str  # the incident it answered, or ''
    amount_cents: int = 0
    currency: str = ""  # '' where nobody wrote down what it came to
    substitute: Acceptance | None = None  # where they took it in place of money owed
    elsewhere: bool = False  # given by others than us, such as the help desk by itself


@dataclass(frozen=True)
class Person:
    """What the rules may know of somebody."""

    UNSAID: ClassVar = frozenset({"never"})

    customer_id: str
    name: str | None
    language: str
    tier: str | None
    country: str | None
    time_zone: str | None
    consents: frozenset[Purpose]
    agent_of_record: str | None = None
    preferences: dict[str, str] = field(default_factory=dict)  # slot -> value
    given: tuple[Given, ...] = ()
    used_categories: frozenset[str] = frozenset()  # of what they bought or had from us
    open_complaints: int = 0  # threads of theirs with a complaint that we have not answered
    private_at: datetime | None = None  # when they last wrote of what is nobody's business; of it nothing is kept
    never: tuple[Never, ...] = ()  # what a reviewer has said not to do for them again


@dataclass(frozen=True)
class Incident:
    """Something of ours that went wrong for this person. None means not known, never zero."""

    source_id: str
    at: datetime
    mode: str  # air, rail, parcel, hotel...
    type: str  # delay, cancellation, denied_boarding, failed_delivery, slow_answer...
    from_country: str | None = None
    to_country: str | None = None
    carrier_country: str | None = None
    distance_km: int | None = None
    arrival_delay_minutes: int | None = None
    departure_delay_minutes: int | None = None
    scheduled_duration_minutes: int | None = None
    price_cents: int | None = None
    ticket: str | None = None  # single, return: what the price paid for; None: this journey alone
    currency: str | None = None
    payment: str | None = None  # card, other
    cause: str | None = None  # carrier, carrier_safety, own_strike, extraordinary, unknown
    carrier_size: str | None = None  # large, small
    notice_days: int | None = None
    reroute_departure_early_minutes: int | None = None
    reroute_arrival_delay_minutes: int | None = None
    travelled: bool | None = None
    alternative_accepted: bool | None = None
    days_out: int | None = None  # without service, beyond those that a regime leaves unpaid
    unanswered_minutes: int = 0  # how long their words about it went without an answer of ours
    our_failures: int = 1  # how often we failed them in this matter, this one included
    affected: int = 1  # how many suffered the same incident
    regime: str | None = None  # the id of the one body of law to ask, where somebody wants just that one


@dataclass(frozen=True)
class Moment:
    """When, where and on what occasion we decide."""

    at: datetime
    channel: str | None = None
    place: str | None = None
    deadline: datetime | None = None  # worthless afterwards: the gate closes, the guest checks out
    incident: Incident | None = None
    hold: str = ""  # why nothing that delights is done to anybody just now; '' where nothing holds it

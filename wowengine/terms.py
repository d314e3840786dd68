"""The shared words, as enums and ids: one meaning each, in code, API, console and docs alike."""

import uuid
from enum import StrEnum
from typing import Final

NEVER_JUDGED_BY: Final = frozenset(
    {"gender", "sex", "maritalstatus", "haschildren", "children", "income", "religion", "ethnicity", "nationality"}
)
"""Attributes that no gesture may depend on and nobody is chosen by, in lower case without underscores."""


class SignalKind(StrEnum):
    """What kind of observed fact a signal is."""

    POST = "post"  # said in public, not addressed to us
    MENTION = "mention"  # said in public, naming us
    REVIEW = "review"  # a rating with words, on a board of reviews
    MESSAGE = "message"  # one message of a conversation with us
    TICKET = "ticket"  # a support case as the help desk knows it
    CHECKIN = "checkin"  # the person says or shows where they are
    PURCHASE = "purchase"  # they bought something
    INCIDENT = "incident"  # something of ours went wrong for them


class Direction(StrEnum):
    """Who spoke."""

    INBOUND = "inbound"  # the customer, to us or to the world
    OUTBOUND = "outbound"  # the company, in its own words


class Purpose(StrEnum):
    """What a signal may serve. Silence means no."""

    CARE = "care"  # answering, and making good what went wrong
    INTERESTS = "interests"  # learning what somebody likes
    OFFERS = "offers"  # surprising them with a gesture
    MEASUREMENT = "measurement"  # telling whether it helped


class LegalBasis(StrEnum):
    """Why we may hold a fact about a person (GDPR Art. 6(1))."""

    CONSENT = "consent"  # they said yes to this purpose
    CONTRACT = "contract"  # needed to keep what we promised them


class GestureKind(StrEnum):
    """What sort of thing we could do for somebody."""

    SURPRISE = "surprise"  # an unexpected kindness
    TIP = "tip"  # useful advice; costs nothing but thought
    COMPENSATION = "compensation"  # making good; goodwill, or what the law owes
    QUESTION = "question"  # asking for a preference


class Basis(StrEnum):
    """On what ground a suggestion stands. Floor and goodwill are never mixed and never netted."""

    FLOOR = "floor"  # a regime owes it
    GOODWILL = "goodwill"  # we add it, after something went wrong
    DELIGHT = "delight"  # nothing went wrong; we would like to


class OutcomeType(StrEnum):
    """What the customer then did."""

    SHOWN = "shown"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DELIVERED = "delivered"
    THANKED = "thanked"
    COMPLAINED = "complained"


class ImportKind(StrEnum):
    """What an imported file holds."""

    CUSTOMERS = "customers"
    SIGNALS = "signals"
    GESTURES = "gestures"
    OUTCOMES = "outcomes"


class ActorKind(StrEnum):
    """Who takes a step in the life of an action."""

    PERSON = "person"  # a reviewer or manager
    STAFF = "staff"  # whoever delivers
    WORKER = "worker"  # a background process
    CLOCK = "clock"  # a time that has come
    SYSTEM = "system"  # consent gone, person forgotten, a newer decision


def new_id(prefix: str) -> str:
    """Return a fresh id such as ``act_6f1c...``; random, so that nobody can guess a neighbour's."""
    return f"{prefix}_{uuid.uuid4().hex}"

"""A small crowd with everything an audience may ask of, kept twice: as rows, and as plain values to answer from.

`meets` answers for one person in plain Python, slowly and without the engine: what the engine is held against.
"""

import hashlib
import hmac
import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.campaigns.making import ANNA, NOW, STAFF, proposed
from wowengine.campaigns import deliver, review
from wowengine.campaigns.audience_tree import And, Clause, Condition, Measure, Not, Or, Value
from wowengine.campaigns.lifecycle import GRACE
from wowengine.campaigns.models import Outcome
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.profiles.models import Consent, Customer, Interest, Merge, Moment, Preference, Profile, Signal, Wait
from wowengine.terms import Basis, GestureKind, Purpose

PUBLIC = {"post", "mention", "review", "checkin"}
TIERS = [None, "gold", "Silver", "basic tier"]
LANGUAGES = [None, "it", "en-GB", "de"]
COUNTRIES = [None, "IT", "CH"]
ZONES = [None, "Europe/Rome", "America/New_York"]
TOPICS = ["running", "jazz", "coffee"]
CHANNELS = ["x", "email"]
MOMENTS = ["birthday", "trip"]
GESTURES = {"espresso": GestureKind.SURPRISE, "map": GestureKind.TIP}
ATTRIBUTES: list[Any] = [None, "FCO", "fco", "12", 12, 12.5, True, "nan", ["a"]]


@dataclass
class Said:
    """A signal."""

    kind: str
    channel: str
    at: datetime
    purpose: str


@dataclass
class Someone:
    """All there is of one customer."""

    id: str
    traits: dict[str, Any]
    attributes: dict[str, Any]
    words: list[tuple[Purpose, bool]]  # in the order in which they were said
    read_language: str | None
    mood: float | None
    interests: dict[str, float]
    preferences: dict[str, str]
    moments: list[tuple[str, date | None, str]]  # kind, day, purpose of the signal
    said: list[Said]
    waits: list[tuple[datetime, datetime | None, str | None]]
    had: list[tuple[str, datetime]] = field(default_factory=list)
    outcomes: list[tuple[str, datetime]] = field(default_factory=list)

    def agrees(self, purpose: Purpose) -> bool:
        """Their last word on it is yes."""
        return dict(self.words).get(purpose, False)


def crowd(size: int, seed: int = 7) -> list[Someone]:
    """Some people, with everything drawn by lot."""
    draw = random.Random(seed)
    return [_someone(draw, f"c{number:03}") for number in range(size)]


def _ago(draw: random.Random, days: int = 100) -> datetime:
    return NOW - timedelta(minutes=draw.randrange(-3 * 24 * 60, days * 24 * 60))  # some are yet to come


def _someone(draw: random.Random, who: str) -> Someone:
    attributes = {"airport": draw.choice(ATTRIBUTES)} if draw.random() < 0.8 else {}
    return Someone(
        id=who,
        traits={
            "tier": draw.choice(TIERS),
            "language": draw.choice(LANGUAGES),
            "country": draw.choice(COUNTRIES),
            "time_zone": draw.choice(ZONES),
            "joined_on": draw.choice([None, NOW.date() - timedelta(days=draw.randrange(1000))]),
        },
        attributes=attributes,
        words=[(draw.choice(list(Purpose)), draw.random() < 0.7) for _ in range(draw.randrange(10))],
        read_language=draw.choice([None, "it", "fr"]),
        mood=draw.choice([None, draw.uniform(-1, 1)]),
        interests={topic: draw.choice([-0.4, 0.2, 0.5, 0.8]) for topic in TOPICS if draw.random() < 0.4},
        preferences={"coffee": draw.choice(["long, no sugar", "espresso"])} if draw.random() < 0.4 else {},
        moments=[
            (
                draw.choice(MOMENTS),
                draw.choice([None, NOW.date() + timedelta(days=draw.randrange(-3, 12))]),
                draw.choice(["interests care", "care"]),
            )
            for _ in range(draw.randrange(5))
        ],
        said=[
            Said(
                draw.choice(["post", "mention", "message", "ticket", "purchase", "incident"]),
                draw.choice(CHANNELS),
                _ago(draw),
                draw.choice(["care", "interests", "care interests"]),
            )
            for _ in range(draw.randrange(5))
        ],
        waits=[
            (opened, draw.choice([None, opened + timedelta(hours=draw.randrange(1, 200))]), draw.choice([None, "late"]))
            for opened in (_ago(draw, draw.choice([5, 100])) for _ in range(draw.randrange(4)))
        ],
        had=[(draw.choice(list(GESTURES)), NOW - timedelta(days=draw.randrange(1, 100)))]
        if draw.random() < 0.3
        else [],
        outcomes=[(draw.choice(["thanked", "rejected"]), _ago(draw)) for _ in range(draw.randrange(2))],
    )


def keep(database: Database, people: list[Someone]) -> None:
    """Write a crowd down; what was delivered goes its whole way."""
    with frozen(NOW), database.transaction() as session:
        for one in people:
            _write(session, one)
    for one in people:
        for gesture, at in one.had:
            _deliver(database, one.id, gesture, at)
            one.outcomes.append(("delivered", at))


def _write(session: Session, one: Someone) -> None:
    traits = one.traits | {"attributes": one.attributes, "content_hash": "", "created_at": NOW, "updated_at": NOW}
    session.add(Customer(id=one.id, **traits))
    session.flush()
    for said_of, given in one.words:
        session.add(
            Consent(customer_id=one.id, purpose=said_of, given=given, legal_basis="consent", source="test", at=NOW)
        )
        session.flush()
    session.add(_profile(one))
    last = {"mentions": 1, "half_life_days": 90.0, "last_at": NOW}
    session.add_all(Interest(customer_id=one.id, topic=topic, affinity=a, **last) for topic, a in one.interests.items())
    told = {"quote": "", "stated_at": NOW}
    session.add_all(Preference(customer_id=one.id, slot=slot, value=v, **told) for slot, v in one.preferences.items())
    for number, said in enumerate(one.said):
        session.add(_signal(one.id, f"said {number}", said))
    for number, (kind, day, purpose) in enumerate(one.moments):
        signal = _signal(one.id, f"moment {number}", Said("post", "blog", NOW - timedelta(days=200), purpose))
        session.add(signal)
        session.flush()
        session.add(Moment(signal_id=signal.id, kind=kind, customer_id=one.id, day=day, quote="", told_at=NOW))
    for number, (opened, answered, reason) in enumerate(one.waits):
        signal = _signal(one.id, f"wait {number}", Said("checkin", "door", NOW - timedelta(days=200), "care"))
        session.add(signal)
        session.flush()
        spell = {"opened_at": opened, "answered_at": answered, "reason": reason, "channel": "x", "contacts": 1}
        session.add(Wait(root_signal_id=signal.id, customer_id=one.id, **spell))
    for kind, at in one.outcomes:
        what = {"gesture_id": "map", "context": {}, "attributes": {}, "content_hash": "", "recorded_at": NOW}
        session.add(Outcome(customer_id=one.id, type=kind, occurred_at=at, **what))


def _profile(one: Someone) -> Profile:
    counts = dict.fromkeys(("signals", "not_used", "contacts", "threads", "unanswered", "incidents"), 0)
    felt = {"language": one.read_language, "mood": one.mood}
    return Profile(customer_id=one.id, as_of=NOW, built_at=NOW, **felt, **counts)


def _signal(who: str, name: str, said: Said) -> Signal:
    held = {"legal_basis": "contract", "content_hash": "", "collected_at": NOW, "expires_at": NOW + timedelta(days=900)}
    told = {"kind": said.kind, "channel": said.channel, "occurred_at": said.at, "purpose": said.purpose}
    return Signal(
        source="test", source_id=f"{who} {name}", customer_id=who, direction="inbound", attributes={}, **held, **told
    )


def _deliver(database: Database, who: str, gesture: str, at: datetime) -> None:
    free: dict[str, Any] = {
        "amount_cents": 0,
        "floor_cents": 0,
        "account": "",
        "basis": Basis.GOODWILL,
    }  # which needs no yes
    with frozen(at - GRACE), database.transaction() as session:
        action = proposed(session, who, gesture_id=gesture, kind=GESTURES[gesture], **free)
        review.approve(session, action.id, ANNA)
    with frozen(at), database.transaction() as session:
        claimed = deliver.claim(session, action.id, STAFF)
        deliver.deliver(session, action.id, STAFF, claimed.fence, {"note": "done"})


def merged(session: Session, who: str, into: str) -> None:
    """One record went over into another."""
    session.add(Merge(customer_id=who, into_id=into, reason="test", by="anna", at=NOW))


def meets(one: Someone, clause: Clause) -> bool:
    """Whether somebody meets a clause."""
    match clause:
        case Not(part):
            return not meets(one, part)
        case And(parts):
            return all(meets(one, part) for part in parts)
        case Or(parts):
            return any(meets(one, part) for part in parts)
        case Condition(measure, sign, values):
            found = value(one, measure)
            if sign is None:
                return found > 0 if isinstance(found, float) else found is not None and found is not False
            if sign in {"=", "in"}:
                return any(same(found, each) for each in values)
            if sign in {"!=", "not in"}:
                return not any(same(found, each) for each in values)
            return ordered(found, str(sign), values[0])


def same(found: Any, wanted: Value) -> bool:
    """Texts are the same in large letters and small; a number is also one that a text spells."""
    if isinstance(found, str):
        return found.lower() == wanted.lower() if isinstance(wanted, str) else number(found) == wanted
    return bool(found == wanted)


def ordered(found: Any, sign: str, wanted: Any) -> bool:
    """Nothing is above or below what is not known."""
    found = number(found) if isinstance(found, str) else found
    if found is None:
        return False
    return {"<": found < wanted, "<=": found <= wanted, ">": found > wanted, ">=": found >= wanted}[sign] is True


def number(text: str) -> float | None:
    """The number that a text spells."""
    try:
        return float(text) if math.isfinite(float(text)) else None
    except ValueError:
        return None


def value(one: Someone, measure: Measure) -> Any:
    """What is known of somebody: None where nothing is."""
    return ANSWERS[measure.word](one, *measure.arguments)


def lately(at: datetime, within: timedelta) -> bool:
    """Within a time before now."""
    return NOW - within < at <= NOW


def language(one: Someone) -> str | None:
    """As told, else as read, without its region."""
    told = one.traits["language"] or (one.read_language if one.agrees(Purpose.INTERESTS) else None)
    return told and str(told).split("-", maxsplit=1)[0]


def tenure(one: Someone) -> timedelta | None:
    """Since when."""
    joined: date | None = one.traits["joined_on"]
    return NOW.date() - joined if joined else None


def attribute(one: Someone, name: str) -> str | None:
    """As JSON spells it, a text without its quotes."""
    told = one.attributes.get(name)
    return told if told is None or isinstance(told, str) else json.dumps(told)


def interest(one: Someone, *topics: str) -> float | None:
    """The strongest of them."""
    mine = one.interests if one.agrees(Purpose.INTERESTS) else {}
    return max((mine[topic] for topic in topics if topic in mine), default=None)


def moment(one: Someone, kind: str, within: timedelta) -> bool:
    """One to come."""
    days = [day for each, day, purpose in one.moments if each == kind and day is not None and "interests" in purpose]
    return one.agrees(Purpose.INTERESTS) and any(NOW.date() <= day <= (NOW + within).date() for day in days)


def waiting(one: Someone) -> list[str | None]:
    """Why they wait, thread by thread."""
    return [why for since, until, why in one.waits if since <= NOW and (until is None or until > NOW)]


def longest_wait(one: Someone, within: timedelta) -> timedelta | None:
    """Until our answer, or until now."""
    return max((min(until or NOW, NOW) - since for since, until, _ in one.waits if lately(since, within)), default=None)


def spoke(one: Someone, channel: str, within: timedelta) -> bool:
    """In public where they agree to interests, to us where it may serve care on the ground of the contract."""
    heard = [said for said in one.said if said.channel == channel and lately(said.at, within)]
    public = any(said.kind in PUBLIC and "interests" in said.purpose for said in heard)
    to_us = any(said.kind in {"message", "ticket"} and "care" in said.purpose for said in heard)
    return (public and one.agrees(Purpose.INTERESTS)) or to_us


def bucket(one: Someone, share: float, name: str) -> bool:
    """By an HMAC over their id."""
    lot = hmac.new(f"audience:{name}".encode(), one.id.encode(), hashlib.sha256).hexdigest()
    return int(lot[:16], 16) / 2**64 < share


ANSWERS: dict[str, Callable[..., Any]] = {
    "tier": lambda one: one.traits["tier"],
    "country": lambda one: one.traits["country"],
    "time_zone": lambda one: one.traits["time_zone"],
    "joined": lambda one: one.traits["joined_on"],
    "language": language,
    "tenure": tenure,
    "attribute": attribute,
    "interest": interest,
    "preference": lambda one, slot: one.preferences.get(slot) if one.agrees(Purpose.INTERESTS) else None,
    "moment": moment,
    "incidents": lambda one, within: float(
        sum(said.kind == "incident" and "care" in said.purpose and lately(said.at, within) for said in one.said)
    ),
    "tickets": lambda one, within: float(sum(lately(opened, within) for opened, _, _ in one.waits)),
    "unanswered": lambda one: float(len(waiting(one))),
    "open_complaints": lambda one: float(sum(why is not None for why in waiting(one))),
    "longest_wait": longest_wait,
    "mood": lambda one: one.mood if one.agrees(Purpose.INTERESTS) else None,
    "had": lambda one, kind, within: any(GESTURES[what] == kind and lately(at, within) for what, at in one.had),
    "had_gesture": lambda one, gesture, within: any(what == gesture and lately(at, within) for what, at in one.had),
    "outcome": lambda one, kind, within: any(what == kind and lately(at, within) for what, at in one.outcomes),
    "spoke": spoke,
    "agrees": lambda one, purpose: one.agrees(Purpose(purpose)),
    "bucket": bucket,
}

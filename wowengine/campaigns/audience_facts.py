"""What each word of an audience gives, read from the database of everybody at once.

A reader is asked for the arguments of a measure at a time, and gives ``customer_id`` and ``value``, one row a customer
of whom it is known. What rests on words that somebody may keep to themselves is read only of those who say yes today;
silence means no. What came to us to be answered serves care, as it does for decisions.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from wowengine.campaigns.audience_tree import Measure
from wowengine.campaigns.lifecycle import DONE
from wowengine.campaigns.models import Action, Outcome
from wowengine.profiles.bulk import UTC_TIME, Query, fetch
from wowengine.profiles.consent import may_use, says_yes
from wowengine.profiles.models import Customer, Interest, Moment, Preference, Profile, Signal, Wait
from wowengine.profiles.unsocial import PUBLIC
from wowengine.terms import Direction, Purpose, SignalKind

Arguments = Sequence[Any]  # as the parser has checked them
Reader = Callable[[Session, datetime, Arguments], pl.DataFrame]

SAID_TO_US = (SignalKind.MESSAGE, SignalKind.TICKET)


def load(session: Session, measure: Measure, at: datetime) -> pl.DataFrame:
    """Return what a measure gives of each customer: ``customer_id``, ``value``."""
    return READERS[measure.word](session, at, measure.arguments)


def _trait(
    column: InstrumentedAttribute[Any], kind: Any, session: Session, _at: datetime, _: Arguments
) -> pl.DataFrame:
    return _fetched(session, select(Customer.id, column).where(column.is_not(None)), kind)


def _language(session: Session, _at: datetime, _: Arguments) -> pl.DataFrame:
    read = case((says_yes(Customer.id, Purpose.INTERESTS), Profile.language))
    told = select(Customer.id, func.coalesce(Customer.language, read)).outerjoin(Profile)
    spoken = _fetched(session, told, pl.String)
    return spoken.with_columns(pl.col("value").str.extract("^([^-_]+)"))


def _tenure(session: Session, at: datetime, arguments: Arguments) -> pl.DataFrame:
    joined = _trait(Customer.joined_on, pl.Date, session, at, arguments)
    return joined.with_columns(value=(pl.lit(at.date()) - pl.col("value")).cast(pl.Duration("us")))


def _attribute(session: Session, _at: datetime, arguments: Arguments) -> pl.DataFrame:
    """Read JSON here: the two databases spell its numbers and truths differently."""
    (name,) = arguments
    told = session.execute(select(Customer.id, cast(Customer.attributes, Text)))
    found = ((who, json.loads(attributes).get(name)) for who, attributes in told)
    rows = [(who, one if isinstance(one, str) else json.dumps(one)) for who, one in found if one is not None]
    return pl.DataFrame(rows, schema={"customer_id": pl.String, "value": pl.String}, orient="row")


def _interest(session: Session, _at: datetime, topics: Arguments) -> pl.DataFrame:
    liked = select(Interest.customer_id, func.max(Interest.affinity)).where(Interest.topic.in_(topics))
    willing = liked.where(says_yes(Interest.customer_id, Purpose.INTERESTS))
    return _fetched(session, willing.group_by(Interest.customer_id), pl.Float64)


def _preference(session: Session, _at: datetime, arguments: Arguments) -> pl.DataFrame:
    (slot,) = arguments
    stated = select(Preference.customer_id, Preference.value).where(Preference.slot == slot)
    return _fetched(session, stated.where(says_yes(Preference.customer_id, Purpose.INTERESTS)), pl.String)


def _moment(session: Session, at: datetime, arguments: Arguments) -> pl.DataFrame:
    kind, within = arguments
    told = select(Moment.customer_id).join(Signal, Signal.id == Moment.signal_id).where(may_use(Purpose.INTERESTS))
    comes = Moment.day.between(at.date(), (at + within).date())
    return _present(session, told.where(Moment.kind == kind, comes))


def _incidents(session: Session, at: datetime, arguments: Arguments) -> pl.DataFrame:
    (within,) = arguments
    ours = Signal.kind == SignalKind.INCIDENT, may_use(Purpose.CARE)
    return _counted(session, Signal.customer_id, *ours, _lately(Signal.occurred_at, at, within))


def _tickets(session: Session, at: datetime, arguments: Arguments) -> pl.DataFrame:
    (within,) = arguments
    return _counted(session, Wait.customer_id, _lately(Wait.opened_at, at, within))


def _unanswered(session: Session, at: datetime, _: Arguments) -> pl.DataFrame:
    return _counted(session, Wait.customer_id, *_open(at))


def _open_complaints(session: Session, at: datetime, _: Arguments) -> pl.DataFrame:
    return _counted(session, Wait.customer_id, *_open(at), Wait.reason.is_not(None))


def _longest_wait(session: Session, at: datetime, arguments: Arguments) -> pl.DataFrame:
    (within,) = arguments
    begun = select(Wait.customer_id, Wait.opened_at, Wait.answered_at).where(_lately(Wait.opened_at, at, within))
    waits = fetch(session, begun, {"customer_id": pl.String, "opened_at": UTC_TIME, "answered_at": UTC_TIME})
    until = pl.min_horizontal("answered_at", pl.lit(at).cast(UTC_TIME))
    return waits.group_by("customer_id").agg(value=(until - pl.col("opened_at")).max())


def _mood(session: Session, _at: datetime, _: Arguments) -> pl.DataFrame:
    felt = select(Profile.customer_id, Profile.mood).where(Profile.mood.is_not(None))
    return _fetched(session, felt.where(says_yes(Profile.customer_id, Purpose.INTERESTS)), pl.Float64)


def _had(column: InstrumentedAttribute[str], session: Session, at: datetime, arguments: Arguments) -> pl.DataFrame:
    what, within = arguments
    done = Action.state.in_(DONE), _lately(Action.delivered_at, at, within)
    return _present(session, select(Action.customer_id).where(column == what, *done))


def _outcome(session: Session, at: datetime, arguments: Arguments) -> pl.DataFrame:
    kind, within = arguments
    came = Outcome.type == kind, _lately(Outcome.occurred_at, at, within)
    return _present(session, select(Outcome.customer_id).where(*came))


def _spoke(session: Session, at: datetime, arguments: Arguments) -> pl.DataFrame:
    channel, within = arguments
    public = and_(Signal.kind.in_(PUBLIC), may_use(Purpose.INTERESTS))
    to_us = and_(Signal.kind.in_(SAID_TO_US), may_use(Purpose.CARE))
    theirs = Signal.direction == Direction.INBOUND, Signal.channel == channel.lower()
    lately = _lately(Signal.occurred_at, at, within)
    return _present(session, select(Signal.customer_id).where(*theirs, lately, or_(public, to_us)))


def _agrees(session: Session, _at: datetime, arguments: Arguments) -> pl.DataFrame:
    (purpose,) = arguments
    return _present(session, select(Customer.id).where(says_yes(Customer.id, Purpose(purpose))))


def _bucket(session: Session, _at: datetime, arguments: Arguments) -> pl.DataFrame:
    share, name = arguments
    drawn = [who for who in session.scalars(select(Customer.id)) if chance(who, name) < share]
    return pl.DataFrame({"customer_id": drawn}, schema={"customer_id": pl.String}).with_columns(value=True)


def chance(customer_id: str, name: str) -> float:
    """Return a customer's number in [0, 1) in a drawing of this name: always the same, and like a lot between names."""
    drawn = hmac.digest(f"audience:{name}".encode(), customer_id.encode(), hashlib.sha256)
    return (int.from_bytes(drawn[:8]) >> 11) / (1 << 53)


def _open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a thread that waits for us at a time."""
    return Wait.opened_at <= at, or_(Wait.answered_at.is_(None), Wait.answered_at > at)


def _lately(column: InstrumentedAttribute[Any], at: datetime, within: timedelta) -> ColumnElement[bool]:
    return and_(column > at - within, column <= at)


def _counted(session: Session, who: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> pl.DataFrame:
    return _fetched(session, select(who, func.count()).where(*conditions).group_by(who), pl.Float64)


def _present(session: Session, query: Query) -> pl.DataFrame:
    return _fetched(session, query.add_columns(literal(True)).distinct(), pl.Boolean)


def _fetched(session: Session, query: Query, kind: Any) -> pl.DataFrame:
    return fetch(session, query, {"customer_id": pl.String, "value": kind})


READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "tier": partial(_trait, Customer.tier, pl.String),
        "language": _language,
        "country": partial(_trait, Customer.country, pl.String),
        "time_zone": partial(_trait, Customer.time_zone, pl.String),
        "joined": partial(_trait, Customer.joined_on, pl.Date),
        "tenure": _tenure,
        "attribute": _attribute,
        "interest": _interest,
        "preference": _preference,
        "moment": _moment,
        "incidents": _incidents,
        "tickets": _tickets,
        "unanswered": _unanswered,
        "open_complaints": _open_complaints,
        "longest_wait": _longest_wait,
        "mood": _mood,
        "had": partial(_had, Action.kind),
        "had_gesture": partial(_had, Action.gesture_id),
        "outcome": _outcome,
        "spoke": _spoke,
        "agrees": _agrees,
        "bucket": _bucket,
    }
)

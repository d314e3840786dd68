"""What a reviewer sees of one action: whom it is for, why, what it costs, what came before, what else there was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from wowengine.campaigns.ledger import STOCK
from wowengine.campaigns.lifecycle import DONE, OPEN, Actor, Step, allowed_steps
from wowengine.campaigns.models import Account, Action, Outcome
from wowengine.profiles.consent import may_use
from wowengine.profiles.models import Customer, Interest, Profile, Signal
from wowengine.terms import Purpose, SignalKind

BEFORE_SHOWN = 5
ALTERNATIVES_SHOWN = 3
PRESSURE_WITHIN = timedelta(days=90)
BEFORE_WITHIN = timedelta(days=365)
DEFERRALS = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 240, 1_440, 4_320))
ABOUT_OUR_DELIVERY = "delivered"  # an outcome that we record ourselves, and no answer of the customer


@dataclass(frozen=True)
class Ground:
    """One piece of evidence, with the post or ticket it was taken from while we hold it."""

    topic: str
    quote: str
    source: str
    at: datetime
    affinity: float | None
    signal: Signal | None


@dataclass(frozen=True)
class Gift:
    """Something given before, and what the customer made of it."""

    action: Action
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One action with all that a decision about it needs."""

    action: Action
    customer: Customer
    steps: frozenset[Step]
    budget: Account | None
    stock: Account | None
    grounds: tuple[Ground, ...]
    incident: Signal | None  # what went wrong, where it makes that good
    not_used: int  # signals whose text was sensitive
    before: tuple[Gift, ...]
    pressure: int  # gestures given within 90 days
    waiting_too: int  # others that wait for the same customer
    alternatives: Sequence[Mapping[str, Any]]
    deferrals: tuple[timedelta, ...]  # for how long it can be put off and still be in time


def card_of(session: Session, action: Action, actor: Actor, now: datetime) -> Card:
    """Gather what a card shows."""
    accounts = _accounts(session, action)
    before, profile = _before(session, action, now), session.get(Profile, action.customer_id)
    return Card(
        action=action,
        customer=session.get_one(Customer, action.customer_id),
        steps=frozenset(allowed_steps(action, actor, now)),
        budget=accounts.get(action.account_id),
        stock=accounts.get(STOCK + action.gesture_id),
        grounds=_grounds(session, action),
        incident=_incident(session, action),
        not_used=profile.not_used if profile else 0,
        before=before[:BEFORE_SHOWN],
        pressure=sum(gift.action.delivered_at > now - PRESSURE_WITHIN for gift in before if gift.action.delivered_at),
        waiting_too=_waiting_too(session, action),
        alternatives=action.alternatives[:ALTERNATIVES_SHOWN],
        deferrals=tuple(wait for wait in DEFERRALS if action.deadline_at is None or now + wait < action.deadline_at),
    )


def left(account: Account) -> int:
    """Return what is neither held nor spent of an account with a limit."""
    return (account.granted or 0) - account.held - account.committed


def _accounts(session: Session, action: Action) -> dict[str, Account]:
    wanted = (action.account_id, STOCK + action.gesture_id)
    return {account.id: account for account in session.scalars(select(Account).where(Account.id.in_(wanted)))}


def _grounds(session: Session, action: Action) -> tuple[Ground, ...]:
    """Put the originals beside the words that the suggestion rests on, as far as they may be read today."""
    readable = or_(may_use(Purpose.INTERESTS), may_use(Purpose.CARE))
    named = Signal.id.in_([told["signal_id"] for told in action.evidence])
    signals = {signal.id: signal for signal in session.scalars(select(Signal).where(named, readable))}
    strength = select(Interest.topic, Interest.affinity).where(Interest.customer_id == action.customer_id)
    affinity: dict[str, float] = dict(iter(session.execute(strength)))
    return tuple(
        Ground(
            topic=told["topic"],
            quote=told["quote"],
            source=told["source"],
            at=datetime.fromisoformat(told["at"]),
            affinity=affinity.get(told["topic"]),
            signal=signals.get(told["signal_id"]),
        )
        for told in action.evidence
    )


def _incident(session: Session, action: Action) -> Signal | None:
    if not action.subject:
        return None
    mine = (Signal.customer_id == action.customer_id, Signal.kind == SignalKind.INCIDENT)
    named = select(Signal).where(*mine, Signal.source_id == action.subject, may_use(Purpose.CARE))
    return session.scalars(named).first()


def _before(session: Session, action: Action, now: datetime) -> tuple[Gift, ...]:
    given = select(Action).where(
        Action.customer_id == action.customer_id,
        Action.state.in_(DONE),
        Action.delivered_at > now - BEFORE_WITHIN,
    )
    actions = session.scalars(given.order_by(Action.delivered_at.desc())).all()
    answers: dict[str, list[str]] = {}
    said = select(Outcome.decision_id, Outcome.gesture_id, Outcome.type).where(
        Outcome.decision_id.in_([one.decision_id for one in actions]), Outcome.type != ABOUT_OUR_DELIVERY
    )
    for decision_id, gesture_id, answer in session.execute(said.order_by(Outcome.occurred_at)):
        answers.setdefault(f"{decision_id} {gesture_id}", []).append(answer)
    return tuple(Gift(one, tuple(answers.get(f"{one.decision_id} {one.gesture_id}", ()))) for one in actions)


def _waiting_too(session: Session, action: Action) -> int:
    others = select(func.count()).where(
        Action.customer_id == action.customer_id, Action.state.in_(OPEN), Action.id != action.id
    )
    return session.scalar(others) or 0

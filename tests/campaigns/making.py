"""What tests of an action's life begin with: a customer, a budget, a decision, an action waiting for a word."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from wowengine.campaigns import deliver, ledger, propose, review, store
from wowengine.campaigns.handling import Handling
from wowengine.campaigns.lifecycle import GRACE, Actor
from wowengine.campaigns.models import Action
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Evidence, Moment, Person, Propensity, Reason
from wowengine.decide.decision import Decision, Suggestion
from wowengine.decide.inputs import Inputs
from wowengine.decide.policy import load_policy
from wowengine.profiles.models import Consent, Customer
from wowengine.terms import ActorKind, Basis, GestureKind, Purpose

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
LATER = NOW + GRACE  # when staff may claim what was approved at NOW
BUDGET = "budget:surprises:EUR"

ANNA = Actor("anna", ActorKind.PERSON)
BRUNO = Actor("bruno", ActorKind.PERSON)
STAFF = Actor("gate 12", ActorKind.STAFF)
WORKER = Actor("worker", ActorKind.WORKER)

_numbers = itertools.count(1)


def customer(session: Session, customer_id: str = "c1", *, agrees: bool = True, agent: str | None = "theo") -> None:
    """A customer, who says yes or no to surprises."""
    session.add(
        Customer(id=customer_id, attributes={}, content_hash="", agent_of_record=agent, created_at=NOW, updated_at=NOW)
    )
    session.flush()
    say(session, customer_id, agrees=agrees)


def say(session: Session, customer_id: str, *, agrees: bool) -> None:
    """The customer says yes, or no, to surprises."""
    session.add(
        Consent(
            customer_id=customer_id,
            purpose=Purpose.OFFERS,
            given=agrees,
            legal_basis="consent",
            source="test",
            at=NOW,
        )
    )
    session.flush()


def suggestion(**changes: Any) -> Suggestion:
    """A small surprise at the gate for EUR 6, or what the changes make of it."""
    values: dict[str, Any] = {
        "gesture_id": "espresso",
        "kind": GestureKind.SURPRISE,
        "basis": Basis.DELIGHT,
        "subject": "",
        "title": "Espresso voucher",
        "why_text": "You told us that you never fly without coffee.",
        "draft": "Dear Anna, a coffee for the wait.",
        "language": "en",
        "channel": "staff_task",
        "place": "gate 12",
        "deadline_at": None,
        "slots": {"coffee": "long, no sugar"},
        "evidence": (Evidence(1, "coffee", "never without coffee", "x", NOW - timedelta(days=2)),),
        "reasons": (Reason("coffee x drinks", 0.4),),
        "amount_cents": 600,
        "floor_cents": 0,
        "amount_reason": "what it costs",
        "currency": "EUR",
        "propensity": Propensity(0.71, 0.6, 0.8, "assumed"),
        "score": 1.2,
        "priority": 3.0,
        "factors": {"propensity": 0.71},
        "account": BUDGET,
        "scarce": False,
    }
    return Suggestion(**(values | changes))


def owed(amount_cents: int = 25_000, **changes: Any) -> Suggestion:
    """What the law owes for a delay."""
    law: dict[str, Any] = {
        "gesture_id": "owed:eu261",
        "kind": GestureKind.COMPENSATION,
        "basis": Basis.FLOOR,
        "subject": "incident-1",
        "amount_cents": amount_cents,
        "floor_cents": amount_cents,
        "account": "owed:EUR",
        "propensity": None,
        "score": None,
    }
    return suggestion(**(law | changes))


def decision(*suggestions: Suggestion, customer_id: str = "c1", **changes: Any) -> Decision:
    """A decision with these suggestions, unlike any before."""
    moment = Moment(NOW)
    inputs = Inputs.of(
        person=Person(customer_id, "Anna", "en", None, None, None, frozenset()),
        moment=moment,
        candidates=(),
        policy=load_policy(),
        regimes=(),
        arm=Arm.FULL,
        model_version="prior",
        company=f"Volare {next(_numbers)}",
    )
    values: dict[str, Any] = {
        "customer_id": customer_id,
        "moment": moment,
        "arm": Arm.FULL,
        "suggestions": suggestions,
        "words": {},
        "owed": None,
        "inputs": inputs,
    }
    return Decision(**(values | changes))


def proposed(session: Session, customer_id: str = "c1", *, handling: Handling | None = None, **changes: Any) -> Action:
    """One action that waits for a person's word."""
    suggested = suggestion(**changes)
    how = {suggested.gesture_id: handling} if handling else {}
    (action,) = propose.propose(session, decision(suggested, customer_id=customer_id), handlings=how)
    return action


def world(database: Database, *, budget: int = 10_000, **changes: Any) -> str:
    """A customer, a budget, and one action waiting; return the action's id."""
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", budget)
        return proposed(session, **changes).id


def approved(database: Database, action_id: str) -> Action:
    """Approve at NOW, by Anna."""
    with frozen(NOW), database.transaction() as session:
        return review.approve(session, action_id, ANNA)


def claimed(database: Database, action_id: str) -> Action:
    """Approve at NOW and claim at LATER, by staff."""
    approved(database, action_id)
    with frozen(LATER), database.transaction() as session:
        return deliver.claim(session, action_id, STAFF)


def now_is(database: Database, action_id: str) -> Action:
    """The action as the database has it."""
    with database.reading() as session:
        action = store.get(session, action_id)
        session.expunge(action)
        return action

"""Thousands of actions to fight over, written in bulk: one is really proposed, the others are its copies."""

from dataclasses import replace

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.campaigns.making import NOW, world
from wowengine.campaigns import audited, store
from wowengine.campaigns.lifecycle import SYSTEM
from wowengine.campaigns.models import Action, ActionEvent, DecisionRow
from wowengine.campaigns.payload import payload_of
from wowengine.clock import frozen
from wowengine.db import audit
from wowengine.db.base import Base, Json
from wowengine.db.session import Database
from wowengine.profiles.models import Consent, Customer

FIRST = "c1"  # whose action it is that is copied


def crowd(database: Database, count: int, *, budget: int, **changes: object) -> list[str]:
    """So many customers, each with an action of EUR 6 waiting for a word; return the actions' ids."""
    first = world(database, budget=budget, **changes)
    with frozen(NOW), database.transaction() as session:
        _copy(session, session.get_one(Customer, FIRST), [{"id": _name(n)} for n in range(2, count + 1)])
        consent = session.query(Consent).one()
        _copy(session, consent, [{"id": None, "customer_id": _name(n)} for n in range(2, count + 1)])
        action = store.get(session, first)
        decided = session.get_one(DecisionRow, action.decision_id)
        _copy(session, decided, [{"id": f"dec_{n}", "customer_id": _name(n)} for n in range(2, count + 1)])
        _copy(session, action, [_another(action, n) for n in range(2, count + 1)])
        born = [_birth(f"act_{n}", _hash(action, n)) for n in range(2, count + 1)]
        session.add_all(born)
        for event in born:
            audit.note(session, audited.stepped(event))
    return [first, *(f"act_{n}" for n in range(2, count + 1))]


def _name(number: int) -> str:
    return f"c{number}"


def _copy(session: Session, row: Base, changes: list[Json]) -> None:
    """Insert a copy of a row for each of the changes; a key that is None is the database's to give."""
    values = {column.key: getattr(row, column.key) for column in row.__table__.c}
    copies = [{name: value for name, value in (values | change).items() if value is not None} for change in changes]
    if copies:
        session.execute(insert(type(row)), copies)


def _another(action: Action, number: int) -> Json:
    mine = {"id": f"act_{number}", "customer_id": _name(number), "decision_id": f"dec_{number}"}
    return mine | {"payload_hash": _hash(action, number)}


def _hash(action: Action, number: int) -> str:
    return replace(payload_of(action), customer_id=_name(number)).sha256


def _birth(action_id: str, payload_hash: str) -> ActionEvent:
    return ActionEvent(
        action_id=action_id,
        version=1,
        step="propose",
        from_state=None,
        to_state="proposed",
        actor=SYSTEM.name,
        actor_kind=SYSTEM.kind,
        at=NOW,
        note=None,
        data={"payload_hash": payload_hash},
    )

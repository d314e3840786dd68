"""Decisions as they were kept: read again, replayed from their receipts, and explained. Nothing here writes."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from wowengine.campaigns.models import Action, DecisionRow
from wowengine.decide.counterfactual import Flip, flips
from wowengine.decide.decision import Decision, Receipt
from wowengine.decide.replay import replay
from wowengine.decide.trace import Stage, trace
from wowengine.errors import Conflict, NotFound

BATCH = 200  # receipts held at once


@dataclass(frozen=True)
class Explained:
    """A decision taken again from its receipt, the way its candidates went, and what would have changed it."""

    decision_id: str
    receipt_hash: str
    decision: Decision
    stages: tuple[Stage, ...]
    flips: tuple[Flip, ...]


def explain(session: Session, of: str) -> Explained:
    """Explain a decision, by its own id or by that of an action it led to.

    Raises
    ------
    NotFound
        When there is no such decision.
    Conflict
        When it cannot be replayed, and so not be explained; the message says what is gone or has changed.
    """
    row = _get(session, of)
    decision = replay(Receipt(row.receipt, row.receipt_hash))
    return Explained(row.id, row.receipt_hash, decision, trace(decision), flips(decision))


def replay_one(session: Session, of: str) -> Decision:
    """Take a decision again, by its id or an action's: equal bit for bit, or it raises as `explain` does."""
    row = _get(session, of)
    return replay(Receipt(row.receipt, row.receipt_hash))


def replay_all(session: Session) -> Iterator[tuple[str, str]]:
    """Replay every decision, oldest id first; yield its id and '' where it came out the same, else why it did not."""
    last = ""
    while rows := session.scalars(
        select(DecisionRow).where(DecisionRow.id > last).order_by(DecisionRow.id).limit(BATCH)
    ).all():
        for row in rows:
            yield row.id, _trouble(Receipt(row.receipt, row.receipt_hash))
        last = rows[-1].id
        session.expunge_all()  # receipts are long, and read once


def count(session: Session) -> int:
    """Return how many decisions are kept."""
    return session.scalars(select(func.count()).select_from(DecisionRow)).one()


def _trouble(receipt: Receipt) -> str:
    try:
        replay(receipt)
    except Conflict as conflict:
        return conflict.message
    return ""


def _get(session: Session, of: str) -> DecisionRow:
    of_action = select(Action.decision_id).where(Action.id == of).scalar_subquery()
    found = session.scalars(select(DecisionRow).where(or_(DecisionRow.id == of, DecisionRow.id == of_action))).first()
    if found is None:
        raise NotFound(f"There is no decision {of}.", decision_id=of)
    return found

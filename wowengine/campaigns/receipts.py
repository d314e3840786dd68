"""Decisions as they were kept: read again, replayed from their receipts, and explained. Nothing here writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from wowengine.campaigns.models import Action, DecisionRow
from wowengine.db.many import among
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


def since(session: Session, begin: datetime) -> Iterator[Receipt]:
    """Yield the receipts of all decisions from a time on, in the order in which they were taken."""
    kept = select(DecisionRow.id).where(DecisionRow.decided_at >= begin)
    ids = session.scalars(kept.order_by(DecisionRow.decided_at, DecisionRow.id)).all()
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        rows = {row.id: row for row in session.scalars(select(DecisionRow).where(among(DecisionRow.id, part)))}
        yield from (Receipt(rows[one].receipt, rows[one].receipt_hash) for one in part)
        session.expunge_all()


def count(session: Session, begin: datetime | None = None) -> int:
    """Return how many decisions are kept, of all or from a time on."""
    counted = select(func.count()).select_from(DecisionRow)
    return session.scalars(counted.where(DecisionRow.decided_at >= begin) if begin else counted).one()


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

"""Work to be done after the commit. The row is the queue; Celery only rings the bell.

A row is put in the same transaction as the change that asks for it, so neither can be without the other. A worker
claims rows under a lease and a fence; a lost message, a killed worker or a stopped broker costs a delay and never
the work. Tasks carry ids only and may run twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, String, Text, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from wowengine import clock
from wowengine.db.base import Base, Json, partial_index
from wowengine.db.session import db_now

LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(minutes=10)


class OutboxRow(Base):
    """One piece of work: which task, on which ids, due when, tried how often."""

    __tablename__ = "outbox"
    __table_args__ = (
        partial_index("ix_outbox_waiting", "due_at", where="done_at is null"),
        # One waiting row per key: asking twice for the same work before it was done is asking once.
        partial_index("uq_outbox_key_waiting", "key", where="done_at is null and lease_until is null", unique=True),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    task: Mapped[str] = mapped_column(String(80))
    args: Mapped[Json]
    key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Claimed:
    """A row in somebody's hands; only the holder of this fence may settle it."""

    id: int
    task: str
    args: Json
    attempts: int
    fence: int


def put(session: Session, task: str, args: Json, *, due_at: datetime | None = None, key: str = "") -> None:
    """Ask for a task; with a key, a row that already waits for the same key is enough."""
    now = clock.now()
    if key and session.scalar(select(OutboxRow.id).where(OutboxRow.key == key, _untouched())):
        return
    session.add(OutboxRow(task=task, args=args, key=key or None, created_at=now, due_at=due_at or now))
    session.flush()  # so that a second put of the same key in this transaction sees the first


def claim(session: Session, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` due rows, oldest first, that nobody holds or whose holder's lease ran out."""
    now = db_now(session)
    free = or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now)
    due = select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= clock.now(), free)
    rows = session.scalars(
        due.order_by(OutboxRow.due_at, OutboxRow.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.fence += 1
        row.attempts += 1
        row.lease_until = now + lease
    session.flush()
    return [Claimed(row.id, row.task, row.args, row.attempts, row.fence) for row in rows]


def finish(session: Session, work: Claimed) -> bool:
    """Mark work as done; False if the lease went to somebody else meanwhile."""
    return _settle(session, work, done_at=clock.now(), lease_until=None, last_error=None)


def put_back(session: Session, work: Claimed, error: str, after: timedelta | None = None) -> bool:
    """Let work be tried again: after the given time, or after a wait that doubles with each attempt."""
    wait = after or min(timedelta(seconds=2**work.attempts), LONGEST_WAIT)
    return _settle(session, work, due_at=clock.now() + wait, lease_until=None, last_error=error, key=None)


def oldest_waiting(session: Session) -> datetime | None:
    """Return since when the oldest due row waits: the health of the workers is this age, not their being alive."""
    due = and_(OutboxRow.done_at.is_(None), OutboxRow.due_at <= clock.now())
    return session.scalar(select(func.min(OutboxRow.due_at)).where(due))


def _untouched() -> ColumnElement[bool]:
    return and_(OutboxRow.done_at.is_(None), OutboxRow.lease_until.is_(None))


def _settle(session: Session, work: Claimed, **values: object) -> bool:
    mine = update(OutboxRow).where(OutboxRow.id == work.id, OutboxRow.fence == work.fence, OutboxRow.done_at.is_(None))
    result = session.execute(mine.values(**values).execution_options(synchronize_session=False))
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]

"""Work to be done after the commit. The row is the queue; a broker, where there is one, only rings the bell.

A row is put in the same transaction as the change that asks for it, so neither can be without the other. A worker
claims rows under a lease and a fence, on the database's clock; a lost message, a killed worker or a stopped broker
costs a delay and never the work. Rows carry ids only, and their work may run twice.

A row's life: waiting -> in hand (``claim``, kept by ``extend``) -> done (``finish``), or waiting again
(``put_back``; also when the lease runs out), or done without success, with its reason, for a person to see
(``give_up``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from wowengine import clock
from wowengine.db.base import Base, Json, partial_index
from wowengine.db.session import db_now

LEASE = timedelta(seconds=15)  # so long a killed worker's row waits for another; the living extend theirs
LONGEST_WAIT = timedelta(minutes=10)
AT_ONCE = timedelta()
KEPT = timedelta(days=1)
FAILURES_KEPT = timedelta(days=30)

_WAITING = "done_at is null and lease_until is null"


class OutboxRow(Base):
    """One piece of work: which task, on which ids, due when, tried how often."""

    __tablename__ = "outbox"
    __table_args__ = (
        partial_index("ix_outbox_waiting", "due_at", where="done_at is null"),
        # One waiting row per key: asking twice for the same work before it was begun is asking once.
        partial_index("uq_outbox_key_waiting", "key", where=_WAITING, unique=True),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    task: Mapped[str] = mapped_column(String(80))
    args: Mapped[Json]
    key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]  # when a broker was last told of it
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
    attempts: int  # this one included
    fence: int
    asked_at: datetime
    orphaned: bool  # its last holder never settled it: that worker was killed, or died over it


@dataclass(frozen=True)
class Ring:
    """A row that a broker should be told of: its id, and which task that is."""

    id: int
    task: str


@dataclass(frozen=True)
class Backlog:
    """How the work stands. The health of workers is the age of what waits, not their being alive."""

    waiting: int  # due, and in nobody's hands
    oldest_seconds: float  # since when the oldest of those has been due
    failing: int  # not done, and the last attempt went wrong
    given_up: int  # done without success in the last 30 days: for a person


def put(session: Session, task: str, args: Json, *, due_at: datetime | None = None, key: str = "") -> None:
    """Ask for a task; with a key, a row that already waits for the same key is enough, at the sooner of both times.

    A key names the task and what it works on. The waiting row is locked until this transaction ends: else a worker
    could do that row's work before what we are about to commit can be seen, and ours would be lost. So whoever puts
    several keys in one transaction puts them in sorted order, or two such transactions wait for each other.
    """
    _put(session, [_asked(task, args, due_at, key)])


def put_all(session: Session, task: str, by_key: Mapping[str, Json]) -> None:
    """Ask for a task at once, for each of some keys with its arguments."""
    if by_key:
        _put(session, [_asked(task, by_key[key], None, key) for key in sorted(by_key)])


def _asked(task: str, args: Json, due_at: datetime | None, key: str) -> dict[str, Any]:
    now = clock.now()
    asked = {"task": task, "args": args, "key": key or None, "created_at": now, "due_at": due_at or now}
    return asked | {"attempts": 0, "fence": 0}


def _put(session: Session, rows: list[dict[str, Any]]) -> None:
    row = (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(OutboxRow)
    sooner = case((row.excluded.due_at < OutboxRow.due_at, row.excluded.due_at), else_=OutboxRow.due_at)
    waiting = row.on_conflict_do_update(index_elements=["key"], index_where=text(_WAITING), set_={"due_at": sooner})
    session.execute(waiting, rows)


def claim(
    session: Session, limit: int = 1, lease: timedelta = LEASE, *, only: int | None = None, late: timedelta = AT_ONCE
) -> list[Claimed]:
    """Take up to `limit` due rows, oldest first, that nobody holds or whose holder's lease ran out.

    With `only`, that row or none: the one a message named. With `late`, only what has been due for so long: what no
    message brought to anybody.
    """
    now = db_now(session)
    wanted = _due(now, clock.now() - late)
    if only is not None:
        wanted = and_(wanted, OutboxRow.id == only)
    oldest_first = select(OutboxRow).where(wanted).order_by(OutboxRow.due_at, OutboxRow.id).limit(limit)
    claimed = [_take(row, now + lease) for row in _locked(session, oldest_first)]
    session.flush()
    return claimed


def any_due(session: Session, late: timedelta = AT_ONCE) -> bool:
    """Whether a claim would find something: looking costs no write, and rings nobody's bell."""
    due = _due(db_now(session), clock.now() - late)
    return session.scalar(select(OutboxRow.id).where(due).limit(1)) is not None


def extend(session: Session, work: Claimed, lease: timedelta = LEASE) -> bool:
    """Keep work in hand for another lease; False if it went to somebody else or is done."""
    return _settle(session, work, lease_until=db_now(session) + lease)


def finish(session: Session, work: Claimed) -> bool:
    """Mark work as done; False if the lease went to somebody else meanwhile."""
    return _settle(session, work, done_at=clock.now(), lease_until=None, last_error=None)


def give_up(session: Session, work: Claimed, reason: str) -> bool:
    """Stop trying, and keep the reason for a person; False if the lease went to somebody else meanwhile."""
    return _settle(session, work, done_at=clock.now(), lease_until=None, last_error=reason)


def put_back(session: Session, work: Claimed, error: str, after: timedelta | None = None) -> bool:
    """Let work be tried again: after the given time, or after a wait that doubles with each attempt.

    It gives up its key: a row asked for meanwhile may hold that already.
    """
    wait = after if after is not None else min(timedelta(seconds=2 ** min(work.attempts, 10)), LONGEST_WAIT)
    due_at = clock.now() + wait
    return _settle(session, work, due_at=due_at, lease_until=None, rung_at=None, last_error=error, key=None)


def ring(session: Session, limit: int, again: timedelta) -> list[Ring]:
    """Return the oldest free due rows that no broker was told of, or not for so long, and note that it is told now.

    A message that was lost, or that came while somebody's lease still ran, is thereby sent again.
    """
    now = db_now(session)
    untold = or_(OutboxRow.rung_at.is_(None), OutboxRow.rung_at < now - again)
    oldest_first = select(OutboxRow).where(_due(now, clock.now()), untold).order_by(OutboxRow.due_at, OutboxRow.id)
    rows = _locked(session, oldest_first.limit(limit))
    for row in rows:
        row.rung_at = now
    session.flush()
    return [Ring(row.id, row.task) for row in rows]


def known_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Return those of the keys under which work was ever asked for, done or not."""
    return set(session.scalars(select(OutboxRow.key).where(OutboxRow.key.in_(keys))))


def oldest_waiting(session: Session) -> datetime | None:
    """Return since when the oldest row that is in nobody's hands has been due, or None where nothing waits."""
    return session.scalar(select(func.min(OutboxRow.due_at)).where(_due(db_now(session), clock.now())))


def backlog(session: Session) -> Backlog:
    """Count what waits, what fails, and what was given up."""
    now, waiting = clock.now(), _due(db_now(session), clock.now())
    failed = OutboxRow.last_error.is_not(None)
    count, failing, given_up = session.execute(
        select(
            func.count().filter(waiting),
            func.count().filter(failed, OutboxRow.done_at.is_(None)),
            func.count().filter(failed, OutboxRow.done_at.is_not(None)),
        ).select_from(OutboxRow)
    ).one()
    since = oldest_waiting(session)
    return Backlog(count, (now - since).total_seconds() if since else 0.0, failing, given_up)


def forget_old(session: Session) -> None:
    """Drop rows long done; those that were given up stay longer, for a person to see."""
    now = clock.now()
    well = and_(OutboxRow.last_error.is_(None), OutboxRow.done_at < now - KEPT)
    session.execute(delete(OutboxRow).where(or_(well, OutboxRow.done_at < now - FAILURES_KEPT)))


def _due(lease_now: datetime, due_now: datetime) -> ColumnElement[bool]:
    """Not done, due, and free. Leases are on the database's clock; due times are on ours, which wrote them."""
    free = or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < lease_now)
    return and_(OutboxRow.done_at.is_(None), OutboxRow.due_at <= due_now, free)


def _take(row: OutboxRow, until: datetime) -> Claimed:
    orphaned = row.lease_until is not None
    row.fence += 1
    row.attempts += 1
    row.lease_until = until
    return Claimed(row.id, row.task, row.args, row.attempts, row.fence, row.created_at, orphaned)


def _locked(session: Session, rows: Select[OutboxRow]) -> Sequence[OutboxRow]:
    """Lock and return those rows that nobody else is just locking, as they stand in the database."""
    free = rows.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.scalars(free).all()


def _settle(session: Session, work: Claimed, **values: object) -> bool:
    mine = update(OutboxRow).where(OutboxRow.id == work.id, OutboxRow.fence == work.fence, OutboxRow.done_at.is_(None))
    result = session.execute(mine.values(**values).execution_options(synchronize_session=False))
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]

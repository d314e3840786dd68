"""Whose turn it is to read a source: one at a time, and when it is due again.

A turn is a lease with a fence, on the database's clock. Every page renews it in its own transaction; so whoever was
stopped for longer than it lasts, and comes back, stores nothing any more. A killed reader costs one lease of time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.db.many import insert_new
from wowengine.db.session import db_now
from wowengine.errors import Conflict
from wowengine.profiles.sources.collected import Collected
from wowengine.profiles.sources.models import SourceTurn

TABLE = SourceTurn.metadata.tables[SourceTurn.__tablename__]
LEASE = timedelta(minutes=10)  # longer than any source is silent between two pages: four tries of 80 s, and a wait
LONGEST_WAIT = timedelta(days=1)
LONGEST_ERROR = 500


@dataclass(frozen=True)
class Turn:
    """The right to read a source, until the lease ends or somebody else has a higher fence."""

    source: str
    fence: int
    place: int  # the account to begin with
    failures: int  # of the turns before, in a row

    def hold(self, session: Session) -> None:
        """Keep the turn for another lease.

        Raises
        ------
        Conflict
            When it is somebody else's by now.
        """
        if not _write(session, self, lease_until=db_now(session) + LEASE):
            raise Conflict(f"Somebody else reads {self.source} now; nothing more was stored.", source=self.source)


@dataclass(frozen=True)
class Failing:
    """A source that could not be read, how often in a row, and why the last time."""

    source: str
    times: int
    why: str


def due(session: Session, sources: Collection[str]) -> list[str]:
    """Return which of these sources are to be read now: their time has come, and nobody is at it."""
    later = SourceTurn.due_at > clock.now()
    at_it = SourceTurn.lease_until > db_now(session)
    return sorted(set(sources) - set(session.scalars(select(SourceTurn.source).where(later | at_it))))


def take(session: Session, source: str, *, only_if_due: bool) -> Turn | None:
    """Take the turn; None while somebody else has it, or where it is not due and has to be."""
    fresh = {"source": source, "fence": 0, "due_at": clock.now(), "place": 0, "failures": 0}
    insert_new(session, TABLE, pl.DataFrame([fresh]), told=("source",))
    row = session.get_one(SourceTurn, source, with_for_update=True, populate_existing=True)
    now = db_now(session)
    if (row.lease_until and row.lease_until > now) or (only_if_due and row.due_at > clock.now()):
        return None
    row.fence += 1
    row.lease_until = now + LEASE
    session.flush()
    return Turn(source, row.fence, row.place, row.failures)


def give_back(session: Session, turn: Turn) -> None:
    """End a turn that says nothing of the source, such as one on single files."""
    _write(session, turn, lease_until=None)


def settle(session: Session, turn: Turn, told: Collected, every: timedelta) -> None:
    """End a turn, and say when the next is due: at once where it broke off, later and later while it fails."""
    failures = turn.failures + 1 if told.failed else 0
    wait = timedelta() if told.place and not told.failed else every
    if failures > 1:
        wait = min(every * 2 ** min(failures - 1, 10), max(every, LONGEST_WAIT))
    now = clock.now()
    _write(
        session,
        turn,
        lease_until=None,
        due_at=now + max(wait, timedelta(seconds=told.wait_seconds)),
        place=told.place,
        failures=failures,
        last_error="; ".join(sorted(told.gave_up))[:LONGEST_ERROR] if told.failed else None,
        ended_at=now,
    )


def failing(session: Session, sources: Collection[str]) -> list[Failing]:
    """Return which of these sources failed when they were last read, the worst first."""
    found = select(SourceTurn.source, SourceTurn.failures, SourceTurn.last_error).where(SourceTurn.failures > 0)
    rows = session.execute(found.where(SourceTurn.source.in_(sources)).order_by(SourceTurn.failures.desc()))
    return [Failing(row.source, row.failures, row.last_error or "") for row in rows]


def _write(session: Session, turn: Turn, **values: object) -> bool:
    mine = update(SourceTurn).where(SourceTurn.source == turn.source, SourceTurn.fence == turn.fence)
    result = session.execute(mine.values(**values).execution_options(synchronize_session=False))
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]

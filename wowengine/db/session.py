"""The only place that commits.

An edge opens ``with database.transaction() as session:``, makes one call, and presents. Services take ``session``
first and never commit.

SQLite needs care: its driver's own BEGIN loses updates without an error when threads write at once (measured:
4,548 increments committed, the counter read 722). So the writing engine begins with BEGIN IMMEDIATE, writers of one
process queue on a lock, and readers have an engine of their own.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from wowengine.db import audit
from wowengine.errors import Misconfigured

BUSY_SECONDS = 30


class Database:
    """One database: transactions that write, and sessions that only read.

    Attributes
    ----------
    url
        SQLAlchemy address, ``sqlite:///...`` or ``postgresql+psycopg://...``.
    bell
        Called after every commit, so that a worker in this process looks at the outbox at once. It only makes
        work sooner: a lost ring delays, and never loses.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.bell: Callable[[], None] = lambda: None
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writing = threading.Lock()
        self._in_transaction = threading.local()
        if self.is_sqlite:
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE")
            self._reader = _sqlite_engine(url, begin="BEGIN")
        else:
            self._writer = self._reader = create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that is committed at the end with its audit, or rolled back whole if anything is raised."""
        if getattr(self._in_transaction, "open", False):
            raise RuntimeError("a transaction is already open in this thread: pass its session down instead")
        with self._turn(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session
            audit.write(session)
        self.bell()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let SQLite's writers of this process queue fairly instead of polling the file's lock."""
        lock = self._writing if self.is_sqlite else None
        if lock:
            lock.acquire()
        self._in_transaction.open = True
        try:
            yield
        finally:
            self._in_transaction.open = False
            if lock:
                lock.release()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session on one consistent view; whatever it would write is thrown away."""
        with Session(self._reader, autoflush=False) as session:
            yield session
            session.rollback()

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations and for tests that look under the floor."""
        return self._writer

    def scrub(self) -> None:
        """Leave no bytes of deleted rows in SQLite's files: pages are overwritten, and the log is written back."""
        if self.is_sqlite:
            with self._turn(), self._writer.connect() as connection:
                connection.exec_driver_sql("rollback")  # our BEGIN would forbid it
                connection.exec_driver_sql("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        """Give back every connection."""
        self._writer.dispose()
        self._reader.dispose()


def _sqlite_engine(url: str, begin: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see the module's docstring
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_ours(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def refuse_unsafe(database: Database) -> None:
    """Refuse a PostgreSQL that may forget an approval it has answered.

    Raises
    ------
    Misconfigured
        When ``synchronous_commit`` is off: 415 of 6,000 acknowledged approvals were lost so when the server was
        killed ten times.
    """
    if database.is_sqlite:
        return
    with database.reading() as session:
        if session.scalar(text("show synchronous_commit")) == "off":
            raise Misconfigured(
                "PostgreSQL runs with synchronous_commit=off, and would forget answered approvals in a crash. "
                "Set synchronous_commit to on for this database."
            )


def db_now(session: Session) -> datetime:
    """Return the database's own time, in UTC: leases are on its clock, since workers' clocks disagree."""
    if session.get_bind().dialect.name == "sqlite":
        told = session.scalar(text("select strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"))
        return datetime.fromisoformat(str(told))
    at = session.scalar(text("select clock_timestamp()"))
    assert isinstance(at, datetime)  # noqa: S101 - narrows the driver's Any
    return at.astimezone(UTC)

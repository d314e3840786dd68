"""What the audit costs an approval: ``python -m benchmarks.audit [--approvals N] [--json]``.

One client approves on one hot budget, in turns with and without writing the audit; on SQLite, and on a PostgreSQL with
fsync on. The share is of the time of an approval, commit included.
"""

import argparse
import contextlib
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest import mock

import psycopg
from psycopg import sql

from benchmarks.say import say
from tests import servers
from tests.campaigns.making import ANNA, BUDGET, customer, proposed
from wowengine import migrations
from wowengine.campaigns import ledger, review
from wowengine.db import audit
from wowengine.db.session import Database

BLOCK = 20  # approvals in a row, before the other way takes its turn
NAME = "wow_benchmark_audit"


def main() -> None:
    """Approve on both databases, and say how many a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--approvals", type=int, default=1000, help="of each way, on each database")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: dict[str, Any] = {}
    for open_database in (_sqlite, _postgres):
        with open_database() as database:
            migrations.upgrade(database)
            found[database.engine.dialect.name] = _compared(database, given.approvals)
            database.close()
    say(found, as_json=given.json)


def _compared(database: Database, approvals: int) -> dict[str, float]:
    waiting = iter(_waiting(database, 2 * approvals + 2 * BLOCK))
    took: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * approvals // BLOCK + 2):
        audited = turn % 2 == 0
        with _audit(on=audited):
            spent = [_timed(lambda: _approve(database, next(waiting))) for _ in range(BLOCK)]
        if turn > 1:  # the first turn of each warms up
            took[audited] += spent
    seconds = _timed(lambda: _verify(database))
    with_it, without = statistics.mean(took[True]), statistics.mean(took[False])
    return {
        "approvals_per_second": round(1 / with_it),
        "without_audit": round(1 / without),
        "share_of_time": round(1 - without / with_it, 3),
        "rows_verified_per_second": round(_verify(database) / seconds),
        "share_of_median": round(1 - statistics.median(took[False]) / statistics.median(took[True]), 3),
    }


def _waiting(database: Database, count: int) -> list[str]:
    with database.transaction() as session:
        ledger.open_account(session, BUDGET, "EUR", 10_000_000)
        for number in range(count):
            customer(session, f"c{number}")
        return [proposed(session, f"c{number}").id for number in range(count)]


def _approve(database: Database, action_id: str) -> None:
    with database.transaction() as session:
        review.approve(session, action_id, ANNA)


def _verify(database: Database) -> int:
    with database.reading() as session:
        return audit.verify(session, {}).rows


@contextmanager
def _audit(*, on: bool) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for name in () if on else ("note", "write"):
            stack.enter_context(mock.patch.object(audit, name))
        yield


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def on_postgres(measure: Callable[[Database], Any]) -> Any:
    """Measure on a migrated database of its own, on a PostgreSQL with fsync on."""
    with _postgres() as database:
        migrations.upgrade(database)
        found = measure(database)
        database.close()
    return found


@contextmanager
def _sqlite() -> Iterator[Database]:
    folder = Path(tempfile.mkdtemp())
    try:
        yield Database(f"sqlite:///{folder / 'wow.db'}")
    finally:
        shutil.rmtree(folder)


@contextmanager
def _postgres() -> Iterator[Database]:
    with servers.postgres() as server:
        servers.drop_database(server, NAME)
        address = servers.create_database(server, NAME)
        try:
            _fsync(server, "on")
            yield Database(address.replace("postgresql://", "postgresql+psycopg://", 1))
        finally:
            servers.drop_database(server, NAME)
            _fsync(server, "off")


def _fsync(server: str, word: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("alter system set fsync = {}").format(sql.Identifier(word)))
        connection.execute("select pg_reload_conf()")


if __name__ == "__main__":
    main()

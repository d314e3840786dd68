"""T15: ``make mutants``: the product made wrong in one way at a time, and a named test that must notice.

Each mutant is a promise that somebody could break by an innocent change. It is made in whatever process imports
`tests` while ``WOW_TEST_MUTANT`` names it, forks and workers included.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from wowengine import clock, migrations
from wowengine.campaigns import courier, deliver, ground, ledger, store, sweep
from wowengine.campaigns.models import Account
from wowengine.db import audit, outbox
from wowengine.db.session import Database

CAMPAIGNS = "tests/campaigns/"
RACE = CAMPAIGNS + "test_race.py::test_processes_that_approve_at_once_never_overspend[postgres-16-800]"
CHECK = CAMPAIGNS + "test_ledger.py::test_the_database_itself_refuses_an_overspent_account"
SERVER_DIES = (
    CAMPAIGNS + "test_killed.py::test_a_server_killed_under_approving_clients_forgets_no_answered_approval[500-2]"
)
WRONG_CLOCKS = CAMPAIGNS + "test_killed.py::test_clocks_an_hour_off_either_way_send_everything_once[sqlite-60]"
OLD_FENCE = CAMPAIGNS + "test_deliver.py::test_an_old_fence_can_change_nothing[sqlite]"
SENDING_FIRST = CAMPAIGNS + "test_courier.py::test_sending_is_committed_before_the_call[sqlite]"
DEATHS = (
    CAMPAIGNS + "test_crash.py::test_a_reviewer_and_a_worker_that_must_wait_killed_at_any_point_deliver_once[sqlite]"
)
NO_CONSENT = CAMPAIGNS + "test_courier.py::test_who_no_longer_agrees_gets_nothing_and_the_action_is_withdrawn[sqlite]"
ROOT = Path(__file__).parents[1]
PASSED, FAILED = 0, 1  # pytest's words for tests that passed, and that failed; as against tests that could not run


@dataclass(frozen=True)
class Mutant:
    """One way to be wrong, and the test that must notice."""

    make: Callable[[], None]
    killed_by: str


def _put(module: Any, name: str, wrong: Any) -> None:
    setattr(module, name, wrong)


def _room(account: Account, granted: int, held: int, committed: int) -> bool:
    enough = account.granted is None or (
        account.held + held + account.committed + committed <= account.granted + granted
    )
    return enough and account.held + held >= 0 and account.committed + committed >= 0


def read_then_write() -> None:
    """Read the counters, reckon in Python, write the sums."""

    def change(session: Session, account_id: str, *, granted: int = 0, held: int = 0, committed: int = 0) -> bool:
        account = session.get_one(Account, account_id, populate_existing=True)
        if not _room(account, granted, held, committed):
            return False
        sums = {"held": account.held + held, "committed": account.committed + committed}
        _write(session, account_id, sums | ({} if account.granted is None else {"granted": account.granted + granted}))
        return True

    _put(ledger, "_change", change)


def check_then_add() -> None:
    """Read whether there is room, then add without asking again."""

    def change(session: Session, account_id: str, *, granted: int = 0, held: int = 0, committed: int = 0) -> bool:
        if not _room(session.get_one(Account, account_id, populate_existing=True), granted, held, committed):
            return False
        _add(session, account_id, granted, held, committed)
        return True

    unchecked_accounts()
    _put(ledger, "_change", change)


def check_before_the_transaction() -> None:
    """Look whether there is room before the writing transaction begins."""
    whole = Database.transaction

    @contextmanager
    def transaction(self: Database) -> Iterator[Session]:
        with self.reading() as before:
            seen = {account.id: account for account in before.scalars(select(Account))}
            before.expunge_all()
        with whole(self) as session:
            session.info["seen"] = seen
            yield session

    def change(session: Session, account_id: str, *, granted: int = 0, held: int = 0, committed: int = 0) -> bool:
        seen = session.info.get("seen", {}).get(account_id)
        if seen is not None and not _room(seen, granted, held, committed):
            return False
        _add(session, account_id, granted, held, committed)
        return True

    unchecked_accounts()
    _put(Database, "transaction", transaction)
    _put(ledger, "_change", change)


def unchecked_accounts() -> None:
    """Let the database itself not mind an overspent account."""
    whole = migrations.upgrade

    def upgrade(database: Database) -> None:
        whole(database)
        if not database.is_sqlite:
            with database.engine.begin() as connection:
                for name in ("never_overspent", "never_below_zero"):
                    connection.execute(text(f"alter table accounts drop constraint ck_accounts_{name}"))

    _put(migrations, "upgrade", upgrade)


def hasty_commits() -> None:
    """Let PostgreSQL answer before what it answers is on disk."""
    whole = migrations.upgrade

    def upgrade(database: Database) -> None:
        whole(database)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("alter system set synchronous_commit = off"))
            connection.execute(text("alter system set wal_writer_delay = '10s'"))
            connection.execute(text("select pg_reload_conf()"))

    _put(migrations, "upgrade", upgrade)


def workers_clock() -> None:
    """Keep leases by the clock of whoever takes them."""
    for module in (deliver, outbox, sweep):
        _put(module, "db_now", lambda _session: clock.now())


def no_fence() -> None:
    """Let whoever held it once go on."""
    _put(deliver, "_held", lambda session, action_id, _fence: store.get(session, action_id))


def no_sending() -> None:
    """Call outside before it is committed that a call is about to be made."""
    whole = courier.carry

    def carry(transaction: Callable[[], AbstractContextManager[Session]], *given: Any) -> None:
        with transaction() as session:
            whole(lambda: contextlib.nullcontext(session), *given)

    _put(courier, "carry", carry)


def audit_afterwards() -> None:
    """Write the audit down in a transaction of its own, once the change is committed."""
    whole, write = Database.transaction, audit.write

    @contextmanager
    def transaction(self: Database) -> Iterator[Session]:
        with whole(self) as session:
            yield session
        noted = list(session.info.get("audit.noted", ()))
        with whole(self) as another:
            for change in noted:
                audit.note(another, change)
            write(another)

    _put(audit, "write", lambda _session: None)
    _put(Database, "transaction", transaction)


def outbox_afterwards() -> None:
    """Ask for a worker once the change is committed."""
    whole, put = Database.transaction, outbox.put

    @contextmanager
    def transaction(self: Database) -> Iterator[Session]:
        with whole(self) as session:
            yield session
        with whole(self) as another:
            for given, named in session.info.get("asked", ()):
                put(another, *given, **named)

    def later(session: Session, *given: Any, **named: Any) -> None:
        session.info.setdefault("asked", []).append((given, named))

    _put(outbox, "put", later)
    _put(Database, "transaction", transaction)


def no_second_look() -> None:
    """Ask for consent when it is proposed, and never again."""
    _put(ground, "objections", lambda *_: {})


MUTANTS: Mapping[str, Mutant] = {
    "read, then write": Mutant(read_then_write, RACE),
    "check, then add": Mutant(check_then_add, RACE),
    "check before the transaction": Mutant(check_before_the_transaction, RACE),
    "no CHECK on accounts": Mutant(unchecked_accounts, CHECK + "[postgres]"),
    "synchronous_commit=off": Mutant(hasty_commits, SERVER_DIES),
    "the worker's clock": Mutant(workers_clock, WRONG_CLOCKS),
    "no fence": Mutant(no_fence, OLD_FENCE),
    "no SENDING before the call": Mutant(no_sending, SENDING_FIRST),
    "audit after the commit": Mutant(audit_afterwards, DEATHS),
    "outbox after the commit": Mutant(outbox_afterwards, DEATHS),
    "no consent asked at claim": Mutant(no_second_look, NO_CONSENT),
}


def _write(session: Session, account_id: str, values: Mapping[str, Any]) -> None:
    written = update(Account).where(Account.id == account_id).values(**values)
    session.execute(written, execution_options={"synchronize_session": False})


def _add(session: Session, account_id: str, granted: int, held: int, committed: int) -> None:
    sums = {"granted": Account.granted + granted, "held": Account.held + held}
    _write(session, account_id, sums | {"committed": Account.committed + committed})


def main() -> None:
    """See every mutant killed; exit with 1 where one survives, or where a test is red without one."""
    wrong = 0
    for test in dict.fromkeys(mutant.killed_by for mutant in MUTANTS.values()):
        if _run(test, "") != PASSED:
            wrong += 1
            _tell("RED", "without any mutant", test)
    for name, mutant in MUTANTS.items():
        survives = _run(mutant.killed_by, name) != FAILED
        wrong += survives
        _tell("SURVIVED" if survives else "killed", name, mutant.killed_by)
    sys.exit(1 if wrong else 0)


def _run(test: str, mutant: str) -> int:
    command = [sys.executable, "-m", "pytest", "-n0", "-x", "--no-header", "--tb=no", test]
    environment = os.environ | {"WOW_TEST_MUTANT": mutant}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode


def _tell(what: str, name: str, test: str) -> None:
    sys.stdout.write(f"{what:9} {name:29} {test.partition('::')[2]}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

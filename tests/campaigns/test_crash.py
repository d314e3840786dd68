"""kill -9 at every point of approval and delivery: nothing is lost, and nothing is delivered twice."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import select, update

from tests.campaigns import dying
from tests.campaigns.making import ANNA, BUDGET, LATER, NOW, STAFF, customer, now_is, proposed
from tests.forks import forks
from wowengine.campaigns import deliver, ledger, review, store
from wowengine.campaigns.lifecycle import ActionState, Step
from wowengine.campaigns.models import Action, LedgerEntry, Movement
from wowengine.campaigns.sweep import sweep
from wowengine.clock import frozen
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database

FEWEST_POINTS = 40  # fewer would mean that the hook no longer sees what happens


@contextmanager
def cradle(work: dying.Work, database: Database, spool: Path) -> Iterator[Connection]:
    ours, theirs = forks.Pipe()
    process = forks.Process(target=dying.cradle, args=(work, database.url, spool, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        process.kill()
        process.join()
        ours.close()


def die_everywhere(
    work: dying.Work, database: Database, spool: Path, begin: Callable[[int], str], finish: Callable[[str], None]
) -> None:
    """Die at the first point, the second, and so on to the last; each time somebody else finishes what was begun.

    Nobody touches an action again once it is finished, so whatever promise a death broke is found after the last one.
    """
    with cradle(work, database, spool) as wishes:
        action_id = begin(0)
        wishes.send((action_id, dying.NEVER))
        points = wishes.recv()
        finish(action_id)
        assert points >= FEWEST_POINTS
        for die_at in range(1, points + 1):
            action_id = begin(die_at)
            wishes.send((action_id, die_at))
            assert wishes.recv() == -signal.SIGKILL
            leases_run_out(database)
            finish(action_id)
    print(f"{work.__name__}: {points} deaths on {database.engine.dialect.name}")  # noqa: T201 - the figure to show


def waiting(database: Database, number: int, channel: str) -> str:
    """A customer of this round's own, and an action of theirs."""
    with frozen(NOW), database.transaction() as session:
        customer(session, f"c{number}")
        ledger.open_account(session, BUDGET, "EUR", 1_000_000)
        return proposed(session, f"c{number}", channel=channel).id


def leases_run_out(database: Database) -> None:
    long_ago = NOW - timedelta(days=1)
    with database.transaction() as session:
        for table in (Action, OutboxRow):
            session.execute(update(table).where(table.lease_until.is_not(None)).values(lease_until=long_ago))
    with frozen(LATER), database.transaction() as session:
        sweep(session)


def assert_delivered_once(database: Database, action_id: str, spent: int) -> None:
    assert now_is(database, action_id).state == ActionState.DELIVERED
    with database.reading() as session:
        entries = session.scalars(select(LedgerEntry).where(LedgerEntry.action_id == action_id)).all()
        assert [entry.amount for entry in entries if entry.kind == Movement.COMMIT] == [spent]
        done = {Step.DELIVER, Step.CONFIRM, Step.FOUND}
        assert sum(event.step in done for event in store.events(session, action_id)) == 1


def test_a_worker_killed_at_any_point_delivers_once(database: Database, tmp_path: Path) -> None:
    spool, begun = tmp_path / "spool", list[str]()

    def begin(number: int) -> str:
        begun.append(waiting(database, number, channel="spool"))
        with frozen(NOW), database.transaction() as session:
            review.approve(session, begun[-1], ANNA)
        return begun[-1]

    def finish(action_id: str) -> None:
        for _ in range(2):  # a second worker looks a doubt up, and sends where nothing was found
            dying.worker(database, spool, action_id)
        assert_delivered_once(database, action_id, spent=600)

    die_everywhere(dying.worker, database, spool, begin, finish)
    assert sorted(path.name for path in spool.glob("[!.]*")) == sorted(f"{action_id}.json" for action_id in begun)


def test_reviewer_and_staff_killed_at_any_point_deliver_once(database: Database, tmp_path: Path) -> None:
    def begin(number: int) -> str:
        return waiting(database, number, channel="staff_task")

    def finish(action_id: str) -> None:
        state = now_is(database, action_id).state
        if state == ActionState.PROPOSED:
            with frozen(NOW), database.transaction() as session:
                review.approve(session, action_id, ANNA)
        if state != ActionState.DELIVERED:
            with frozen(LATER), database.transaction() as session:
                fence = deliver.claim(session, action_id, STAFF).fence
                deliver.deliver(session, action_id, STAFF, fence, {"note": "given"}, actual_cents=550)
        assert_delivered_once(database, action_id, spent=550)

    die_everywhere(dying.person, database, tmp_path, begin, finish)


def test_a_reviewer_and_a_worker_that_must_wait_killed_at_any_point_deliver_once(
    database: Database, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"

    def begin(number: int) -> str:
        return waiting(database, number, channel="spool")

    def finish(action_id: str) -> None:
        if now_is(database, action_id).state == ActionState.PROPOSED:
            with frozen(NOW), database.transaction() as session:
                review.approve(session, action_id, ANNA)
        for _ in range(2):
            dying.worker(database, spool, action_id)
        assert_delivered_once(database, action_id, spent=600)

    die_everywhere(dying.hesitant, database, spool, begin, finish)

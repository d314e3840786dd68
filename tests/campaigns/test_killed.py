"""T3 to T6: workers are killed and frozen, servers die, clocks are wrong; nothing is lost, nothing is done twice."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import servers
from tests.campaigns import killing, racing
from tests.campaigns.crowd import crowd
from tests.campaigns.making import ANNA, NOW
from tests.campaigns.trials import figure
from tests.conftest import driver
from tests.forks import all_at_once
from wowengine import migrations
from wowengine.campaigns import ledger, review
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.lifecycle import ActionState, Step
from wowengine.campaigns.models import Action, ActionEvent
from wowengine.clock import frozen
from wowengine.db.session import Database

CENTS = 600
CLIENTS = 8


def approved(database: Database, count: int, hours_ago: int = 0) -> list[str]:
    """So many actions that only wait for a worker."""
    action_ids = crowd(database, count, budget=CENTS * count, channel="spool")
    for start in range(0, count, 100):
        with frozen(NOW - timedelta(hours=hours_ago)), database.transaction() as session:
            for action_id in action_ids[start : start + 100]:
                review.approve(session, action_id, ANNA)
    return action_ids


def taken(database: Database) -> Counter[str]:
    """How often each step was taken."""
    with database.reading() as session:
        return Counter(session.scalars(select(ActionEvent.step)))


def assert_each_delivered_once(database: Database, spool: Path, action_ids: list[str]) -> None:
    with database.reading() as session:
        states = Counter(session.scalars(select(Action.state)))
        assert ledger.check_ledger(session) == []
    assert states == {ActionState.DELIVERED: len(action_ids)}
    assert sorted(path.name for path in spool.glob("[!.]*")) == sorted(f"{one}.json" for one in action_ids)
    steps = taken(database)
    assert steps[Step.CONFIRM] + steps[Step.FOUND] == len(action_ids)


@pytest.mark.parametrize(("actions", "kills"), [(150, 40), pytest.param(3_000, 200, marks=pytest.mark.long)])
def test_workers_killed_at_random_lose_nothing_and_deliver_each_once(
    database: Database, tmp_path: Path, actions: int, kills: int
) -> None:
    action_ids, spool = approved(database, actions), tmp_path / "spool"
    share = (spool, 4, kills, 0.1)
    (killed,) = all_at_once(killing.opened, (database.url,), killing.kill_again_and_again, [share])
    assert_each_delivered_once(database, spool, action_ids)
    doubts = taken(database)[Step.DOUBT]
    figure(
        f"{database.engine.dialect.name}: {killed} of {kills} kills in mid-work, {actions} actions, "
        f"0 lost, 0 doubled, {doubts} in doubt and settled"
    )
    assert killed >= kills // 2


@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.long)])
def test_a_worker_frozen_past_its_lease_is_refused_when_it_wakes(
    database: Database, tmp_path: Path, rounds: int
) -> None:
    action_ids, spool = approved(database, rounds), tmp_path / "spool"
    share = (spool, action_ids)
    assert all_at_once(killing.opened, (database.url,), killing.wake_too_late, [share]) == [rounds]
    assert_each_delivered_once(database, spool, action_ids)
    figure(f"{database.engine.dialect.name}: {rounds} of {rounds} that woke too late were refused")


@pytest.mark.parametrize("actions", [60, pytest.param(400, marks=pytest.mark.long)])
def test_clocks_an_hour_off_either_way_send_everything_once(database: Database, tmp_path: Path, actions: int) -> None:
    action_ids, spool, hour = approved(database, actions, hours_ago=2), tmp_path / "spool", timedelta(hours=1)
    all_at_once(Database, (database.url,), killing.work_by_a_wrong_clock, [(spool, hour), (spool, -hour)])
    assert_each_delivered_once(database, spool, action_ids)
    steps = taken(database)
    assert (steps[Step.START], steps[Step.DOUBT]) == (actions, 0)
    figure(f"{database.engine.dialect.name}: {actions} actions, {steps[Step.START]} sent, by clocks two hours apart")


@pytest.fixture
def mortal() -> Iterator[tuple[servers.Mortal, Database]]:
    """A PostgreSQL of this test's own, with fsync on, that can be killed, and a migrated database in it."""
    with servers.mortal_postgres() as server:
        database = Database(driver(server.address))
        migrations.upgrade(database)
        yield server, database
        database.close()


@pytest.mark.postgres
@pytest.mark.parametrize(("actions", "kills"), [(500, 2), pytest.param(6_000, 10, marks=pytest.mark.long)])
def test_a_server_killed_under_approving_clients_forgets_no_answered_approval(
    mortal: tuple[servers.Mortal, Database], actions: int, kills: int
) -> None:
    server, database = mortal
    action_ids, answered = crowd(database, actions, budget=CENTS * actions), list[str]()
    shares = [action_ids[start::CLIENTS] for start in range(CLIENTS)]

    def clients() -> None:
        prepared = racing.warmed_up, (database.url, action_ids[0])
        for told in all_at_once(*prepared, killing.approve_through_trouble, shares):
            answered.extend(told)

    going = threading.Thread(target=clients)
    going.start()
    for number in range(kills):
        _until_approved(database, (number + 1) * actions // (kills + 2))
        server.kill()
        server.start()
    going.join()
    with database.reading() as session:
        states = {row.id: row.state for row in session.execute(select(Action.id, Action.state))}
        assert check_invariants(session) == []
    lost = [action_id for action_id in answered if states[action_id] != ActionState.APPROVED]
    figure(f"{kills} kills of PostgreSQL, {len(answered)} approvals answered, {len(lost)} lost")
    assert lost == []
    assert set(states.values()) == {ActionState.APPROVED}


def _until_approved(database: Database, count: int) -> None:
    until = time.monotonic() + 120
    while taken(database)[Step.APPROVE] < count:
        assert time.monotonic() < until
        time.sleep(0.02)

"""One row, one way of doing it: settled when it went well, later, or for a person."""

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.tasks.errands import ERRANDS, config_in, eventually, notes, put, rows
from wowengine import clock
from wowengine.db import outbox
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database
from wowengine.tasks.work import FEWEST_TRIES, GIVE_UP_AFTER, Workbench


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Workbench:
    return Workbench(database, config_in(tmp_path), ERRANDS)


def only_row(bench: Workbench, task: str) -> OutboxRow:
    (row,) = rows(bench.database, task)
    return row


def test_what_went_well_is_done_and_not_done_again(bench: Workbench) -> None:
    put(bench.database, "note", {"text": "hello"})
    assert bench.do_one()
    assert not bench.do_one()
    assert notes(bench.config) == ["hello"]
    assert only_row(bench, "note").done_at is not None


def test_a_message_doubled_does_its_row_once(bench: Workbench) -> None:
    put(bench.database, "note", {"text": "hello"})
    row_id = only_row(bench, "note").id
    assert [bench.do_one(only=row_id) for _ in range(3)] == [True, False, False]
    assert notes(bench.config) == ["hello"]


def test_what_can_be_done_later_is_done_later(bench: Workbench) -> None:
    put(bench.database, "stumble", {"text": "again", "times": 2})
    for _ in range(3):
        assert bench.do_one()
    row = only_row(bench, "stumble")
    assert (row.attempts, row.last_error) == (3, None)
    assert row.done_at is not None


def test_what_needs_a_person_is_ended_with_its_reason_kept(bench: Workbench) -> None:
    put(bench.database, "refuse", {"how": "person"})
    bench.do_one()
    row = only_row(bench, "refuse")
    assert row.done_at is not None
    assert row.last_error == "The address is empty."


@pytest.mark.parametrize(("how", "said"), [("input", "That is no date."), ("bug", "ValueError in refuse")])
def test_any_other_failure_waits_and_is_tried_again(bench: Workbench, how: str, said: str) -> None:
    put(bench.database, "refuse", {"how": how})
    bench.do_one()
    row = only_row(bench, "refuse")
    assert row.done_at is None
    assert row.lease_until is None
    assert row.due_at > clock.now()
    assert said in str(row.last_error)


def test_what_a_bug_says_is_kept_neither_in_the_row_nor_in_the_log(
    bench: Workbench, caplog: pytest.LogCaptureFixture
) -> None:
    """An error may quote what a customer wrote."""
    put(bench.database, "refuse", {"how": "bug"})
    with caplog.at_level(logging.DEBUG):
        bench.do_one()
    assert "ValueError" in caplog.text
    assert "grandmother" not in caplog.text
    assert "grandmother" not in str(only_row(bench, "refuse").last_error)


def test_a_task_of_a_newer_version_waits_for_a_worker_that_knows_it(bench: Workbench) -> None:
    put(bench.database, "invented tomorrow", {"text": "x"})
    bench.do_one()
    row = only_row(bench, "invented tomorrow")
    assert row.done_at is None
    assert "does not know the task" in str(row.last_error)


def test_arguments_that_do_not_fit_harm_only_their_own_row(bench: Workbench) -> None:
    put(bench.database, "note", {"no such": "argument"})
    put(bench.database, "note", {"text": "fine"})
    assert bench.do_one()
    assert bench.do_one()
    assert notes(bench.config) == ["fine"]


def test_work_is_given_up_after_a_day_of_trying_and_the_reason_stays(bench: Workbench) -> None:
    put(bench.database, "refuse", {"how": "input"})
    with bench.database.transaction() as session:
        session.execute(update(OutboxRow).values(attempts=FEWEST_TRIES - 2))
    later = clock.now() + GIVE_UP_AFTER + timedelta(minutes=1)
    with clock.frozen(later):
        bench.do_one()
    assert only_row(bench, "refuse").done_at is None  # old enough, not tried enough
    with clock.frozen(later + outbox.LONGEST_WAIT):
        bench.do_one()
    row = only_row(bench, "refuse")
    assert row.done_at is not None
    assert str(row.last_error).startswith("Given up after 20 attempts.")


def test_a_row_over_which_workers_keep_dying_waits_before_the_next_may_die_of_it(bench: Workbench) -> None:
    put(bench.database, "note", {"text": "poison"})
    for _ in range(3):  # three workers take it and are never heard of again
        with bench.database.transaction() as session:
            assert outbox.claim(session, lease=timedelta(seconds=-1))
    assert bench.do_one()
    row = only_row(bench, "note")
    assert notes(bench.config) == []
    assert row.due_at > clock.now()
    assert "died" in str(row.last_error)
    with clock.frozen(row.due_at):
        assert bench.do_one()
    assert notes(bench.config) == ["poison"]


def test_a_long_job_keeps_its_row_in_hand(database: Database, tmp_path: Path) -> None:
    bench = Workbench(database, config_in(tmp_path), ERRANDS, lease=timedelta(seconds=0.6))
    put(database, "linger", {"text": "long", "seconds": 2})
    thread = threading.Thread(target=bench.do_one)
    thread.start()
    eventually(lambda: notes(bench.config) == ["long-begun"])
    while thread.is_alive():
        assert not bench.do_one()
        thread.join(0.05)
    row = only_row(bench, "linger")
    assert (row.attempts, notes(bench.config)) == (1, ["long-begun", "long-done"])


def test_who_lost_a_row_to_another_worker_says_so_and_changes_nothing(
    bench: Workbench, caplog: pytest.LogCaptureFixture
) -> None:
    def be_slow(database: Database, *_: object) -> None:
        with database.transaction() as session:  # the lease runs out in the middle of it
            session.execute(update(OutboxRow).values(lease_until=clock.now() - timedelta(seconds=1)))
            assert outbox.claim(session)

    slow = Workbench(bench.database, bench.config, {"slow": be_slow})
    put(bench.database, "slow", {})
    slow.do_one()
    assert "another worker took it over" in caplog.text
    row = only_row(bench, "slow")
    assert (row.fence, row.done_at) == (2, None)

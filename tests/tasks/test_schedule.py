"""What is due regularly is asked for once a period, however many ask."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tasks.errands import rows
from wowengine import clock
from wowengine.db import outbox
from wowengine.db.session import Database
from wowengine.tasks.schedule import REGULAR, Beat, Regular

NOON = datetime(2026, 11, 22, 12, 0, 3, tzinfo=UTC)
SWEEP = Regular("sweep", every=timedelta(seconds=10))
NIGHTLY = Regular("profile", every=timedelta(days=1), at=timedelta(hours=2))


def test_a_nightly_task_is_due_at_its_hour_of_the_next_night() -> None:
    assert NIGHTLY.next_due(NOON) == datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert NIGHTLY.next_due(datetime(2026, 11, 22, 1, 59, tzinfo=UTC)) == datetime(2026, 11, 22, 2, tzinfo=UTC)


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.integers(1, 100_000),
    st.integers(0, 100_000),
)
def test_the_next_time_is_ahead_within_one_period_and_the_same_until_it_comes(
    now: datetime, every: int, at: int
) -> None:
    regular = Regular("any", timedelta(seconds=every), timedelta(seconds=at))
    due = regular.next_due(now)
    assert now < due <= now + regular.every
    assert regular.next_due(due - timedelta(microseconds=1)) == due
    assert regular.next_due(due) == due + regular.every


def test_eight_beats_at_once_ask_once_for_each_task_and_period(database: Database) -> None:
    together = threading.Barrier(8)

    def beat() -> None:
        mine = Beat()
        for seconds in (0, 0, 10, 20):
            together.wait(10)
            with clock.frozen(NOON + timedelta(seconds=seconds)):
                mine.tick(database)

    beats = [threading.Thread(target=beat) for _ in range(8)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()
    assert [row.due_at.second for row in rows(database, "sweep")] == [10, 20, 30]
    for regular in REGULAR[1:]:
        assert len(rows(database, regular.task)) == 1


def test_a_beat_that_starts_late_does_not_ask_again_for_what_is_done(sqlite: Database) -> None:
    with clock.frozen(NOON):
        Beat((SWEEP,)).tick(sqlite)
    with clock.frozen(NOON + timedelta(seconds=8)), sqlite.transaction() as session:
        for work in outbox.claim(session, late=timedelta(seconds=-60)):
            assert outbox.finish(session, work)
    with clock.frozen(NOON + timedelta(seconds=2)):  # its clock goes after the first one's
        Beat((SWEEP,)).tick(sqlite)
    assert len(rows(sqlite, "sweep")) == 1


def test_a_night_that_was_slept_through_is_made_up_for_once(sqlite: Database) -> None:
    with clock.frozen(NOON):
        Beat((NIGHTLY,)).tick(sqlite)
    with clock.frozen(NOON + timedelta(days=5)):
        Beat((NIGHTLY,)).tick(sqlite)
        with sqlite.transaction() as session:
            overdue = outbox.claim(session, limit=10)
    assert [work.task for work in overdue] == ["profile"]


def test_a_beat_that_has_asked_does_not_look_again_before_the_next_period(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = Beat((SWEEP,))
    with clock.frozen(NOON):
        beat.tick(sqlite)
    monkeypatch.setattr(outbox, "known_keys", lambda *_: pytest.fail("it looked"))
    with clock.frozen(NOON + timedelta(seconds=6)):
        beat.tick(sqlite)


def test_every_regular_task_is_a_job_and_none_has_two_rhythms() -> None:
    from wowengine.tasks.jobs import JOBS

    tasks = [regular.task for regular in REGULAR]
    assert set(tasks) <= set(JOBS)
    assert len(set(tasks)) == len(tasks)

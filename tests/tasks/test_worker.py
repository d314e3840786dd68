"""The thread in the server: it wakes at the bell, retries, outlives trouble, and stops cleanly."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.tasks.errands import ERRANDS, config_in, eventually, notes, put, rows
from wowengine.db.session import Database
from wowengine.tasks import worker as module
from wowengine.tasks.app import make_app
from wowengine.tasks.relay import Relay
from wowengine.tasks.worker import EmbeddedWorker

NOBODY = "redis://127.0.0.1:1/0"  # no broker answers here


@pytest.fixture
def worker(database: Database, tmp_path: Path) -> Iterator[EmbeddedWorker]:
    made = EmbeddedWorker(database, config_in(tmp_path), jobs=ERRANDS)
    yield made
    made.stop()


def test_it_does_what_is_put_while_it_runs_and_what_was_put_before(worker: EmbeddedWorker) -> None:
    put(worker.database, "note", {"text": "before"})
    worker.start()
    put(worker.database, "note", {"text": "after"})
    eventually(lambda: notes(worker.bench.config) == ["before", "after"])


def test_it_is_woken_by_a_commit_and_need_not_wait_for_the_next_look(
    worker: EmbeddedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL", 3600)
    worker.start()
    eventually(lambda: bool(rows(worker.database, "sweep")))  # it has looked, and now it waits
    put(worker.database, "note", {"text": "woken"})
    eventually(lambda: notes(worker.bench.config) == ["woken"])


def test_it_notices_what_another_process_put(worker: EmbeddedWorker) -> None:
    worker.start()
    other = Database(worker.database.url)
    put(other, "note", {"text": "from afar"})
    other.close()
    eventually(lambda: notes(worker.bench.config) == ["from afar"])


def test_it_tries_again_what_did_not_work(worker: EmbeddedWorker) -> None:
    worker.start()
    put(worker.database, "stumble", {"text": "again", "times": 3})
    eventually(lambda: all(row.done_at for row in rows(worker.database, "stumble")))
    assert notes(worker.bench.config) == ["again"] * 4


def test_it_asks_for_what_is_regularly_due(worker: EmbeddedWorker) -> None:
    worker.start()
    eventually(lambda: all(rows(worker.database, task) for task in ("sweep", "profile", "train", "round", "purge")))


def test_idle_it_writes_nothing(worker: EmbeddedWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty claim would be a commit, which rings the bell, which wakes it: a worker that never sleeps."""
    monkeypatch.setattr(module, "POLL", 0.01)
    worker.beat.regular = ()
    worker.start()
    commits: list[object] = []
    event.listen(worker.database.engine, "commit", commits.append)
    time.sleep(0.5)
    assert len(commits) == 0


def test_a_database_that_does_not_answer_for_a_while_does_not_end_it(
    worker: EmbeddedWorker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "TROUBLE", 0.01)
    trouble = iter([OSError("gone"), OSError("still gone")])
    whole = worker.beat.tick

    def tick(database: Database) -> None:
        for error in trouble:
            raise error
        whole(database)

    monkeypatch.setattr(worker.beat, "tick", tick)
    worker.start()
    put(worker.database, "note", {"text": "at last"})
    eventually(lambda: notes(worker.bench.config) == ["at last"])
    assert caplog.text.count("going on") == 2


def test_stopping_finishes_the_row_in_hand_and_takes_no_other(worker: EmbeddedWorker) -> None:
    put(worker.database, "linger", {"text": "first", "seconds": 0.5})
    put(worker.database, "linger", {"text": "second", "seconds": 0.5})
    worker.start()
    eventually(lambda: notes(worker.bench.config) == ["first-begun"])
    worker.stop()
    assert notes(worker.bench.config) == ["first-begun", "first-done"]
    first, second = rows(worker.database, "linger")
    assert first.done_at is not None
    assert (second.done_at, second.lease_until) == (None, None)


def test_stopping_does_not_wait_for_ever_and_what_was_in_hand_is_done_by_another(
    sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "STOP_WITHIN", 0.1)
    worker = EmbeddedWorker(sqlite, config_in(tmp_path), jobs=ERRANDS)
    put(sqlite, "linger", {"text": "long", "seconds": 1})
    worker.start()
    eventually(lambda: notes(worker.bench.config) == ["long-begun"])
    worker.stop()
    assert "in the middle of a job" in caplog.text
    worker._thread.join()


def test_without_an_answering_broker_it_does_the_work_itself_once_it_is_late(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    worker = EmbeddedWorker(
        database, config_in(tmp_path), jobs=ERRANDS, relay=Relay(make_app(NOBODY)), late=timedelta(seconds=1)
    )
    put(database, "note", {"text": "anyway"})
    worker.start()
    try:
        eventually(lambda: notes(worker.bench.config) == ["anyway"])
    finally:
        worker.stop()
    assert caplog.text.count("the broker does not answer") == 1

"""Real Celery workers and a real broker: messages may be lost, doubled or late, and workers killed; work is done."""

import signal
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import select

from tests.cases.world import World
from tests.profiles.sources.mastodon_server import MastodonServer, status
from tests.profiles.sources.platform import serving
from tests.tasks.errands import config_in, eventually, log, notes, put, rows, worker_process, writer_of
from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles.models import Signal
from wowengine.tasks.app import make_app, queue_of
from wowengine.tasks.relay import task_name
from wowengine.tasks.run import LATE

pytestmark = pytest.mark.broker


def flush(broker: str, queue: str) -> int:
    """Make the broker forget everything; return how many messages were in the queue."""
    with redis.Redis.from_url(broker) as client:
        waiting = client.llen(queue)
        client.flushall()
    return int(waiting)


def test_a_worker_does_what_others_put(database: Database, broker: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    with worker_process(database, config, broker) as process:
        for number in range(5):
            put(database, "note", {"text": f"n{number}"})
        eventually(lambda: len(notes(config)) == 5)
        assert {writer_of(config, f"n{number}") for number in range(5)} == {process.pid}
        eventually(lambda: all(row.done_at for row in rows(database, "note")))
        assert all(row.rung_at for row in rows(database, "note"))


@pytest.mark.parametrize("with_broker", [True, False], ids=["celery", "embedded"])
def test_a_worker_killed_in_mid_task_leaves_its_row_to_another_within_seconds(
    database: Database, broker: str, tmp_path: Path, with_broker: bool
) -> None:
    config, address = config_in(tmp_path), broker if with_broker else ""
    with ExitStack() as workers:
        processes = [workers.enter_context(worker_process(database, config, address)) for _ in range(2)]
        put(database, "linger", {"text": "job", "seconds": 1})
        eventually(lambda: notes(config) == ["job-begun"])
        killed = writer_of(config, "job-begun")
        next(process for process in processes if process.pid == killed).kill()
        since = time.monotonic()
        eventually(lambda: "job-done" in notes(config))
        assert time.monotonic() - since < LATE.total_seconds()  # a message brought it, or the embedded worker looked
        assert writer_of(config, "job-done") != killed
        eventually(lambda: all(row.done_at for row in rows(database, "linger")))
    (row,) = rows(database, "linger")
    assert row.attempts == 2


@pytest.mark.parametrize("with_broker", [True, False], ids=["celery", "embedded"])
def test_a_worker_told_to_end_finishes_what_it_has_in_hand(
    sqlite: Database, broker: str, tmp_path: Path, with_broker: bool
) -> None:
    config = config_in(tmp_path)
    with worker_process(sqlite, config, broker if with_broker else "") as process:
        put(sqlite, "linger", {"text": "job", "seconds": 1})
        eventually(lambda: notes(config) == ["job-begun"])
        process.terminate()
        assert process.wait(15) == 0
    assert notes(config) == ["job-begun", "job-done"]
    assert rows(sqlite, "linger")[0].done_at is not None


def test_a_worker_frozen_past_its_lease_wakes_up_and_changes_nothing(
    postgres: Database, broker: str, tmp_path: Path
) -> None:
    config = config_in(tmp_path)
    with worker_process(postgres, config, broker) as frozen, worker_process(postgres, config, broker) as other:
        put(postgres, "linger", {"text": "job", "seconds": 1})
        eventually(lambda: notes(config) == ["job-begun"])
        first, second = (frozen, other) if writer_of(config, "job-begun") == frozen.pid else (other, frozen)
        first.send_signal(signal.SIGSTOP)
        eventually(lambda: all(row.done_at for row in rows(postgres, "linger")))
        assert writer_of(config, "job-done") == second.pid
        before = rows(postgres, "linger")[0]
        first.send_signal(signal.SIGCONT)
        eventually(lambda: notes(config).count("job-done") == 2)  # tasks may run twice, and settle once
        time.sleep(0.3)
    after = rows(postgres, "linger")[0]
    assert (after.done_at, after.fence, after.last_error) == (before.done_at, before.fence, None)


def test_a_broker_that_forgets_everything_again_and_again_loses_nothing(
    postgres: Database, broker: str, tmp_path: Path
) -> None:
    config = config_in(tmp_path)
    lost = 0
    with worker_process(postgres, config, broker):
        for number in range(40):
            put(postgres, "linger", {"text": f"n{number}", "seconds": 0.05})
        for begun in (5, 15):
            eventually(lambda: len(notes(config)) > begun)  # noqa: B023 - called before the loop goes on
            lost += flush(broker, queue_of(postgres))
        # Sooner than what no message brings would be done without one: the worker still hears the bell.
        eventually(lambda: all(row.done_at for row in rows(postgres, "linger")), within=LATE.total_seconds() - 2)
    assert lost > 0
    assert all(row.attempts == 1 for row in rows(postgres, "linger"))
    assert len(notes(config)) == 2 * 40


def test_every_message_sent_four_times_does_its_work_once(postgres: Database, broker: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    for number in range(30):
        put(postgres, "note", {"text": f"n{number}"})
    app = make_app(broker, queue_of(postgres))
    with worker_process(postgres, config, broker):
        for row in rows(postgres, "note") * 3:  # the relay sends the fourth
            app.send_task(task_name("note"), args=[row.id])
        eventually(lambda: all(row.done_at for row in rows(postgres, "note")))
        time.sleep(0.5)
    app.close()
    assert sorted(notes(config)) == sorted(f"n{number}" for number in range(30))


def test_two_installations_on_one_broker_do_not_do_each_others_work(
    sqlite: Database, postgres: Database, broker: str, tmp_path: Path
) -> None:
    folders = tmp_path / "one", tmp_path / "two"
    for folder in folders:
        folder.mkdir()
    one, two = (config_in(folder) for folder in folders)
    with worker_process(sqlite, one, broker), worker_process(postgres, two, broker):
        for number in range(10):
            put(sqlite, "note", {"text": f"one{number}"})
            put(postgres, "note", {"text": f"two{number}"})
        eventually(lambda: len(notes(one)) == 10 and len(notes(two)) == 10)
    assert all(note.startswith("one") for note in notes(one))
    assert all(note.startswith("two") for note in notes(two))


def test_nothing_is_left_to_the_broker_that_could_be_lost_there(broker: str) -> None:
    conf = make_app(broker).conf
    assert conf.result_backend is None
    assert conf.task_ignore_result
    assert conf.accept_content == ["json"]
    assert conf.task_acks_late
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_transport_options["unacked_restore_interval"] == 1
    assert "unacked_restore_interval" not in make_app("amqp://localhost//").conf.broker_transport_options


def test_a_message_names_a_row_and_nothing_else(sqlite: Database, broker: str, tmp_path: Path) -> None:
    import json
    from base64 import b64decode

    from wowengine.tasks.relay import Relay

    app = make_app(broker, queue_of(sqlite))
    put(sqlite, "note", {"text": "private"})
    Relay(app).tick(sqlite)
    app.close()
    with redis.Redis.from_url(broker) as client:
        (message,) = client.lrange(queue_of(sqlite), 0, -1)
    assert json.loads(b64decode(json.loads(message)["body"]))[0] == [rows(sqlite, "note")[0].id]
    assert b"private" not in b64decode(json.loads(message)["body"])


def test_the_brokers_password_is_not_told_when_it_does_not_answer(sqlite: Database, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    with worker_process(sqlite, config, "redis://:hunter2@127.0.0.1:1/0"):
        put(sqlite, "note", {"text": "x"})
        eventually(lambda: "does not answer" in log(config) and "127.0.0.1:1" in log(config))
    assert "hunter2" not in log(config)


def test_a_celery_worker_collects_what_is_due_at_a_source(broker: str, tmp_path: Path) -> None:
    world = World(tmp_path, broker_url=broker)
    person = {"customer_id": "anna", "handles": "mastodon:anna@mastodon.example", "consents": "interests"}
    world.wow("import", "customers", str(world.write("customers.ndjson", [person])))
    database = Database(f"sqlite:///{tmp_path / 'home' / 'wow.db'}")
    with serving(MastodonServer([status(1, clock.now() - timedelta(days=1))])) as platform:
        (tmp_path / "home" / "sources.toml").write_text(f'[mastodon]\nbase_url = "{platform.url}"\n')
        put(database, "collect_due", {})
        with world.running("worker"):
            eventually(lambda: bool(rows(database, "collect")) and rows(database, "collect")[0].done_at is not None)
    assert [row.rung_at is not None for row in rows(database, "collect")] == [True]
    with database.reading() as session:
        assert session.scalars(select(Signal.author)).all() == ["mastodon:anna@mastodon.example"]
    database.close()

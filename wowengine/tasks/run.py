"""``wow worker``: alone, or as a Celery worker with relay and beat beside it, in one command."""

import signal
import warnings
from collections.abc import Mapping
from datetime import timedelta
from types import FrameType

from celery import Celery
from celery.platforms import SecurityWarning

from wowengine.db import outbox
from wowengine.db.session import Database
from wowengine.rounds import Config
from wowengine.tasks.app import add_tasks, make_app, queue_of
from wowengine.tasks.jobs import JOBS
from wowengine.tasks.relay import Relay
from wowengine.tasks.work import Job, Workbench
from wowengine.tasks.worker import EmbeddedWorker

THREADS = 2  # one long job does not hold up a delivery; for more, run more workers
LATE = timedelta(seconds=20)  # what no message has brought to anybody by then is done without one


def run_worker(
    database: Database,
    config: Config,
    broker_url: str = "",
    *,
    jobs: Mapping[str, Job] = JOBS,
    threads: int = THREADS,
    lease: timedelta = outbox.LEASE,
) -> None:
    """Do what waits until told to stop (SIGTERM or Ctrl-C); the work in hand is finished first."""
    if not broker_url:
        _alone(EmbeddedWorker(database, config, jobs=jobs, lease=lease))
        return
    app = make_app(broker_url, queue_of(database))
    add_tasks(app, Workbench(database, config, jobs, lease))
    beside = EmbeddedWorker(database, config, jobs=jobs, lease=lease, relay=Relay(app), late=LATE)
    _with_broker(app, beside, threads)


def _alone(worker: EmbeddedWorker) -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    worker.start()
    try:
        worker.wait()
    except KeyboardInterrupt:
        worker.stop()


def _with_broker(app: Celery, beside: EmbeddedWorker, threads: int) -> None:
    """Run Celery in this thread, and beside it what rings, beats, and does what the broker failed to bring.

    Threads and not forked children: Polars must not be used in a fork of a process that used it. More processes are
    more ``wow worker``s.
    """
    with warnings.catch_warnings():
        # Celery warns whoever runs it as root, as containers do, of unpickling messages; ours are JSON.
        warnings.simplefilter("ignore", SecurityWarning)
        celery = app.Worker(
            pool="threads",
            concurrency=threads,
            loglevel="WARNING",
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
    beside.start()
    try:
        celery.start()
    finally:
        beside.stop()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt

"""The Celery side: an app whose tasks claim the row they are named and do it, as any other worker would.

Nothing rests on the broker. No result backend, since the row tells how it went; no ETA or countdown, since due times
are a column, and long ETAs run again and again on Redis; JSON only.
"""

import hashlib
from typing import Any

from celery import Celery

from wowengine.db.session import Database
from wowengine.tasks.relay import task_name
from wowengine.tasks.work import Workbench

CONNECT_SECONDS = 3
ANSWER_SECONDS = 10


def make_app(broker_url: str, queue: str = "wow") -> Celery:
    """Return the app: how messages are sent and taken, knowing no task yet."""
    app = Celery("wowengine", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_default_queue=queue,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_transport_options=_transport_options(broker_url),
    )
    return app


def add_tasks(app: Celery, bench: Workbench) -> None:
    """Let the app do every job of the bench. One task a job, so that monitors show them apart."""

    def take(row_id: int) -> None:
        bench.do_one(only=row_id)

    for name in bench.jobs:
        app.task(take, name=task_name(name))


def queue_of(database: Database) -> str:
    """Return a queue's name of this database's own: two installations may share a broker."""
    return f"wow-{hashlib.sha256(database.url.encode()).hexdigest()[:12]}"


def _transport_options(broker_url: str) -> dict[str, Any]:
    """Fail at once rather than try for seconds: what cannot be sent now is sent again anyway.

    Redis and its kin also give a killed worker's messages back only after minutes, unless asked to look every second.
    """
    options: dict[str, Any] = {"max_retries": 0}
    if not broker_url.startswith(("amqp", "pyamqp")):
        options |= {"unacked_restore_interval": 1, "unacked_restore_throttle": 1}
        options |= {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS}
    return options

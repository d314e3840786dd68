"""From the outbox to the broker: a message for each row that waits, naming it and nothing else."""

import logging
from datetime import timedelta

from celery import Celery
from kombu.exceptions import OperationalError

from wowengine.db import outbox
from wowengine.db.session import Database

RING_AGAIN = timedelta(seconds=5)  # a row that still waits then has lost its message, or its message came too early
AT_A_TIME = 500  # rows told of and not yet taken; the rest of a long queue is told of later

logger = logging.getLogger("wowengine.tasks")


class Relay:
    """Tells the broker of waiting rows. A broker that does not answer costs a delay: rows are told of again."""

    def __init__(self, app: Celery) -> None:
        self.app = app
        self._answered = True

    def tick(self, database: Database) -> None:
        """Ring for every row that waits and that nobody rang for lately."""
        with database.transaction() as session:
            rings = outbox.ring(session, AT_A_TIME, RING_AGAIN)
        try:
            for ring in rings:
                self.app.send_task(task_name(ring.task), args=[ring.id], task_id=str(ring.id), retry=False)
        except (OperationalError, OSError) as error:
            self._note(answered=False, error=error)
        else:
            if rings:
                self._note(answered=True)

    def _note(self, *, answered: bool, error: Exception | None = None) -> None:
        """Log that the broker went or came back; once, however long it takes."""
        if answered != self._answered:
            said = "answers again" if answered else f"does not answer ({type(error).__name__}); work goes on without it"
            logger.warning("the broker %s", said)
        self._answered = answered


def task_name(task: str) -> str:
    """Return the name under which Celery knows a task of the outbox."""
    return f"wow.{task}"

"""What is due regularly, asked for as outbox rows: one a period, however many beats run.

A row is put before its period begins, under a key that names the period; so beats that look at the same time find
each other's row waiting. Rows that became due while nothing ran are there when something does: a night that was
slept through is made up for, once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wowengine import clock
from wowengine.db import outbox
from wowengine.db.session import Database

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Regular:
    """A task and its rhythm; `at` is how far into each period, in UTC, it is due."""

    task: str
    every: timedelta
    at: timedelta = timedelta()

    def next_due(self, now: datetime) -> datetime:
        """Return the first time after `now` at which it is due; the same for everybody within a period."""
        begun = (now - EPOCH - self.at) // self.every
        return EPOCH + self.at + (begun + 1) * self.every

    def key(self, due: datetime) -> str:
        """Name the period that begins then."""
        return f"{self.task}@{due:%Y-%m-%dT%H:%M:%S}"


# By night one after the other: what was learnt of people, then the model, then proposals for the morning's reviewers.
REGULAR = (
    Regular("sweep", every=timedelta(seconds=10)),
    Regular("remind", every=timedelta(seconds=30)),
    Regular("collect_due", every=timedelta(minutes=1)),
    Regular("campaigns", every=timedelta(minutes=1)),
    Regular("anchor", every=timedelta(minutes=1)),
    Regular("purge", every=DAY, at=timedelta(hours=1)),
    Regular("profile", every=DAY, at=timedelta(hours=2)),
    Regular("hear", every=DAY, at=timedelta(hours=2, minutes=30)),
    Regular("train", every=DAY, at=timedelta(hours=3)),
    Regular("round", every=DAY, at=timedelta(hours=4)),
)


class Beat:
    """Asks in time for what is regularly due. It remembers what it saw asked for, so as not to look every time."""

    def __init__(self, regular: tuple[Regular, ...] = REGULAR) -> None:
        self.regular = regular
        self._asked: set[str] = set()

    def tick(self, database: Database) -> None:
        """Put the next row of each regular task, unless it is there."""
        now = clock.now()
        due = {regular.key(at): (regular.task, at) for regular in self.regular if (at := regular.next_due(now))}
        if due.keys() <= self._asked:
            return
        with database.reading() as session:
            missing = due.keys() - outbox.known_keys(session, due.keys())
        if missing:
            with database.transaction() as session:
                for key in sorted(missing):
                    task, at = due[key]
                    outbox.put(session, task, {}, due_at=at, key=key)
        self._asked = set(due)

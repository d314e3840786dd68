"""Processes that are killed at a chosen point: before or after any SQL statement, commit or change of a file.

A cradle lives through the work once, which counts the points and warms everything up; then it forks a process for
each death, so that a death costs milliseconds.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tests.campaigns.making import ANNA, LATER, NOW, STAFF, WORKER
from wowengine.campaigns import courier, deliver, review
from wowengine.campaigns.channels import open_channels
from wowengine.campaigns.channels.base import Message
from wowengine.campaigns.channels.spool import Spool
from wowengine.clock import frozen
from wowengine.db import outbox
from wowengine.db.base import Json
from wowengine.db.session import Database
from wowengine.errors import Retriable

NEVER = 0
Work = Callable[[Database, Path, str], None]


def worker(database: Database, spool: Path, action_id: str) -> None:
    """One look of a worker at the outbox, as the edge does it; `action_id` is among what is due."""
    with frozen(LATER):
        with database.transaction() as session:
            due = outbox.claim(session, 10)
        for work in due:
            courier.carry(database.transaction, open_channels(spool), work.args["action_id"], WORKER)
            with database.transaction() as session:
                outbox.finish(session, work)


def person(database: Database, spool: Path, action_id: str) -> None:
    """A reviewer approves, and staff claim and deliver, each in a transaction of their own."""
    with frozen(NOW), database.transaction() as session:
        review.approve(session, action_id, ANNA)
    with frozen(LATER), database.transaction() as session:
        fence = deliver.claim(session, action_id, STAFF).fence
    with frozen(LATER), database.transaction() as session:
        deliver.deliver(session, action_id, STAFF, fence, {"note": "given"}, actual_cents=550)


def hesitant(database: Database, spool: Path, action_id: str) -> None:
    """A reviewer approves what a worker brings; its channel cannot take it yet, so it is released for later."""
    with frozen(NOW), database.transaction() as session:
        review.approve(session, action_id, ANNA)
    with frozen(LATER):
        courier.carry(database.transaction, {"spool": Busy(spool)}, action_id, WORKER)


class Busy(Spool):
    """A channel that surely takes nothing now."""

    def send(self, message: Message) -> Json:
        raise Retriable(f"{message.key} must wait.", timedelta())


class Points:
    """Counts the points that a process passes, and kills it at the one it is to die at."""

    def __init__(self) -> None:
        self.reached = 0
        self.die_at = NEVER

    def begin(self, die_at: int) -> None:
        self.reached, self.die_at = 0, die_at

    def passed(self, *_: object) -> None:
        self.reached += 1
        if self.reached == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            self.passed()
            try:
                return call(*given, **named)
            finally:
                self.passed()

        return watched

    def watch(self, database: Database) -> None:
        """Make every statement, commit and change of a file in this process two points: before it and after it."""
        event.listen(database.engine, "before_cursor_execute", self.passed)
        event.listen(database.engine, "after_cursor_execute", self.passed)
        dialect: Any = database.engine.dialect  # SQLAlchemy has no event after a commit
        dialect.do_commit = self.around(dialect.do_commit)
        files: Any = os
        files.link, files.fsync = self.around(os.link), self.around(os.fsync)


def cradle(work: Work, url: str, spool: Path, wishes: Connection) -> None:
    """For each wish (an action, a point to die at) fork a process that does the work; answer with its exit code.

    With `NEVER` the cradle does the work itself, and answers how many points there were.
    """
    database, points = Database(url), Points()
    points.watch(database)
    while True:
        action_id, die_at = wishes.recv()
        points.begin(die_at)
        if die_at == NEVER:
            work(database, spool, action_id)
            database.close()  # a fork must not share a connection; what was compiled stays warm
            wishes.send(points.reached)
            continue
        child = os.fork()
        if child == 0:
            try:
                work(database, spool, action_id)
            finally:
                os._exit(0)
        wishes.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

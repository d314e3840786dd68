"""Workers that are killed, frozen, or told a wrong time, and that must nevertheless do everything once.

All of it happens in a parent that holds no connection while it forks: a fork must not share one.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tests.campaigns.making import ANNA, LATER, NOW, WORKER
from wowengine.campaigns import courier, deliver, review
from wowengine.campaigns.channels import open_channels
from wowengine.campaigns.channels.base import Channel, Message
from wowengine.campaigns.channels.spool import Spool
from wowengine.campaigns.lifecycle import HELD
from wowengine.campaigns.models import Action
from wowengine.campaigns.sweep import sweep
from wowengine.clock import frozen
from wowengine.db import outbox
from wowengine.db.base import Json
from wowengine.db.outbox import Claimed, OutboxRow
from wowengine.db.session import Database
from wowengine.errors import Conflict

SHORT = timedelta(seconds=2)  # leases, so that a dead worker's work need not be waited for
AT_ONCE = 5
REFUSED = 3  # how a frozen worker ends whose word came too late


def opened(url: str) -> Database:
    """A database without a connection yet, and short leases."""
    module: Any = deliver
    module.SENDING_LEASE = SHORT
    return Database(url)


def work(database: Database, spool: Path, at: datetime = LATER, lease: timedelta = SHORT) -> None:
    """Do as a worker does, until nothing is left, also of what others died over."""
    with frozen(at):
        while True:
            with database.transaction() as session:
                sweep(session)
                claimed = outbox.claim(session, AT_ONCE, lease)
            for row in claimed:
                _do(database, spool, row)
            if _all_done(database):
                return
            if not claimed:
                time.sleep(0.05)


def _all_done(database: Database) -> bool:
    """Whether no errand is left, nor anything in the hands of a dead worker: the clock will ring for that."""
    errands = select(OutboxRow.id).where(OutboxRow.done_at.is_(None)).limit(1)
    held = select(Action.id).where(Action.state.in_(HELD)).limit(1)
    with database.reading() as session:
        return session.scalar(errands) is None and session.scalar(held) is None


def _do(database: Database, spool: Path, row: Claimed) -> None:
    try:
        courier.carry(database.transaction, open_channels(spool), row.args["action_id"], WORKER)
    except Conflict as late:  # so slow that another took it over meanwhile
        with database.transaction() as session:
            outbox.put_back(session, row, late.message, after=timedelta())
    else:
        with database.transaction() as session:
            outbox.finish(session, row)


def kill_again_and_again(database: Database, share: tuple[Path, int, int, float]) -> int:
    """Keep workers going, and kill -9 one of them at a time, anywhere; return how many were killed in mid-work."""
    spool, workers, kills, pause = share
    dice, killed = random.Random(1), 0
    alive = [_forked(lambda: work(database, spool)) for _ in range(workers)]
    for _ in range(kills):
        time.sleep(dice.uniform(0, 2 * pause))
        dying = alive.pop(dice.randrange(len(alive)))
        os.kill(dying, signal.SIGKILL)
        killed += os.waitstatus_to_exitcode(os.waitpid(dying, 0)[1]) == -signal.SIGKILL
        alive.append(_forked(lambda: work(database, spool)))
    ends = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in alive]
    assert ends == [0] * workers, ends
    return killed


class Freezing(Spool):
    """A channel in whose call the process is frozen."""

    def send(self, message: Message) -> Json:
        os.kill(os.getpid(), signal.SIGSTOP)
        return super().send(message)


def wake_too_late(database: Database, share: tuple[Path, Sequence[str]]) -> int:
    """Freeze a worker in each delivery until another has done it, and wake it; return how many were refused."""
    spool, action_ids = share
    refused = 0
    for action_id in action_ids:
        sleeper = _forked(lambda: _carry(database, {"spool": Freezing(spool)}, action_id))  # noqa: B023 - forked at once
        os.waitpid(sleeper, os.WUNTRACED)
        _leases_run_out(database)
        for _ in range(2):  # the doubt is settled, and it is sent
            _carry(database, open_channels(spool), action_id)
        database.close()
        os.kill(sleeper, signal.SIGCONT)
        refused += os.waitstatus_to_exitcode(os.waitpid(sleeper, 0)[1]) == REFUSED
    return refused


def work_by_a_wrong_clock(database: Database, share: tuple[Path, timedelta]) -> None:
    """Do everything by a clock that is off."""
    spool, off = share
    work(database, spool, LATER + off, lease=timedelta(minutes=5))


def approve_through_trouble(database: Database, action_ids: Sequence[str]) -> list[str]:
    """Approve these however often the server dies; return those whose approval was answered."""
    answered = []
    for action_id in action_ids:
        while True:
            try:
                with frozen(NOW), database.transaction() as session:
                    review.approve(session, action_id, ANNA)
            except DBAPIError:
                time.sleep(0.05)
            except Conflict:  # it was committed, and the answer was lost
                break
            else:
                answered.append(action_id)
                break
    database.close()
    return answered


def _carry(database: Database, channels: Mapping[str, Channel], action_id: str) -> None:
    with frozen(LATER):
        courier.carry(database.transaction, channels, action_id, WORKER)


def _leases_run_out(database: Database) -> None:
    with frozen(LATER), database.transaction() as session:
        long_ago = NOW - timedelta(days=1)
        session.execute(update(Action).where(Action.lease_until.is_not(None)).values(lease_until=long_ago))
        sweep(session)


def _forked(does: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            does()
            code = 0
        except Conflict:
            code = REFUSED
        finally:
            os._exit(code)
    return child

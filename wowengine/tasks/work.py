"""Doing one row of the outbox: claim, keep in hand, run, settle. The only way work is done, with a broker or without.

What goes wrong is of two kinds: *later* (`Retriable`, or anything unforeseen) puts the row back, *a person*
(`NeedsPerson`) ends it with its reason kept.
"""

import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from wowengine import clock
from wowengine.db import outbox
from wowengine.db.outbox import Claimed
from wowengine.db.session import Database
from wowengine.errors import Misconfigured, NeedsPerson, Retriable, WowError
from wowengine.rounds import Config

GIVE_UP_AFTER = timedelta(days=1)
FEWEST_TRIES = 20  # work that was asked for long before it is due gets its tries all the same
DEATHS_FORGIVEN = 2  # after that, whoever died over a row is taken to have died of it

Job = Callable[..., None]  # of the database, the config, and the row's arguments by name

logger = logging.getLogger("wowengine.tasks")


@dataclass(frozen=True)
class Workbench:
    """What is needed to do any row: where rows are, what jobs need, which jobs there are, how long a row is held."""

    database: Database
    config: Config
    jobs: Mapping[str, Job]
    lease: timedelta = outbox.LEASE

    def do_one(self, *, only: int | None = None, late: timedelta = outbox.AT_ONCE) -> bool:
        """Claim one due row and do it; False if there was none. `only` and `late` are as in `outbox.claim`."""
        with self.database.transaction() as session:
            claimed = outbox.claim(session, 1, self.lease, only=only, late=late)
        for work in claimed:
            if work.orphaned and work.attempts > 1 + DEATHS_FORGIVEN:
                self._fail(work, "Its last worker died over it.")
            else:
                with self._kept_in_hand(work):
                    self._do(work)
        return bool(claimed)

    def _do(self, work: Claimed) -> None:
        try:
            self.jobs.get(work.task, _unknown)(self.database, self.config, **work.args)
        except Retriable as later:
            self._fail(work, later.message, later.after)
        except NeedsPerson as reason:
            self._settle(work, given_up=reason.message)
        except WowError as error:
            self._fail(work, error.message)
        except Exception as error:  # noqa: BLE001 - whatever a job does, its row must be settled and its worker live
            self._fail(work, describe(error))
        else:
            self._settle(work)

    def _fail(self, work: Claimed, error: str, after: timedelta | None = None) -> None:
        """Put the row back for another try, unless it has been tried for long enough."""
        logger.warning("%s, row %d, attempt %d: %s", work.task, work.id, work.attempts, error)
        if work.attempts >= FEWEST_TRIES and clock.now() - work.asked_at > GIVE_UP_AFTER:
            self._settle(work, given_up=f"Given up after {work.attempts} attempts. {error}")
            return
        with self.database.transaction() as session:
            outbox.put_back(session, work, error, after)

    def _settle(self, work: Claimed, given_up: str = "") -> None:
        with self.database.transaction() as session:
            mine = outbox.give_up(session, work, given_up) if given_up else outbox.finish(session, work)
        if not mine:
            logger.warning("%s, row %d: another worker took it over meanwhile", work.task, work.id)

    @contextmanager
    def _kept_in_hand(self, work: Claimed) -> Iterator[None]:
        """Extend the lease, from a thread of its own, for as long as the work goes on."""
        over = threading.Event()
        heart = threading.Thread(target=self._beat, args=(work, over), name=f"lease of row {work.id}", daemon=True)
        heart.start()
        try:
            yield
        finally:
            over.set()
            heart.join()

    def _beat(self, work: Claimed, over: threading.Event) -> None:
        while not over.wait(self.lease.total_seconds() / 3):
            try:
                with self.database.transaction() as session:
                    if not outbox.extend(session, work, self.lease):
                        return
            except SQLAlchemyError as error:  # the next beat tries again
                logger.warning("%s, row %d: lease not extended: %s", work.task, work.id, type(error).__name__)


def _unknown(*_: object, **__: object) -> None:
    raise Misconfigured("This version does not know the task; it waits for a worker that does.")


def describe(error: Exception) -> str:
    """Say what was raised and by way of which places of ours, without its message: that may quote a customer."""
    *way, last = traceback.extract_tb(error.__traceback__)
    frames = [*(frame for frame in way if "wowengine" in frame.filename), last]
    places = [f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in reversed(frames[-4:])]
    return f"{type(error).__name__} in {' < '.join(places)}"

"""The thread that keeps the work going: in the server where there is no broker, else beside a Celery worker."""

import logging
import threading
from collections.abc import Mapping
from datetime import timedelta

from wowengine.db import outbox
from wowengine.db.session import Database
from wowengine.rounds import Config
from wowengine.tasks.jobs import JOBS
from wowengine.tasks.relay import Relay
from wowengine.tasks.schedule import Beat
from wowengine.tasks.work import Job, Workbench, describe

POLL = 0.5  # seconds; how late work can be that became due without a bell
TROUBLE = 5.0  # seconds to wait after the database did not answer
STOP_WITHIN = 8.0  # seconds; what runs longer is left to its lease, and another worker does it

logger = logging.getLogger("wowengine.tasks")


class EmbeddedWorker:
    """Asks for what is regularly due, rings for what waits, and does it.

    Parameters
    ----------
    database
        Where the rows are. Without a relay, its bell wakes this worker after every commit of this process.
    config
        What the jobs need.
    jobs
        What can be asked for, by name.
    lease
        How long a row stays ours without a word.
    relay
        Rings for rows at a broker; then this worker itself does only what waits for `late`.
    late
        How long a row must have been due before this worker takes it.
    """

    def __init__(
        self,
        database: Database,
        config: Config,
        *,
        jobs: Mapping[str, Job] = JOBS,
        lease: timedelta = outbox.LEASE,
        relay: Relay | None = None,
        late: timedelta = outbox.AT_ONCE,
    ) -> None:
        self.database = database
        self.bench = Workbench(database, config, jobs, lease)
        self.relay, self.late = relay, late
        self.beat = Beat()
        self._bell, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="wow worker", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        if self.relay is None:
            self.database.bell = self._bell.set
        self._thread.start()

    def wait(self) -> None:
        """Wait until it was stopped. Not by joining the thread: a join that a signal interrupts forgets the thread."""
        self._stopping.wait()

    def stop(self) -> None:
        """Finish the row in hand, take no other, and end; a row that takes too long is left to its lease."""
        self._stopping.set()
        self._bell.set()
        self._thread.join(STOP_WITHIN)
        if self._thread.is_alive():
            logger.warning("stopped in the middle of a job; another worker will do it again")

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                busy = self._turn()
            except Exception as error:  # noqa: BLE001 - nobody would notice a dead thread in a living server
                logger.error("%s; going on in %.0f s", describe(error), TROUBLE)  # noqa: TRY400 - messages may quote people
                self._stopping.wait(TROUBLE)
            else:
                if not busy:
                    self._bell.wait(POLL)

    def _turn(self) -> bool:
        """Do what there is to do now, and at most one row; whether there was one.

        It looks before it claims: an empty claim would be a commit, which rings the bell, which wakes us again.
        """
        self.beat.tick(self.database)
        if self.relay is not None:
            self.relay.tick(self.database)
        with self.database.reading() as session:
            due = outbox.any_due(session, self.late)
        return due and self.bench.do_one(late=self.late)

"""Jobs that leave traces, a worker process that does them, and the patience to see what came of it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from wowengine.db import outbox
from wowengine.db.base import Json
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database
from wowengine.errors import BadInput, NeedsPerson, Retriable
from wowengine.rounds import Config
from wowengine.tasks.run import run_worker
from wowengine.tasks.work import Job

ROOT = Path(__file__).parents[2]


def config_in(folder: Path) -> Config:
    """Return a config whose spool folder takes the errands' traces."""
    return Config(
        home=folder,
        models=folder / "models",
        policy=folder / "policy.toml",
        spool=folder,
        holdout_salt="salt",
        holdout_share=0.1,
        company="Ala Azzurra",
    )


def note(_database: Database, config: Config, *, text: str) -> None:
    """Leave a line, with the process that wrote it."""
    with (config.spool / "notes").open("a") as notes:
        notes.write(f"{text} {os.getpid()}\n")


def linger(database: Database, config: Config, *, text: str, seconds: float) -> None:
    """Leave a line, take a while, and leave another."""
    note(database, config, text=f"{text}-begun")
    time.sleep(seconds)
    note(database, config, text=f"{text}-done")


def stumble(database: Database, config: Config, *, text: str, times: int) -> None:
    """Fail for want of something that comes later, so many times."""
    note(database, config, text=text)
    if len(notes(config)) <= times:
        raise Retriable("The line is busy.", timedelta())


def refuse(_database: Database, _config: Config, *, how: str) -> None:
    """Fail, in one of the ways a job can."""
    match how:
        case "person":
            raise NeedsPerson("The address is empty.")
        case "input":
            raise BadInput("That is no date.")
        case _:
            raise ValueError("grandmother's secret")


ERRANDS: Mapping[str, Job] = {
    "note": note,
    "linger": linger,
    "stumble": stumble,
    "refuse": refuse,
    "sweep": lambda *_: None,
}


def notes(config: Config) -> list[str]:
    """Return the texts left, in order."""
    path = config.spool / "notes"
    return [line.rpartition(" ")[0] for line in path.read_text().splitlines()] if path.exists() else []


def log(config: Config) -> str:
    """Return what the worker processes said."""
    return (config.spool / "log").read_text()


def writer_of(config: Config, text: str) -> int:
    """Return the process that left this text."""
    lines = (config.spool / "notes").read_text().splitlines()
    return int(next(line.rpartition(" ")[2] for line in lines if line.startswith(f"{text} ")))


def put(database: Database, task: str, args: Json, key: str = "") -> None:
    """Ask for an errand, as any service would."""
    with database.transaction() as session:
        outbox.put(session, task, args, key=key)


def rows(database: Database, task: str) -> list[OutboxRow]:
    """Return the rows of a task, oldest first."""
    with database.reading() as session:
        found = list(session.scalars(select(OutboxRow).where(OutboxRow.task == task).order_by(OutboxRow.id)))
        session.expunge_all()
    return found


def eventually(what: Callable[[], bool], within: float = 30) -> None:
    """Wait until it is so, and fail if it never is."""
    until = time.monotonic() + within
    while not what():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)


@contextmanager
def worker_process(
    database: Database, config: Config, broker_url: str = "", lease: float = 2
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``wow worker``'s inside, with the errands for jobs, in a process of its own."""
    command = [sys.executable, "-W", "error::ResourceWarning", "-m", "tests.tasks.errands"]
    command = [sys.executable, "-m", "tests.tasks.errands", database.url, str(config.spool), broker_url, str(lease)]
    with (config.spool / "log").open("a") as told:
        process = subprocess.Popen(command, cwd=ROOT, stderr=told)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        sys.stderr.write(log(config))  # seen where a test fails


def main(database_url: str, folder: str, broker_url: str, lease: str) -> None:
    """Be that process."""
    database = Database(database_url)
    run_worker(database, config_in(Path(folder)), broker_url, jobs=ERRANDS, lease=timedelta(seconds=float(lease)))


if __name__ == "__main__":
    main(*sys.argv[1:])

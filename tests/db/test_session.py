"""The one place that commits."""

import threading

import pytest
from sqlalchemy import text, update

from wowengine import migrations
from wowengine.campaigns.models import Account
from wowengine.db.session import Database, db_now
from wowengine.errors import Misconfigured
from wowengine.profiles.models import Customer


def test_no_update_is_lost_when_eight_threads_write_at_once(database: Database) -> None:
    with database.transaction() as session:
        session.add(Account(id="budget:test", unit="EUR", granted=10_000))

    def add_fifty() -> None:
        for _ in range(50):
            with database.transaction() as session:
                # Read first, then write: the pattern in which SQLite's own BEGIN loses updates silently.
                account = session.get_one(Account, "budget:test", with_for_update=True)
                session.execute(update(Account).values(held=account.held + 1))

    threads = [threading.Thread(target=add_fifty) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.get_one(Account, "budget:test").held == 400


def test_a_raised_error_undoes_the_whole_transaction(database: Database) -> None:
    with pytest.raises(ValueError, match="on purpose"), database.transaction() as session:
        session.add(Account(id="budget:test", unit="EUR", granted=1))
        session.flush()
        raise ValueError("on purpose")
    with database.reading() as session:
        assert session.get(Account, "budget:test") is None


def test_a_transaction_inside_a_transaction_is_refused_instead_of_waiting_for_itself(
    sqlite: Database,
) -> None:
    with sqlite.transaction(), pytest.raises(RuntimeError, match="already open"), sqlite.transaction():
        pass


def test_the_bell_rings_after_the_commit_and_not_after_a_rollback(sqlite: Database) -> None:
    seen: list[int] = []

    def look() -> None:
        with sqlite.reading() as session:
            seen.append(session.query(Account).count())

    sqlite.bell = look
    with sqlite.transaction() as session:
        session.add(Account(id="budget:test", unit="EUR", granted=1))
    with pytest.raises(ValueError, match="no"), sqlite.transaction() as session:
        session.add(Account(id="budget:other", unit="EUR", granted=1))
        raise ValueError("no")
    assert seen == [1]


def test_what_a_reading_session_writes_is_thrown_away(database: Database) -> None:
    with database.reading() as session:
        session.add(Account(id="budget:test", unit="EUR", granted=1))
        session.flush()
    with database.reading() as session:
        assert session.get(Account, "budget:test") is None


def test_the_databases_clock_ticks_in_utc(database: Database) -> None:
    with database.reading() as session:
        first, second = db_now(session), db_now(session)
    assert first.utcoffset() is not None
    assert first <= second


def test_the_migrations_and_the_tables_in_the_code_agree(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, migrations.METADATA) == []


def test_every_migration_can_be_taken_back(sqlite: Database) -> None:
    from alembic import command

    config = migrations._config()
    with sqlite.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with sqlite.reading() as session:
        left = session.scalars(text("select name from sqlite_master where type = 'table'")).all()
    assert left == ["alembic_version"]


def test_a_foreign_key_holds(database: Database) -> None:
    from sqlalchemy.exc import IntegrityError

    from wowengine import clock
    from wowengine.profiles.models import Handle

    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Handle(customer_id="nobody", channel="x", address="a", proof="code", proven_at=clock.now()))
    with database.reading() as session:
        assert session.query(Customer).count() == 0


@pytest.mark.parametrize(("setting", "safe"), [("off", False), ("local", True), ("on", True)])
def test_a_postgresql_that_may_forget_answered_commits_is_refused(postgres: Database, setting: str, safe: bool) -> None:
    name = postgres.engine.url.database
    with postgres.engine.connect() as connection:
        connection.exec_driver_sql(f'alter database "{name}" set synchronous_commit = {setting}')
        connection.exec_driver_sql("commit")
    postgres.close()  # the setting holds for connections made from now on
    if safe:
        migrations.prepare(postgres)
    else:
        with pytest.raises(Misconfigured, match="synchronous_commit=off"):
            migrations.prepare(postgres)

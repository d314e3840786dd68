"""How a database reaches today's tables. An edge, since it knows every table.

``upgrade`` brings a database to the newest migration. ``prepare`` is what every command calls first: it
upgrades SQLite by itself, and tells a PostgreSQL's operator what to run. ``make migration`` drafts a new one.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from wowengine.access import users
from wowengine.campaigns import campaign, never, notices, remarks, standstill
from wowengine.campaigns import models as campaigns
from wowengine.db import audit, base, idempotency, outbox
from wowengine.db.session import Database, refuse_unsafe
from wowengine.errors import Misconfigured
from wowengine.profiles import models as profiles
from wowengine.profiles import suppression
from wowengine.profiles.sources import models as sources
from wowengine.recommend import models as recommend

# Imported so that their tables stand in the metadata below; named so that no linter calls them unused.
TABLE_MODULES = (
    audit,
    outbox,
    idempotency,
    users,
    profiles,
    suppression,
    sources,
    recommend,
    campaigns,
    campaign,
    standstill,
    remarks,
    never,
    notices,
)
METADATA = base.Base.metadata


def upgrade(database: Database) -> None:
    """Bring the database to the newest migration, in one transaction where the database can."""
    refuse_newer(current(database))
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(database: Database) -> str | None:
    """Return the migration the database stands at, or None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Return the newest migration there is."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - the package ships at least one
    return head


def prepare(database: Database) -> None:
    """Make sure the tables are today's before a command touches them.

    Raises
    ------
    Misconfigured
        On a PostgreSQL that is not at the newest migration, or that may forget answered commits; and on a database
        that a newer version of ours has brought further.
    """
    refuse_unsafe(database)
    at = current(database)
    if at == newest():
        return
    refuse_newer(at)
    if not database.is_sqlite:
        raise Misconfigured(
            f"The PostgreSQL database is at migration {at or 'none'}, this version needs {newest()}. Run: wow migrate"
        )
    upgrade(database)


def refuse_newer(at: str | None) -> None:
    """Leave a database alone that stands at a migration which this version does not know.

    Raises
    ------
    Misconfigured
        With both migrations.
    """
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if at is not None and at not in known:
        raise Misconfigured(
            f"The database is at migration {at}, and this version of wowengine knows up to {newest()}: a newer one was "
            "here. Upgrade wowengine, or restore a copy from before."
        )


def draft(database: Database, message: str) -> None:
    """Write a new migration: the difference between this database and the tables in the code."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message=message, rev_id=f"{int(newest()) + 1:04}", autogenerate=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config

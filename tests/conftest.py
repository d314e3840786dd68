"""What every test may ask for: migrated databases of both kinds, a broker, the real data where it is there."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import servers
from wowengine import migrations
from wowengine.db.session import Database

# The same examples each run, so that a change alone turns a test red; `make search` looks for new ones.
settings.load_profile(os.environ.get("WOW_TEST_EXAMPLES", "ci"))

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL server."""
    with servers.postgres() as address:
        yield address


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """Address of a broker."""
    with servers.broker() as address:
        yield address


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "wow.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("rollback")
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    database.close()
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: str) -> Iterator[str]:
    name = f"wow_template_{os.getpid()}"
    servers.drop_database(postgres_server, name)
    database = Database(driver(servers.create_database(postgres_server, name)))
    migrations.upgrade(database)
    database.close()
    yield name
    servers.drop_database(postgres_server, name)


@pytest.fixture
def sqlite(_sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database of this test's own."""
    path = tmp_path / "wow.db"
    shutil.copyfile(_sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def postgres(postgres_server: str, _postgres_template: str) -> Iterator[Database]:
    """A migrated PostgreSQL database of this test's own."""
    name = f"wow_test_{uuid.uuid4().hex[:12]}"
    database = Database(driver(servers.create_database(postgres_server, name, _postgres_template)))
    yield database
    database.close()
    servers.drop_database(postgres_server, name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database of this test's own; the test runs once on SQLite and once on PostgreSQL."""
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Database)
    return made


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that others made, beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data (../shared/data) is not here")
    return SHARED_DATA


def driver(address: str) -> str:
    """Name the driver in a plain PostgreSQL address."""
    return address.replace("postgresql://", "postgresql+psycopg://", 1)

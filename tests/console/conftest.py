"""The console over a real database, as a browser without a script sees it."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import BASE, config
from tests.console.company import open_company
from wowengine import console
from wowengine.db.session import Database
from wowengine.rounds import Config

__all__ = ["config"]


@pytest.fixture
def actions(database: Database) -> list[str]:
    """Eight gestures that wait, the most urgent first."""
    return open_company(database)


@pytest.fixture
def page(database: Database, config: Config) -> Iterator[TestClient]:
    """The console on both databases, without a key."""
    app = console.make_app(database, config)
    with TestClient(app, BASE, headers={"accept-language": "en"}) as visiting:
        yield visiting

"""The API over a real database, asked as its clients ask it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from wowengine import api
from wowengine.db.session import Database
from wowengine.rounds import Config

BASE = "http://127.0.0.1:8600"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A round's values, with nothing on disk yet; nobody is held out."""
    return Config(
        home=tmp_path,
        models=tmp_path / "models",
        policy=tmp_path / "policy.toml",
        spool=tmp_path / "spool",
        holdout_salt="salt",
        holdout_share=0.0,
        company="Ala Azzurra",
    )


@pytest.fixture
def client(database: Database, config: Config) -> Iterator[TestClient]:
    """The API on both databases, without a key."""
    with TestClient(api.make_app(database, config), BASE, raise_server_exceptions=False) as asking:
        yield asking


@pytest.fixture
def quick(sqlite: Database, config: Config) -> Iterator[TestClient]:
    """The API on SQLite, where the database does not matter."""
    with TestClient(api.make_app(sqlite, config), BASE, raise_server_exceptions=False) as asking:
        yield asking

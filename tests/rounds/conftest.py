"""A small company: two customers, what they said, a catalogue."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.frames import GESTURES, check
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import store_gestures
from wowengine.rounds import Config

CATALOGUE: list[dict[str, Any]] = [
    {"gesture_id": "jazz", "kind": "surprise", "title": "A jazz evening", "tags": "jazz", "value_cents": 900},
    {"gesture_id": "coffee", "kind": "surprise", "title": "Your coffee", "tags": "coffee", "slots": "coffee"},
    {"gesture_id": "voucher", "kind": "compensation", "title": "Voucher", "cost_cents": 2_000, "value_cents": 2_500},
    {"gesture_id": "boat", "kind": "surprise", "title": "Fishing trip", "tags": "fishing", "stock": 1},
]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        tmp_path, tmp_path / "models", tmp_path / "policy.toml", tmp_path / "spool", "salt", 0.0, "Our company"
    )


@pytest.fixture
def company(database: Database) -> Callable[..., Database]:
    """Give a function that makes the company out of what its customers said: ``(customer, text)``."""

    def make(*said: tuple[str, str], incidents: tuple[dict[str, Any], ...] = (), consents: str = "") -> Database:
        agreed = consents or "care;interests;offers"
        people = [
            {"customer_id": who, "name": who.title(), "language": "en", "handles": f"x:{who}", "consents": agreed}
            for who in ("anna", "ben")
        ]
        posts = [_post(number, who, text) for number, (who, text) in enumerate(said)]
        with database.transaction() as session:
            take_customers(session, from_mappings(people))
            if posts or incidents:
                take_signals(session, from_mappings([*posts, *incidents]))
            store_gestures(session, check(from_mappings(CATALOGUE), GESTURES).good)
            store.rebuild(session, clock.now())
        return database

    return make


def _post(number: int, who: str, text: str) -> dict[str, Any]:
    at = clock.now() - timedelta(days=20 - 4 * number)  # a few days apart: one day counts once
    told = {"source": "x", "source_id": str(number), "kind": "post", "channel": "x", "author": f"x:{who}"}
    return told | {"occurred_at": at.isoformat(), "text": text, "language": "en"}

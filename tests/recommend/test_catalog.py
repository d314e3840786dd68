import json
from datetime import UTC, datetime, timedelta

import polars as pl
from sqlalchemy import select

from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles.frames import GESTURES, check
from wowengine.recommend.catalog import Stored, load_gestures, store_gestures
from wowengine.recommend.models import Gesture

MAP = {
    "_line": 1,
    "gesture_id": "map",
    "kind": "surprise",
    "title": "A trail map",
    "tags": "outdoor;hiking",
    "cost_cents": "450",
    "channels": "gate",
    "stock": "20",
    "valid_until": "2026-12-31T00:00:00Z",
    "slots": "coffee",
    "window_minutes": "60",
    "checklist": "fold it;sign it",
    "title_it": "Una carta dei sentieri",
    "category": "print",
}
TIP = {"_line": 2, "gesture_id": "tip", "kind": "tip", "title": "Where to sit"}


def good(*rows: dict[str, object]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    raw = pl.DataFrame([{name: row.get(name) for name in names} for row in rows], infer_schema_length=None)
    checked = check(raw, GESTURES)
    assert checked.set_aside.is_empty()
    return checked.good


def store(database: Database, *rows: dict[str, object]) -> Stored:
    with database.transaction() as session:
        return store_gestures(session, good(*rows))


def loaded(database: Database) -> list[dict[str, object]]:
    with database.reading() as session:
        return load_gestures(session).to_dicts()


def test_what_is_stored_is_loaded(database: Database) -> None:
    assert store(database, MAP, TIP) == Stored(accepted=2, duplicate=0)
    first, second = loaded(database)
    assert json.loads(str(first.pop("attributes"))) == {"title_it": "Una carta dei sentieri", "category": "print"}
    assert first == {
        "gesture_id": "map",
        "kind": "surprise",
        "title": "A trail map",
        "title_it": "Una carta dei sentieri",
        "category": "print",
        "tags": ["outdoor", "hiking"],
        "cost_cents": 450,
        "currency": "EUR",
        "value_cents": 0,
        "channels": ["gate"],
        "stock": 20,
        "lead_minutes": 0,
        "window_minutes": 60,
        "checklist": ["fold it", "sign it"],
        "place": None,
        "valid_from": None,
        "valid_until": datetime(2026, 12, 31, tzinfo=UTC),
        "tiers": [],
        "slots": ["coffee"],
    }
    assert (second["gesture_id"], second["tags"], second["category"], second["stock"]) == ("tip", [], "tip", None)


def test_a_second_import_changes_nothing(database: Database) -> None:
    store(database, MAP, TIP)
    before = loaded(database)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert store(database, MAP, TIP) == Stored(accepted=0, duplicate=2)
    assert loaded(database) == before
    with database.reading() as session:
        assert all(one.updated_at < clock.now() for one in session.scalars(select(Gesture)))


def test_other_content_under_the_same_id_is_an_edit(database: Database) -> None:
    store(database, MAP, TIP)
    assert store(database, MAP | {"title": "A better map"}, TIP) == Stored(accepted=1, duplicate=1)
    assert [row["title"] for row in loaded(database)] == ["A better map", "Where to sit"]


def test_a_gesture_twice_in_one_file_stands_as_it_came_last(database: Database) -> None:
    rows = MAP, MAP | {"_line": 2}, MAP | {"_line": 3, "title": "A better map"}
    assert store(database, *rows) == Stored(accepted=2, duplicate=1)
    assert [row["title"] for row in loaded(database)] == ["A better map"]


def test_an_empty_catalogue_still_has_its_columns(sqlite: Database) -> None:
    with sqlite.reading() as session:
        frame = load_gestures(session)
    assert frame.is_empty()
    assert frame.schema["tags"] == pl.List(pl.String)
    assert frame.schema["valid_from"] == pl.Datetime("us", "UTC")

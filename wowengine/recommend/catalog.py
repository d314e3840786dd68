"""The catalogue: gestures into their table, and out as a frame.

Reading files belongs to ``profiles.sources``, and checking rows to ``profiles.frames``; the edge that has both hands
the good rows on to `store_gestures`.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.recommend.models import Gesture

LISTS = ("tags", "channels", "tiers", "slots", "checklist")
WHOLE = ("cost_cents", "value_cents", "stock", "lead_minutes", "window_minutes")
TIMES = ("valid_from", "valid_until")
WORDS = ("kind", "title", "currency", "place")
SCHEMA: dict[str, pl.DataType] = {
    "gesture_id": pl.String(),
    **dict.fromkeys(WORDS, pl.String()),
    **dict.fromkeys(LISTS, pl.List(pl.String())),
    **dict.fromkeys(WHOLE, pl.Int64()),
    **dict.fromkeys(TIMES, pl.Datetime("us", "UTC")),
    "category": pl.String(),
    "attributes": pl.String(),
}


@dataclass(frozen=True)
class Stored:
    """What became of the good rows of a gestures file."""

    accepted: int  # new or changed
    duplicate: int  # as they stood already


def store_gestures(session: Session, good: pl.DataFrame) -> Stored:
    """Store checked rows of the contract `profiles.frames.GESTURES`: the same row again changes nothing.

    A gesture that is not in the file stays; one that comes twice stands as it came last.
    """
    known: dict[str, str] = dict(iter(session.execute(select(Gesture.id, Gesture.content_hash))))
    new: dict[str, dict[str, Any]] = {}
    changed: dict[str, dict[str, Any]] = {}
    seen, duplicate = dict(known), 0
    for row in good.iter_rows(named=True):
        values = _values(row)
        if seen.get(values["id"]) == values["content_hash"]:
            duplicate += 1
            continue
        seen[values["id"]] = values["content_hash"]
        (changed if values["id"] in known else new)[values["id"]] = values
    if new:
        session.execute(insert(Gesture), list(new.values()))
    if changed:
        session.execute(update(Gesture), list(changed.values()))
    return Stored(accepted=good.height - duplicate, duplicate=duplicate)


def load_gestures(session: Session) -> pl.DataFrame:
    """Return the catalogue, by id.

    Columns: ``gesture_id``, then those of `Gesture`, lists as lists; ``attributes`` as JSON text; ``category``, the
    family of things it belongs to (an attribute, or else its kind); and each translated title under its own name, such
    as ``title_it``, where there is one.
    """
    rows = [_row(gesture) for gesture in session.scalars(select(Gesture).order_by(Gesture.id))]
    titles = sorted({name for row in rows for name in row if name not in SCHEMA})
    return pl.DataFrame(rows, schema=SCHEMA | dict.fromkeys(titles, pl.String()), orient="row")


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """Return the table's values of a checked row."""
    values = {name: row[name] for name in (*WORDS, *WHOLE, *TIMES)}
    values |= {name: list(row[name] or ()) for name in LISTS}
    values |= {"id": row["gesture_id"], "attributes": json.loads(row["attributes"] or "{}")}
    content = json.dumps(values, sort_keys=True, default=str)
    return values | {"content_hash": hashlib.sha256(content.encode()).hexdigest(), "updated_at": clock.now()}


def _row(gesture: Gesture) -> dict[str, Any]:
    facts = gesture.attributes
    row = {name: getattr(gesture, name) for name in (*WORDS, *LISTS, *WHOLE, *TIMES)}
    row |= {name: str(title) for name, title in facts.items() if name.startswith("title_")}
    row |= {"gesture_id": gesture.id, "category": str(facts.get("category") or gesture.kind)}
    return row | {"attributes": json.dumps(facts, sort_keys=True, ensure_ascii=False)}

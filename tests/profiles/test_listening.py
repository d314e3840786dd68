"""Listening: numbers of what is said, and no word, name or id of whoever said it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import func, select

from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import alarm, listening
from wowengine.profiles.models import HeardMark, Signal
from wowengine.profiles.sources.rows import from_mappings
from wowengine.profiles.suppression import HashKey

NOW = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)


def post(source_id: str, text: str, author: str = "x:eve", at: datetime = NOW, **cells: Any) -> dict[str, Any]:
    row = {"source": "x", "source_id": source_id, "channel": "x", "author": author, "text": text, "language": "en"}
    return row | {"occurred_at": at.isoformat(), "kind": "mention"} | cells


def heard(database: Database, *posts: dict[str, Any], now: datetime = NOW) -> int:
    with database.transaction() as session, clock.frozen(now):
        return listening.hear(session, from_mappings(posts))


def told(database: Database, **only: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        return listening.heard(session, NOW - timedelta(days=9), NOW + timedelta(days=1), **only).to_dicts()


def test_posts_become_numbers_by_hour_subject_and_mood(database: Database) -> None:
    count = heard(
        database,
        post("1", "Three hours late again, terrible service, worst airline ever"),
        post("2", "I love hiking, and the crew was wonderful. Thank you!", author="x:bob"),
        post("3", "Your flight was delayed three hours, awful", at=NOW - timedelta(hours=2)),
    )
    assert count == 3
    everything = told(database, subject="all")
    assert [(row["hour"].hour, row["posts"], row["authors"]) for row in everything] == [(10, 1, 1), (12, 2, 1)]
    assert sum(row["negative"] for row in everything) == 2
    assert sum(row["positive"] for row in everything) == 1
    assert {row["topic"] for row in told(database, subject="complaint")} == {"late"}
    assert {row["topic"] for row in told(database, subject="interest")} == {"hiking"}


def test_the_same_post_counts_once_and_a_person_once_a_day(database: Database) -> None:
    again = post("1", "late again")
    assert heard(database, again, again) == 1
    assert heard(database, again, post("2", "still late"), post("3", "late!", author="x:bob")) == 2
    [row] = told(database, subject="all")
    assert (row["posts"], row["authors"]) == (3, 2)


def test_nothing_of_whoever_spoke_is_left(sqlite: Database, tmp_path: Path) -> None:
    heard(sqlite, post("id-4711-canary", "canary words about a late flight", author="x:canary_eve"))
    with sqlite.reading() as session:
        assert session.scalar(select(func.count()).select_from(Signal)) == 0
    sqlite.scrub()
    sqlite.close()
    held = b"".join(path.read_bytes() for path in tmp_path.glob("wow.db*"))
    assert b"canary" not in held
    assert b"4711" not in held


def test_what_is_sensitive_is_not_even_counted_under_a_topic(database: Database) -> None:
    assert heard(database, post("1", "I was diagnosed with cancer and my flight is late")) == 0
    assert told(database) == []


def test_our_own_words_old_posts_and_empty_ones_are_not_counted(database: Database) -> None:
    assert heard(database, post("1", "Sorry!", direction="outbound"), post("2", "  "), post("3", "x", at=NOW)) == 1
    assert heard(database, post("4", "late", at=NOW - timedelta(days=3))) == 0
    assert heard(database, post("5", "late") | {"occurred_at": "yesterday"}) == 0


def test_when_the_day_is_over_its_hashes_and_its_key_are_gone_and_the_numbers_stay(database: Database) -> None:
    heard(database, post("1", "late again"))
    with database.transaction() as session:
        listening.forget_marks(session, NOW + timedelta(days=1))
        assert session.scalar(select(func.count()).select_from(HeardMark))
        listening.forget_marks(session, NOW + timedelta(days=4))
        assert session.scalar(select(func.count()).select_from(HeardMark)) == 0
        assert list(session.scalars(select(HashKey.name))) == ["suppression"]
    assert told(database, subject="all")[0]["posts"] == 1


def test_the_day_is_the_sum_of_its_hours() -> None:
    hours = [
        {"hour": NOW.replace(hour=h, minute=0), "source": "x", "channel": "x", "subject": "all", "topic": "all"}
        for h in (9, 11)
    ]
    rows = [row | {"posts": 4, "authors": 2, "negative": 1, "neutral": 0, "positive": 3} for row in hours]
    [day] = listening.by_time(pl.DataFrame(rows, schema=listening.SCHEMA), "day").to_dicts()
    assert (day["posts"], day["authors"], day["negative_share"]) == (8, 4, 0.25)


def week_of(posts: int, negative: int, weeks_ago: int) -> dict[str, Any]:
    hour = NOW.replace(minute=0) - timedelta(weeks=weeks_ago)
    row = {"hour": hour, "source": "x", "channel": "x", "subject": "all", "topic": "all", "posts": posts, "authors": 1}
    return row | {"negative": negative, "neutral": posts - negative, "positive": 0}


def judged(now: tuple[int, int], weeks: int = 8) -> str:
    usual = [week_of(50 + week, 10, week) for week in range(1, weeks + 1)]
    frame = pl.DataFrame([week_of(*now, 0), *usual], schema=listening.SCHEMA)
    return alarm.judge(frame, NOW.replace(minute=0), NOW - timedelta(weeks=weeks)).state


def test_an_hour_out_of_the_ordinary_is_told_from_one_that_is_not() -> None:
    assert judged((52, 11)) == "calm"
    assert judged((300, 60)) == "loud"
    assert judged((52, 40)) == "bad"
    assert judged((300, 240)) == "crisis"
    assert judged((3, 3)) == "calm"  # three angry posts are no crisis


def test_it_says_so_when_it_cannot_tell_yet() -> None:
    assert judged((300, 240), weeks=3) == "cannot_tell"
    empty = pl.DataFrame(schema=listening.SCHEMA)
    assert alarm.judge(empty, NOW, None).why == "We have listened for 0 weeks; it takes 4 to know."

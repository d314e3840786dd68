from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.profiles.make import Row, customer, customers_in, dump, signal, signals_in, stored
from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.evidence import evidence_of, load_evidence
from wowengine.profiles.intake import store_set_aside
from wowengine.profiles.models import Evidence, Interest, Profile, SetAside, Signal, Wait

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def build(session: Session, people: Iterable[Row], signals: Iterable[Row]) -> None:
    with clock.frozen(NOW):
        customers_in(session, *people)
        signals_in(session, *signals)
        store.rebuild(session, NOW)


def topics(session: Session, customer_id: str = "c1") -> dict[str, float]:
    rows = session.execute(select(Interest.topic, Interest.affinity).where(Interest.customer_id == customer_id))
    return {row.topic: row.affinity for row in rows}


def test_a_profile_is_built_of_what_was_said_and_lived_through(database: Database) -> None:
    with database.transaction() as session:
        build(
            session,
            [customer(language="en"), customer("c2")],
            [
                signal("s1", text="I love hiking! Not a fan of jazz."),
                signal("s2", kind="message", text="Three hours late, terrible. coffee: long, no sugar"),
                signal("s3", kind="message", direction="outbound", author="x:us", in_reply_to="s2", text="Sorry")
                | {"occurred_at": "2026-03-01T10:20:00Z"},
                signal("s4", kind="incident", author=None, customer_id="c1", text=None),
                signal("s5", kind="ticket", text="I am in hospital"),
            ],
        )
        found = topics(session)
        assert found["hiking"] > 0.5
        assert found["jazz"] < 0
        profile = session.get_one(Profile, "c1")
        assert (profile.signals, profile.not_used, profile.contacts, profile.incidents) == (4, 1, 2, 1)
        assert (profile.threads, profile.unanswered, profile.top_reason) == (2, 1, "late")
        assert profile.median_first_answer_seconds == 1_200.0
        assert profile.mood is not None
        assert profile.mood < 0
        silent = session.get_one(Profile, "c2")
        assert (silent.signals, silent.contacts, silent.mood, silent.threads) == (0, 0, None, 0)


def test_profiles_are_written_in_one_statement_a_table_whatever_cells_are_empty(sqlite: Database) -> None:
    written: list[str] = []
    said = [signal(f"s{n}", author=f"x:c{n}", kind=("post", "message")[n % 2], text="I love hiking") for n in range(4)]
    with sqlite.transaction() as session:
        build(session, [customer(f"c{n}") for n in range(6)], said)
        event.listen(sqlite.engine, "before_cursor_execute", lambda *told: written.append(told[2]))
        store.rebuild(session, NOW)
        for table in (Profile, Interest, Evidence, Wait):
            assert sum(statement.startswith(f"INSERT INTO {table.__tablename__} ") for statement in written) == 1


def test_frames_carry_what_others_read(database: Database) -> None:
    with database.transaction() as session:
        rows = [signal("s1", text="I love hiking and a good espresso. coffee: long, no sugar", language="en")]
        build(session, [customer(tier="gold", joined_on="2020-05-01", shoe=39), customer("c2")], rows)
        frames = store.load_frames(session)
        assert frames.customers["customer_id"].to_list() == ["c1", "c2"]
        told = frames.customers.row(0, named=True)
        assert (told["tier"], told["language"], told["attributes"]) == ("gold", "en", '{"shoe": 39}')
        assert set(frames.interests["topic"]) == {"hiking", "coffee"}
        assert frames.preferences.select("slot", "value").rows() == [("coffee", "long, no sugar")]
        assert frames.care["customer_id"].to_list() == ["c1", "c2"]
        assert store.load_frames(session, ["c2"]).customers["customer_id"].to_list() == ["c2"]
        assert frames.only(["c1"]).care["customer_id"].to_list() == ["c1"]
        assert store.load_frames(session, []).interests.schema == frames.interests.schema


def test_every_interest_has_evidence_and_evidence_has_its_signal(database: Database) -> None:
    with database.transaction() as session:
        build(
            session,
            [customer()],
            [
                signal("s1", text="I love hiking"),
                signal("s2", text="hiking again", occurred_at="2026-03-05"),
                signal("s3", text="my dog 🐶"),
            ],
        )
        quotes = load_evidence(session, "c1")
        assert [one.quote for one in quotes if one.topic == "hiking"] == ["I love hiking", "hiking again"]
        assert {one.topic for one in quotes} == set(topics(session))
        assert {one.source for one in quotes} == {"x"}
        assert evidence_of(session, ["c1", "c9"]) == {"c1": quotes}


def test_interests_end_with_the_consent_to_them(database: Database) -> None:
    with database.transaction() as session:
        build(session, [customer()], [signal(text="I love hiking. coffee: black as night")])
        customers_in(session, customer(consents="care;offers"))
        frames = store.load_frames(session)
        assert (frames.interests.height, frames.preferences.height) == (0, 0)  # at once, before any rebuild
        assert load_evidence(session, "c1") == []
        store.rebuild(session, NOW)
        assert topics(session) == {}


def test_what_may_serve_care_alone_teaches_no_interest(database: Database) -> None:
    with database.transaction() as session:
        build(
            session, [customer(consents="care")], [signal(kind="message", text="I love hiking, but you are terrible")]
        )
        assert topics(session) == {}
        mood = session.get_one(Profile, "c1").mood
        assert mood is not None


def test_building_twice_gives_the_same_profiles(database: Database) -> None:
    with database.transaction() as session:
        build(
            session,
            [customer(f"c{n}") for n in range(5)],
            [signal(f"s{n}", author=f"x:c{n}", text="I love jazz") for n in range(5)],
        )
        first = store.load_frames(session)
        store.rebuild(session, NOW)
        second = store.load_frames(session)
        for name in ("customers", "interests", "preferences", "care"):
            assert getattr(first, name).equals(getattr(second, name)), name


@pytest.mark.parametrize("size", [1, 3])
def test_part_by_part_and_one_by_one_give_what_the_whole_gives(
    database: Database, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    people = [customer(f"c{n}") for n in range(4)]
    signals = [
        signal(
            f"r{n}",
            kind="message",
            author=f"x:c{n % 4}",
            in_reply_to=f"r{n - 4}" if n > 7 else None,
            text="late again, awful",
        )
        for n in range(20)
    ]
    answers = [
        signal(
            f"a{n}", kind="message", direction="outbound", author="x:us", in_reply_to=f"r{n}", occurred_at="2026-03-02"
        )
        for n in range(12, 20, 3)
    ]
    with database.transaction() as session:
        build(session, people, [*signals, *answers])
        whole, waits = store.load_frames(session), store.care_waits(session)
        assert waits["answered_at"].count() > 0
        monkeypatch.setattr(store, "AT_ONCE", size)
        store.rebuild(session, NOW)
        assert store.care_waits(session).equals(waits)
        for n in range(4):
            assert store.rebuild(session, NOW, [f"c{n}"]) == 1
        assert store.care_waits(session).equals(waits)
        assert store.load_frames(session).care.equals(whole.care)


def test_building_as_of_a_date_knows_nothing_later(database: Database) -> None:
    with database.transaction() as session:
        rows = [signal("s1", text="I love hiking"), signal("s2", text="I love jazz", occurred_at="2026-03-09")]
        build(session, [customer()], rows)
        assert set(topics(session)) == {"hiking", "jazz"}
        store.rebuild(session, datetime(2026, 3, 5, tzinfo=UTC))
        assert set(topics(session)) == {"hiking"}


def test_an_unknown_customer_is_not_built_and_progress_is_told(sqlite: Database) -> None:
    told: list[tuple[str, int, int]] = []
    with sqlite.transaction() as session:
        customers_in(session, customer("c1"), customer("c2"))
        assert store.rebuild(session, NOW, ["c1", "c9"]) == 1
        store.rebuild(session, NOW, progress=lambda label, done, total: told.append((label, done, total)))
    assert told[-1][1:] == (2, 2)


def test_what_has_had_its_time_goes_with_all_that_rested_on_it(database: Database) -> None:
    with database.transaction() as session:
        build(
            session,
            [customer()],
            [
                signal("s1", text="I love hiking"),
                signal("s2", kind="message", text="I love jazz"),
                {"kind": "no such"},
            ],
        )
        assert store.purge_expired(session, NOW + timedelta(days=29)) == 0
        assert store.purge_expired(session, NOW + timedelta(days=31)) == 1
        assert session.scalars(select(Signal.source_id)).all() == ["s2"]
        assert set(topics(session)) == {"jazz"}
        assert session.scalar(select(func.count()).select_from(Evidence)) == 1
        assert store.purge_expired(session, NOW + timedelta(days=731)) == 1
        assert topics(session) == {}
        assert session.scalar(select(func.count()).select_from(Wait)) == 0


def test_the_list_of_rows_set_aside_is_forgotten_in_a_month(sqlite: Database) -> None:
    with sqlite.transaction() as session, clock.frozen(NOW):
        bad = pl.DataFrame({"line": [1], "column": ["a"], "rule": ["missing"]})
        store_set_aside(session, "signals", "f.csv", bad)
        store.purge_expired(session, NOW + timedelta(days=29))
        assert session.scalar(select(func.count()).select_from(SetAside)) == 1
        store.purge_expired(session, NOW + timedelta(days=31))
        assert session.scalar(select(func.count()).select_from(SetAside)) == 0


def test_a_thread_that_goes_over_to_another_customer_is_theirs_alone(database: Database) -> None:
    people = [customer("c1", handles="x:a"), customer("c2", handles="x:b")]
    with database.transaction() as session:
        build(session, people, [signal(kind="message", author="x:a")])
        signals_in(session, signal(kind="message", author="x:b"))
        store.rebuild(session, NOW, ["c2"])
        assert store.care_waits(session)["customer_id"].to_list() == ["c2"]


def test_who_joins_anothers_thread_began_none(database: Database) -> None:
    joined = signal("s2", kind="message", author="x:c2", in_reply_to="s1", occurred_at="2026-03-02")
    with database.transaction() as session:
        build(session, [customer("c1"), customer("c2")], [signal("s1", kind="message"), joined])
        store.rebuild(session, NOW, ["c2"])
        assert store.care_waits(session).select("customer_id", "contacts").rows() == [("c1", 2)]


def test_a_rebuild_touches_nobody_else(database: Database) -> None:
    with database.transaction() as session:
        build(
            session, [customer("c1"), customer("c2")], [signal("s1"), signal("s2", author="x:c2", text="I love jazz")]
        )
        before = {name: [row for row in rows if "c2" in row] for name, rows in dump(session).items()}
        signals_in(session, signal("s3", text="I love golf"))
        store.rebuild(session, NOW, ["c1"])
        assert {name: [row for row in rows if "c2" in row] for name, rows in dump(session).items()} == before
        assert stored(session, "s3").customer_id == "c1"


def test_two_builds_of_one_customer_at_once_take_turns(database: Database) -> None:
    with database.transaction() as session:
        build(session, [customer()], [signal(f"s{n}", kind="message", text="I love hiking") for n in range(20)])

    def rebuild(_: int) -> int:
        with database.transaction() as session:
            return store.rebuild(session, NOW, ["c1"])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(rebuild, range(8))) == [1] * 8

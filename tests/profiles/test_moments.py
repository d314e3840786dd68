"""Moments in the database: kept with the words they rest on, gone with them, told in the order in which they come."""

from datetime import UTC, date, datetime

from sqlalchemy import delete, func, select

from tests.profiles.make import customer, customers_in, signal, signals_in
from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.models import Moment, Signal
from wowengine.profiles.moments import load_moments

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)

SAID = (
    ("s1", "It's my birthday on 2 February!", "2026-02-01T10:00:00Z"),
    ("s2", "I'm moving house, what a mess", "2026-03-01T10:00:00Z"),
    ("s3", "Sabato festeggiamo il nostro anniversario", "2026-03-10T10:00:00Z"),
    ("s4", "It's our wedding anniversary on Saturday", "2026-03-10T11:00:00Z"),
)


def known(database: Database) -> None:
    with database.transaction() as session, clock.frozen(NOW):
        customers_in(session, customer())
        signals_in(session, *(signal(name, text=text, occurred_at=at) for name, text, at in SAID))
        store.rebuild(session, NOW)


def told(database: Database) -> list[tuple[str, date | None]]:
    with database.reading() as session:
        return [(one.kind, one.day) for one in load_moments(session, "c1", NOW.date())]


def test_what_comes_is_told_first_then_what_has_no_day_then_what_is_past(database: Database) -> None:
    known(database)
    assert told(database) == [
        ("anniversary", date(2026, 3, 14)),
        ("moving_home", None),
        ("birthday", date(2026, 2, 2)),
    ]


def test_a_moment_goes_with_the_post_that_told_of_it(database: Database) -> None:
    known(database)
    with database.transaction() as session:
        session.execute(delete(Signal).where(Signal.source_id == "s1"))
        assert session.scalar(select(func.count()).select_from(Moment)) == 3
    assert "birthday" not in dict(told(database))


def test_moments_end_with_the_consent_to_interests(database: Database) -> None:
    known(database)
    with database.transaction() as session, clock.frozen(NOW):
        customers_in(session, customer(consents="care;offers"))
    assert told(database) == []  # at once, before any rebuild

from collections.abc import Iterable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.profiles.make import customer, customers_in, signal, signals_in
from wowengine.db.session import Database
from wowengine.profiles.consent import consents, may_use
from wowengine.profiles.models import Signal
from wowengine.terms import Purpose


def usable(session: Session, purpose: Purpose) -> set[str]:
    return set(session.scalars(select(Signal.source_id).where(may_use(purpose))))


def ids(kinds: Iterable[str], prefix: str) -> set[str]:
    return {f"{prefix}-{kind}" for kind in kinds}


OWED = ("ticket", "message", "purchase", "incident")
PUBLIC = ("post", "mention", "review", "checkin")


@pytest.mark.parametrize("agreed", ["", "care", "interests", "offers", "care;interests;offers;measurement"])
def test_no_query_returns_a_signal_for_a_purpose_nobody_agreed_to(database: Database, agreed: str) -> None:
    with database.transaction() as session:
        customers_in(session, customer("c1", consents=agreed))
        signals_in(session, *(signal(f"c1-{kind}", kind=kind) for kind in OWED + PUBLIC))
        for purpose in Purpose:
            expected = ids(OWED + PUBLIC, "c1") if purpose in agreed.split(";") else set()
            if purpose is Purpose.CARE:
                expected |= ids(OWED, "c1")
            assert usable(session, purpose) == expected, purpose


def test_a_withdrawal_holds_at_once_and_a_later_yes_does_not_reach_back(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(consents="care;interests"))
        signals_in(session, signal("s1"))
        customers_in(session, customer(consents="care"))
        assert usable(session, Purpose.INTERESTS) == set()
        customers_in(session, customer(consents="care;offers"))
        assert usable(session, Purpose.OFFERS) == set()  # it was not collected for that


def test_silence_means_no(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, {"customer_id": "c1"}, customer("c2", consents="offers"))
        assert consents(session) == {"c2": frozenset({Purpose.OFFERS})}
        assert consents(session, ["c1"]) == {}

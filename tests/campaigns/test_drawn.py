"""Who was drawn, and what they bought: everybody once, by lots alone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.campaigns.making import NOW
from tests.campaigns.paying import MONTH, campaign, drawn, standing
from wowengine.campaigns import drawn as drawing
from wowengine.campaigns.campaign import Recipient
from wowengine.campaigns.drawn import Followed
from wowengine.campaigns.models import Assignment
from wowengine.campaigns.worked import Period
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.profiles import consent
from wowengine.profiles.models import Signal
from wowengine.terms import Purpose

ALL = {"treated": 1.0, "held_out": 1.0}
DAY = timedelta(days=1)


def followed(session: Session, within: timedelta = MONTH, period: Period | None = None) -> Followed:
    with frozen(NOW + MONTH):
        return drawing.follow(session, drawing.of_campaign(session, "cmp_1", period or Period()), within)


def arms(seen: Followed) -> dict[str, tuple[int, float]]:
    return {one.arm: (one.n, one.mean) for one in seen.bought}


def look(session: Session, who: str, **changes: Any) -> None:
    values: dict[str, Any] = {"look": 2, "state": "capped", "reason": "", "at": NOW + 20 * DAY}
    session.add(Recipient(campaign_id="cmp_1", customer_id=who, **values | changes))
    session.flush()


def test_who_was_looked_at_twice_was_drawn_once_at_the_first(database: Database) -> None:
    with database.transaction() as session:
        campaign(session)
        for who in drawn(session, 4, ALL):
            look(session, who)  # the held out too, whatever a rule said of them at the second look
        assert arms(followed(session)) == {"held_out": (2, 1.0), "treated": (2, 1.0)}
        assert followed(session, period=Period(since=NOW + DAY)) == Followed([], {}, 0, 0)


def test_who_had_not_agreed_to_offers_when_they_were_drawn_stands_in_neither_arm(database: Database) -> None:
    with database.transaction() as session:
        campaign(session)
        people = list(drawn(session, 8, ALL))
        with frozen(NOW - DAY):
            for who in people[:2]:  # one of each arm
                consent.say(session, who, {Purpose.OFFERS: False}, "test")
            consent.say(session, people[2], {Purpose.OFFERS: False}, "test")
            consent.say(session, people[2], {Purpose.OFFERS: True}, "test")
        with frozen(NOW + DAY):
            consent.say(session, people[3], {Purpose.OFFERS: False}, "test")  # whatever they said afterwards
        assert arms(followed(session)) == {"held_out": (3, 1.0), "treated": (3, 1.0)}


def test_a_purchase_counts_in_its_days_alone_and_only_where_it_may_be_measured(database: Database) -> None:
    with database.transaction() as session:
        campaign(session)
        first, *_ = drawn(session, 4, ALL)  # all buy on the third day
        assert arms(followed(session, 3 * DAY)) == {"held_out": (2, 0.0), "treated": (2, 0.0)}
        assert arms(followed(session, 4 * DAY)) == {"held_out": (2, 1.0), "treated": (2, 1.0)}
        consent.object_to(session, first, [Purpose.MEASUREMENT], "test")
        assert arms(followed(session)) == {"held_out": (2, 1.0), "treated": (2, 0.5)}


@pytest.mark.parametrize("price", ["12.50", None, "", -100, "dear"])
def test_a_price_that_is_none_is_no_money(database: Database, price: object) -> None:
    with database.transaction() as session:
        campaign(session)
        first, *_ = drawn(session, 4, ALL, price_cents=500)
        bad = session.query(Signal).filter_by(customer_id=first).one()
        bad.attributes = {"price_cents": price, "currency": "EUR"}
        session.flush()
        (held_out, treated) = followed(session).spent["EUR"]
    assert (held_out.mean, treated.mean) == (500, 250)


def test_a_price_from_a_file_counts_as_one_from_a_program(database: Database) -> None:
    with database.transaction() as session:
        campaign(session)
        first, *_ = drawn(session, 2, ALL, price_cents=500)
        session.query(Signal).filter_by(customer_id=first).one().attributes = {"price_cents": "700", "currency": "EUR"}
        session.flush()
        assert [one.mean for one in followed(session).spent["EUR"]] == [500, 700]


def test_of_the_standing_arms_only_everything_and_nothing_are_compared(database: Database) -> None:
    with database.transaction() as session:
        campaign(session)
        people = drawn(session, 6, ALL)
        standing(session, "one", people)
        session.get_one(Assignment, ("one", next(iter(people)))).arm = "generic"
        session.flush()
        told = drawing.of_the_engine(session, "one", Period())
        assert sorted(told["held_out"]) == [0, 0, 1, 1, 1]
        assert drawing.of_the_engine(session, "another", Period()).is_empty()

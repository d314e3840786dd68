"""What care cost, week by week."""

from datetime import date, timedelta

from tests.campaigns.making import LATER, NOW
from tests.campaigns.test_resolved import answered, said
from wowengine.campaigns import ledger
from wowengine.campaigns.care_weeks import Week, care_weeks
from wowengine.campaigns.worked import Period
from wowengine.clock import frozen
from wowengine.db.session import Database

BUDGET = "budget:surprises:EUR"
MONDAY = date(2026, 11, 2)


def test_each_week_tells_contacts_people_money_and_time_and_quiet_weeks_stand_too(database: Database) -> None:
    with database.transaction() as session:
        action_id = answered(session)
        said(session, "t-1", "You lost my bag!", -20, kind="ticket")
        said(session, "t-2", "Hello?", -10, in_reply_to="t-1")
        said(session, "t-3", "We look for it.", -9, in_reply_to="t-1", direction="outbound", author=None)
        said(session, "t-4", "Thanks", 24 * 14, author="x:c2")
        with frozen(LATER + timedelta(weeks=2)):
            ledger.reverse(session, BUDGET, 100, action_id, 1, actor="anna", reason="returned")
    with frozen(NOW + timedelta(weeks=4)), database.reading() as session:
        told = care_weeks(session, Period())
        assert care_weeks(session, Period(since=NOW + timedelta(weeks=3))) == []
    assert told == [
        Week(MONDAY, 2, 1, {}, {"EUR": 600}, 0.0),
        Week(MONDAY + timedelta(weeks=1), 0, 0, {}, {}, 0.0),
        Week(MONDAY + timedelta(weeks=2), 1, 1, {}, {"EUR": -100}, 0.0),
    ]

"""One contact in two spellings, or claimed by two records, is a question for a person and joins nobody."""

import pytest
from sqlalchemy import select

from tests.profiles.make import customer, customers_in
from wowengine.db.session import Database
from wowengine.profiles import matching, pairs
from wowengine.profiles.models import Handle, Merge


@pytest.mark.parametrize(
    ("channel", "one", "other", "same"),
    [
        ("email", "anna.rossi@gmail.com", "annarossi@googlemail.com", True),
        ("email", "anna+shop@example.org", "anna@example.org", True),
        ("email", "an.na@example.org", "anna@example.org", False),
        ("email", "anna@example.org", "anna@example.com", False),
        ("phone", "+39 333 1234567", "333 123 45 67", True),
        ("phone", "+39 12345", "12345", False),
        ("phone", "+39 333 12345678", "+39 333 12345679", False),
    ],
)
def test_the_same_contact_in_two_spellings_is_a_question(
    sqlite: Database, channel: str, one: str, other: str, same: bool
) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer() | {channel: one}, customer("c2") | {channel: other}, customer("c3"))
        assert matching.look(session) == matching.look(session) == int(same)
        found = [(match.customer_id, match.other_id, match.why) for match in pairs.waiting(session, 0, 9)]
        assert found == ([("c1", "c2", f"same_{channel}")] if same else [])
        assert session.scalars(select(Merge)).all() == []


def test_a_phone_that_two_records_name_is_a_question_and_stays_whose_it_was(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(phone="+39 333 1234567"), customer("c2"))
        report = customers_in(session, customer("c2", phone="+393331234567"), customer("c3", phone="+393331234567"))
        assert sum(report.set_aside.values()) == 2
        found = [(match.customer_id, match.other_id, match.why) for match in pairs.waiting(session, 0, 9)]
        assert found == [("c1", "c2", "same_phone")]  # of somebody who is no customer, nothing is kept
        assert session.scalars(select(Handle.customer_id).where(Handle.channel == "phone")).all() == ["c1"]

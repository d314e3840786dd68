"""Where a customer is to be found: the mailbox proven last, the conversation opened last, theirs and nobody else's."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.campaigns.making import NOW, customer
from wowengine.campaigns.channels.base import Reach
from wowengine.campaigns.channels.reach import NOWHERE, address
from wowengine.db.session import Database
from wowengine.profiles.models import Handle, Signal


def handle(session: Session, who: str, mailbox: str, *, days_ago: int, channel: str = "email") -> None:
    at = NOW - timedelta(days=days_ago)
    session.add(Handle(customer_id=who, channel=channel, address=mailbox, proof="code", proven_at=at))


def ticket(session: Session, who: str, number: str, *, days_ago: int, source: str = "chatwoot") -> None:
    at = NOW - timedelta(days=days_ago)
    signal = {"source": source, "source_id": number, "customer_id": who, "kind": "ticket", "direction": "inbound"}
    kept = {"purpose": "care", "legal_basis": "contract", "content_hash": "", "attributes": {}, "channel": source}
    session.add(Signal(**signal, **kept, occurred_at=at, collected_at=at, expires_at=NOW + timedelta(days=30)))


def test_the_newest_of_their_own_is_taken(database: Database) -> None:
    with database.transaction() as session:
        customer(session, "c1")
        customer(session, "c2")
        handle(session, "c1", "new@example.org", days_ago=1)
        handle(session, "c1", "old@example.org", days_ago=9)
        handle(session, "c1", "+39", days_ago=0, channel="phone")
        handle(session, "c2", "other@example.org", days_ago=0)
        ticket(session, "c1", "5", days_ago=1)
        ticket(session, "c1", "4", days_ago=9)
        ticket(session, "c1", "99", days_ago=0, source="zendesk")
        ticket(session, "c2", "6", days_ago=0)
        assert address(session, "c1", Reach.EMAIL) == "new@example.org"
        assert address(session, "c1", Reach.CONVERSATION) == "5"
        assert address(session, "c1", Reach.NOTHING) == ""


def test_where_there_is_nowhere_it_is_a_reason_and_no_error(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        customer(session, "c1")
        for reach in Reach:
            assert (address(session, "c1", reach) is None) == (reach in NOWHERE)

"""Truly resolved: who has to come back was not helped."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.campaigns.making import ANNA, BUDGET, LATER, NOW, STAFF, proposed
from wowengine.campaigns import deliver, ledger, outcomes, review
from wowengine.campaigns.resolved import Resolution, resolutions
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.profiles import merging, store
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.models import Signal
from wowengine.profiles.sources.rows import from_mappings
from wowengine.terms import Basis, GestureKind, OutcomeType

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK = 7 * DAY


def said(session: Session, source_id: str, text: str | None, hours: float, **changes: object) -> None:
    """A message of the customer's, so many hours after the delivery."""
    at = LATER + timedelta(hours=hours)
    row = {
        "source": "desk",
        "source_id": source_id,
        "kind": "message",
        "channel": "chat",
        "author": "x:c1",
        "occurred_at": at.isoformat(),
        "text": text,
    }
    with frozen(max(at, NOW)):
        take_signals(session, from_mappings([row | changes]))


def answered(session: Session, subject: str = "bag-1") -> str:
    """A lost bag of a customer's, and goodwill for it that is delivered at LATER."""
    people = [
        {"customer_id": who, "handles": f"x:{who}", "consents": "care;offers;measurement"} for who in ("c1", "c2")
    ]
    with frozen(NOW - 30 * DAY):
        take_customers(session, from_mappings(people))
    said(session, "bag-1", None, -24, source="ops", kind="incident", channel="ops", type="bag_lost")
    with frozen(NOW):
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        action = proposed(session, subject=subject, kind=GestureKind.COMPENSATION, basis=Basis.GOODWILL)
        review.approve(session, action.id, ANNA)
    with frozen(LATER):
        held = deliver.claim(session, action.id, STAFF)
        deliver.deliver(session, action.id, STAFF, held.fence, {"note": "given"})
    return action.id


def word(session: Session, after: timedelta = WEEK) -> str | None:
    """What is said of the one issue so long after the delivery."""
    with frozen(LATER + after):
        store.rebuild(session, LATER + after)
        told = resolutions(session)
    return told["resolution"].item() if told.height else None


def test_nothing_is_known_before_a_week_of_silence_is_over(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        assert word(session, WEEK - HOUR) == Resolution.NOT_YET_KNOWN
        assert word(session, WEEK) == Resolution.RESOLVED


@pytest.mark.parametrize(
    ("text", "hours", "expected"),
    [
        ("Where is my suitcase? You lost my bag and nobody helps!", 24, Resolution.CAME_BACK),
        ("Where is my suitcase? You lost my bag and nobody helps!", 24 * 8, Resolution.RESOLVED),  # a new matter by now
        ("My flight was two hours late again, terrible!", 24, Resolution.RESOLVED),  # another matter
        ("Is there wifi on board?", 24, Resolution.RESOLVED),  # a question, of which nobody knows what it is about
        ("Where is my suitcase? You lost my bag and nobody helps!", -12, Resolution.RESOLVED),  # that was answered
    ],
)
def test_who_writes_of_the_same_within_the_week_on_any_channel_came_back(
    database: Database, text: str, hours: float, expected: Resolution
) -> None:
    with database.transaction() as session:
        answered(session)
        said(session, "m-1", text, hours, channel="messenger", source="messenger")
        assert word(session, 9 * DAY) == expected


def test_a_word_in_the_issues_own_thread_reopens_it_however_late(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        said(session, "t-1", "You lost my bag and nobody answers!", -20, kind="ticket")
        assert word(session, 10 * DAY) == Resolution.RESOLVED
        said(session, "t-2", "And now?", 24 * 20, in_reply_to="t-1")
        assert word(session, 21 * DAY) == Resolution.CAME_BACK


def test_a_ticket_that_was_answered_is_an_issue_too(database: Database) -> None:
    with database.transaction() as session:
        answered(session, subject="t-1")
        assert word(session) is None  # nothing is known of what it answered
        said(session, "t-1", "Can I take my dog along?", -20, kind="ticket")
        assert word(session) == Resolution.RESOLVED
        said(session, "t-2", "Hello?", 30, in_reply_to="t-1")
        assert word(session) == Resolution.CAME_BACK


def test_our_own_words_and_anothers_are_no_return(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        said(session, "t-1", "You lost my bag and nobody answers!", -20, kind="ticket")
        said(session, "t-2", "Here is your voucher.", 2, in_reply_to="t-1", direction="outbound", author=None)
        said(session, "x-1", "You lost my bag and nobody answers!", 5, author="x:c2")
        assert word(session) == Resolution.RESOLVED


def test_words_of_thanks_are_no_return(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        said(session, "t-1", "You lost my bag and nobody answers!", -20, kind="mention")
        said(session, "t-2", "Thank you, that was kind!", 5, kind="mention", in_reply_to="t-1")
        assert word(session) == Resolution.CAME_BACK
        thanks = session.query(Signal).filter_by(source_id="t-2").one()
        outcomes.record(
            session, "c1", "espresso", OutcomeType.THANKED, occurred_at=thanks.occurred_at, signal_id=thanks.id
        )
        assert word(session) == Resolution.RESOLVED


def test_a_merged_record_comes_back_under_its_other_name(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        said(session, "x-1", "You lost my bag and nobody answers!", 5, author="x:c2")
        assert word(session) == Resolution.RESOLVED
        with frozen(LATER + DAY):
            merging.merge(session, "c1", "c2", by="anna", reason="one person")
        assert word(session) == Resolution.CAME_BACK

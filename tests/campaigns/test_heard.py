"""What customers say in public after a delivery is what they made of it: once, and gone with their words."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.campaigns.making import LATER, NOW
from tests.campaigns.test_resolved import answered, said
from wowengine import forgetting
from wowengine.campaigns import heard, store
from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Outcome
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.profiles import consent, merging
from wowengine.profiles import store as profiles
from wowengine.terms import Purpose

DAY = timedelta(days=1)
GOOD, BAD = "Wonderful! Thank you so much, what a lovely surprise.", "Terrible, rude, and nobody helps. Never again!"


def review(session: Session, source_id: str = "r-1", text: str | None = GOOD, hours: float = 5, **changes: Any) -> None:
    said(session, source_id, text, hours, source="board", channel="board", **{"kind": "review"} | changes)


def hear(session: Session, after: timedelta = 2 * DAY) -> int:
    with frozen(LATER + after):
        return heard.hear(session)


def answers(session: Session) -> list[tuple[str, str]]:
    told = select(Outcome.type, Outcome.gesture_id).where(Outcome.type.in_(("thanked", "complained")))
    return [(kind, gesture) for kind, gesture in session.execute(told.order_by(Outcome.occurred_at))]


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        (GOOD, {}, "thanked"),
        (BAD, {}, "complained"),
        (GOOD, {"kind": "mention"}, "thanked"),
        (None, {"rating": "5"}, "thanked"),
        (None, {"rating": "1/5"}, "complained"),
        (BAD, {"rating": "5"}, "complained"),  # words before stars
        (None, {"rating": "3"}, None),
        (None, {"rating": "90"}, None),  # of another scale
        (GOOD, {"kind": "post"}, None),  # not about us
        (GOOD, {"hours": -1}, None),  # before it was delivered
        (GOOD, {"hours": 24 * 15}, None),  # too long after it
        (GOOD, {"author": "x:c2"}, None),  # another's
    ],
)
def test_a_word_about_us_soon_after_a_delivery_is_an_outcome(
    database: Database, text: str | None, changes: dict[str, Any], expected: str | None
) -> None:
    with database.transaction() as session:
        action_id = answered(session)
        review(session, text=text, **changes)
        assert hear(session, 16 * DAY) == (expected is not None)
        assert answers(session) == ([(expected, "espresso")] if expected else [])
        closed = store.get(session, action_id).state == ActionState.CLOSED
        assert closed == (expected is not None)


def test_it_is_heard_once_however_often_one_listens(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        review(session)
        assert [hear(session), hear(session), hear(session, 9 * DAY)] == [1, 0, 0]
        review(session, "r-2", BAD, 8)
        assert hear(session) == 1
        assert answers(session) == [("thanked", "espresso"), ("complained", "espresso")]


def test_it_is_taken_back_with_the_words_and_with_the_person(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        review(session)
        review(session, "r-2", BAD, 8)
        hear(session)
        with frozen(LATER + DAY):
            forgetting.forget_signal(session, "board", "r-1")
        assert answers(session) == [("complained", "espresso")]
        assert hear(session) == 0


def test_it_stays_when_the_words_have_only_had_their_time(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        review(session)
        hear(session)
        later = NOW + timedelta(days=400)
        with frozen(later):
            heard.outlive(session, later)
            assert profiles.purge_expired(session, later) > 0
        assert answers(session) == [("thanked", "espresso")]


def test_who_does_not_let_it_be_measured_is_not_heard(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        review(session)
        with frozen(LATER + DAY):
            consent.object_to(session, "c1", [Purpose.MEASUREMENT], "test")
        assert hear(session) == 0


def test_a_merged_record_is_heard_under_its_other_name(database: Database) -> None:
    with database.transaction() as session:
        answered(session)
        review(session, author="x:c2")
        with frozen(LATER + DAY):
            merging.merge(session, "c1", "c2", by="anna", reason="one person")
            for who in ("c1", "c2"):
                consent.say(session, who, {Purpose.MEASUREMENT: True}, "test")
        assert hear(session) == 1

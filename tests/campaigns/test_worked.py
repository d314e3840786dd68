"""What was done and what it took, counted from rows that a life really wrote."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.campaigns.making import ANNA, BUDGET, LATER, NOW, STAFF, customer, decision, proposed, suggestion
from wowengine.campaigns import deliver, ledger, outcomes, propose, review
from wowengine.campaigns.lifecycle import LEASE
from wowengine.campaigns.models import Action
from wowengine.campaigns.worked import Period, Tally, tally, worked
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.terms import OutcomeType

MINUTE = timedelta(minutes=1)


def done(session: Session, gesture: str, minutes: int = 5, *, cents: int | None = None, **changes: object) -> Action:
    """An action that staff delivered so many minutes after they claimed it."""
    with frozen(NOW):
        action = proposed(session, gesture_id=gesture, **changes)  # type: ignore[arg-type]
        review.approve(session, action.id, ANNA)
    with frozen(LATER):
        held = deliver.claim(session, action.id, STAFF)
    with frozen(LATER + minutes * MINUTE):
        return deliver.deliver(session, action.id, STAFF, held.fence, {"note": "given"}, actual_cents=cents)


@pytest.fixture
def world(database: Database) -> Database:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 100_000)
    return database


def told(session: Session, period: Period | None = None) -> Tally:
    return tally(worked(session, period or Period()))


def test_nothing_done_is_nothing_told(sqlite: Database) -> None:
    with sqlite.reading() as session:
        assert told(session).proposed == 0


def test_each_step_counts_once_and_costs_what_was_really_spent(world: Database) -> None:
    with world.transaction() as session:
        done(session, "espresso", 5, cents=550)
        late = done(session, "cake", 3, deadline_at=LATER + 4 * MINUTE)
        late.deadline_at = LATER + 2 * MINUTE
        with frozen(NOW):
            for gesture, why in (("map", "too_personal"), ("song", "too_personal"), ("hat", "too_expensive")):
                review.decline(session, proposed(session, gesture_id=gesture).id, ANNA, why)
            review.approve(session, proposed(session, gesture_id="book").id, ANNA)
            proposed(session, gesture_id="tea")
        seen = told(session)
    assert (seen.proposed, seen.approved, seen.delivered, seen.on_time) == (7, 3, 2, 1)
    assert seen.declined == {"too_expensive": 1, "too_personal": 2}
    assert seen.cost_cents == {"EUR": 550 + 600}  # what is only held for the book is not spent
    assert seen.staff_minutes == 8


def test_what_was_given_back_was_not_spent(world: Database) -> None:
    with world.transaction() as session:
        action = done(session, "espresso")
        with frozen(LATER):
            ledger.reverse(session, BUDGET, 200, action.id, 1, actor="anna", reason="returned")
        assert told(session).cost_cents == {"EUR": 400}


def test_what_also_counts_against_another_limit_is_spent_once(world: Database) -> None:
    with world.transaction() as session:
        action = done(session, "espresso")
        ledger.open_account(session, "budget:day", "EUR", 10_000)
        ledger.hold(session, "budget:day", 600, action.id, 1, actor="anna", reason="test")
        held = ledger.open_holds(session, action.id)[0]
        ledger.commit(session, action.id, held, 600, actor="anna", reason="test")
        assert told(session).cost_cents == {"EUR": 600}


def test_currencies_are_never_added_up(world: Database) -> None:
    with world.transaction() as session:
        ledger.open_account(session, "budget:us", "USD", 10_000)
        done(session, "espresso")
        done(session, "donut", currency="USD", account="budget:us")
        assert told(session).cost_cents == {"EUR": 600, "USD": 600}


def test_a_claim_that_was_given_back_takes_no_time_and_none_takes_longer_than_its_lease(world: Database) -> None:
    with world.transaction() as session:
        with frozen(NOW):
            action = proposed(session)
            review.approve(session, action.id, ANNA)
        with frozen(LATER):
            held = deliver.claim(session, action.id, STAFF)
            deliver.release(session, action.id, STAFF, held.fence)
        with frozen(LATER + 60 * MINUTE):
            held = deliver.claim(session, action.id, STAFF)
        with frozen(LATER + 67 * MINUTE):
            deliver.deliver(session, action.id, STAFF, held.fence, {"note": "given"})
        assert told(session).staff_minutes == 7
        done(session, "cake", 600)
        assert told(session).staff_minutes == 7 + LEASE / MINUTE


def test_a_reaction_counts_for_its_own_gesture_and_once_however_often_it_is_told(world: Database) -> None:
    with world.transaction() as session:
        with frozen(NOW):
            coffee, cake = propose.propose(session, decision(suggestion(), suggestion(gesture_id="cake")))
        for hours in (1, 2):
            outcomes.record_for_action(session, coffee.id, OutcomeType.THANKED, LATER + timedelta(hours=hours))
        outcomes.record_for_action(session, cake.id, OutcomeType.COMPLAINED, LATER)
        assert told(session).reactions == {"accepted": 0, "rejected": 0, "thanked": 1, "complained": 1}


def test_a_period_holds_what_was_proposed_in_it(world: Database) -> None:
    with world.transaction() as session:
        done(session, "espresso")
        assert told(session, Period(NOW, NOW + MINUTE)).proposed == 1
        assert told(session, Period(until=NOW)).proposed == told(session, Period(since=NOW + MINUTE)).proposed == 0

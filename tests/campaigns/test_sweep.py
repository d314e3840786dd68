"""What the clock does, and that it does it once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text, update

from tests.campaigns.making import (
    ANNA,
    LATER,
    NOW,
    STAFF,
    WORKER,
    approved,
    claimed,
    customer,
    decision,
    now_is,
    owed,
    proposed,
    say,
    world,
)
from wowengine.campaigns import deliver, ledger, propose, review
from wowengine.campaigns.lifecycle import AFTERMATH, UNANSWERED, ActionState
from wowengine.campaigns.models import Action
from wowengine.campaigns.sweep import sweep
from wowengine.clock import frozen
from wowengine.db import outbox
from wowengine.db.session import Database

HOUR = timedelta(hours=1)


def swept(database: Database, at: datetime) -> dict[str, int]:
    """Sweep at a time; again at once, it finds nothing to do."""
    with frozen(at), database.transaction() as session:
        done = sweep(session)
    with frozen(at), database.transaction() as session:
        assert sweep(session) == {}
    return done


def run_out(database: Database) -> None:
    """Let every lease be over."""
    with database.transaction() as session:
        session.execute(update(Action).where(Action.lease_until.is_not(None)).values(lease_until=NOW - HOUR))


def test_with_nothing_due_nothing_is_done(database: Database) -> None:
    claimed(database, world(database, deadline_at=NOW + HOUR))
    assert swept(database, LATER) == {}


@pytest.mark.parametrize("said", ["nothing", "yes", "later"])
def test_at_its_deadline_an_action_expires_and_its_money_is_free(database: Database, said: str) -> None:
    action_id = world(database, deadline_at=NOW + HOUR)
    with frozen(NOW), database.transaction() as session:
        if said == "yes":
            review.approve(session, action_id, ANNA)
        if said == "later":
            review.defer(session, action_id, ANNA, NOW + HOUR / 2)
    assert swept(database, NOW + HOUR) == {"expire": 1}
    assert now_is(database, action_id).state == ActionState.EXPIRED


def test_what_staff_have_in_their_hands_expires_only_when_their_lease_is_over(database: Database) -> None:
    action_id = world(database, deadline_at=NOW + HOUR)
    claimed(database, action_id)
    assert swept(database, NOW + HOUR) == {}
    run_out(database)
    assert swept(database, NOW + HOUR) == {"expire": 1}


def test_a_claim_whose_lease_is_over_is_given_back_with_its_money(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    run_out(database)
    assert swept(database, LATER) == {"release": 1}
    action = now_is(database, action_id)
    assert (action.state, action.claimed_by, action.fence) == (ActionState.APPROVED, None, held.fence)
    with database.reading() as session:
        assert ledger.open_holds(session, action_id) == [ledger.Hold("budget:surprises:EUR", 600, 1)]


def test_a_call_whose_lease_is_over_is_doubted_and_a_worker_is_rung_for(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(LATER), database.transaction() as session:
        held = deliver.claim(session, action_id, WORKER)
        deliver.start(session, action_id, WORKER, held.fence)
        for work in outbox.claim(session, 10):
            outbox.finish(session, work)
    run_out(database)
    assert swept(database, LATER) == {"doubt": 1}
    assert now_is(database, action_id).state == ActionState.UNCERTAIN
    with frozen(LATER), database.transaction() as session:
        assert [work.args for work in outbox.claim(session, 10)] == [{"action_id": action_id}]


def test_what_was_put_off_comes_back_at_its_time(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        review.defer(session, action_id, ANNA, NOW + HOUR)
    assert swept(database, NOW + HOUR) == {"resume": 1}
    assert now_is(database, action_id).state == ActionState.PROPOSED


def test_a_suggestion_nobody_answers_lapses_and_what_the_law_owes_does_not(database: Database) -> None:
    surprise = world(database)
    with frozen(NOW), database.transaction() as session:
        (law,) = propose.propose(session, decision(owed()))
        put_off = proposed(session, gesture_id="playlist")
        review.defer(session, put_off.id, ANNA, NOW + HOUR)
    swept(database, NOW + HOUR)
    assert swept(database, NOW + UNANSWERED) == {"expire": 1}
    assert now_is(database, surprise).state == ActionState.EXPIRED
    assert now_is(database, put_off.id).state == ActionState.PROPOSED
    assert swept(database, NOW + HOUR + UNANSWERED) == {"expire": 1}
    assert now_is(database, law.id).state == ActionState.PROPOSED


def test_who_no_longer_agrees_has_everything_that_waits_withdrawn(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(NOW), database.transaction() as session:
        customer(session, "c2")
        other = proposed(session, "c2")
        (law,) = propose.propose(session, decision(owed()))
        say(session, "c1", agrees=False)
    assert swept(database, LATER) == {"withdraw": 1}
    assert now_is(database, action_id).state == ActionState.WITHDRAWN
    assert {now_is(database, one.id).state for one in (other, law)} == {ActionState.PROPOSED}


def test_what_has_lost_its_ground_and_its_time_is_ended_once(database: Database) -> None:
    action_id = world(database, deadline_at=NOW + HOUR)
    with database.transaction() as session:
        say(session, "c1", agrees=False)
    assert swept(database, NOW + HOUR) == {"withdraw": 1}
    assert now_is(database, action_id).state == ActionState.WITHDRAWN


def test_a_delivery_nobody_answers_is_closed_after_a_while(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        deliver.deliver(session, action_id, STAFF, held.fence, {"note": "given"})
    assert swept(database, LATER + AFTERMATH) == {"close": 1}
    assert now_is(database, action_id).state == ActionState.CLOSED


def test_a_sweep_takes_no_more_than_it_is_told(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        for number in range(5):
            proposed(session, gesture_id=f"g{number}", deadline_at=NOW + HOUR)
    with frozen(NOW + HOUR), database.transaction() as session:
        assert [sweep(session, 2), sweep(session, 2), sweep(session, 2)] == [
            {"expire": 2},
            {"expire": 2},
            {"expire": 1},
        ]


def test_a_sweep_passes_by_what_a_person_is_working_on(postgres: Database) -> None:
    action_id = world(postgres, deadline_at=NOW + HOUR)
    with frozen(NOW), postgres.transaction() as session:
        review.approve(session, action_id, ANNA)
        second = Database(postgres.url)  # the clock, elsewhere
        with frozen(NOW + HOUR), second.transaction() as elsewhere:
            elsewhere.execute(text("set local lock_timeout = '5s'"))  # waiting would be an error, and not a hang
            assert sweep(elsewhere) == {}
        second.close()

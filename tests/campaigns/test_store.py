"""Reading actions, and what happens when two people write at once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.campaigns.making import ANNA, BRUNO, LATER, NOW, STAFF, WORKER, approved, customer, now_is, proposed, world
from wowengine.campaigns import deliver, ledger, review, store
from wowengine.campaigns.lifecycle import ActionState, Step
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import Conflict, NotFound


def test_of_two_people_at_once_one_wins_and_the_other_is_told(database: Database) -> None:
    """Each thread has read the action before either writes: the conditional update alone decides."""
    action_id = world(database)
    both_have_read, said = threading.Barrier(2, timeout=20), list[str]()

    def say_yes(who: str) -> None:
        actor = {"anna": ANNA, "bruno": BRUNO}[who]
        with database.reading() as session:
            version = store.get(session, action_id).version
        both_have_read.wait()
        try:
            with frozen(NOW), database.transaction() as session:
                review.approve(session, action_id, actor, version=version)
            said.append(who)
        except Conflict:
            said.append("too late")

    threads = [threading.Thread(target=say_yes, args=(who,)) for who in ("anna", "bruno")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = now_is(database, action_id).approved_by
    assert sorted(said) == sorted([str(winner), "too late"])


def test_a_write_over_what_changed_meanwhile_finds_nothing_to_update(postgres: Database) -> None:
    """In PostgreSQL both transactions can be open at once: the second waits for the first, and then loses."""
    action_id = world(postgres)
    waiting, done = threading.Event(), list[str]()

    def decline() -> None:
        with frozen(NOW), pytest.raises(Conflict), postgres.transaction() as session:
            store.get(session, action_id)
            waiting.set()
            review.decline(session, action_id, BRUNO, "not_fitting")
        done.append("refused")

    second = threading.Thread(target=decline)
    with frozen(NOW), postgres.transaction() as session:
        review.approve(session, action_id, ANNA)
        second.start()
        waiting.wait(10)
        second.join(0.2)
        assert second.is_alive()
    second.join(10)
    assert done == ["refused"]


def test_the_queue_begins_with_the_earliest_deadline_and_ends_with_none(database: Database) -> None:
    def at(minutes: int) -> str:
        with frozen(NOW + timedelta(seconds=minutes)):
            deadline = NOW + timedelta(minutes=minutes) if minutes else None
            return proposed(session, gesture_id=f"g{minutes}", deadline_at=deadline).id

    with frozen(NOW), database.transaction() as session:
        customer(session)
        none, late, soon, gone = at(0), at(90), at(5), at(1)
    with frozen(NOW + timedelta(minutes=2)), database.reading() as session:
        assert [action.id for action in store.queue(session)] == [soon, late, none]
        assert gone not in {action.id for action in store.queue(session)}
        first = store.queue(session, limit=1)
        rest = store.queue(session, after=first[-1].id)
        assert [action.id for action in [*first, *rest]] == [soon, late, none]
        assert store.queue(session, after=none) == []


def test_a_page_goes_on_after_the_last_one_even_when_that_was_settled(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        actions = sorted(proposed(session, gesture_id=f"g{number}").id for number in range(5))
        seen = store.queue(session, limit=2)
        assert [action.id for action in seen] == actions[:2]
        review.decline(session, seen[-1].id, ANNA, "not_fitting")
        assert [action.id for action in store.queue(session, after=seen[-1].id)] == actions[2:]


def test_staff_see_what_they_can_claim_and_what_they_hold_and_not_a_workers_own(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(NOW), database.transaction() as session:
        letter = proposed(session, gesture_id="letter", channel="spool")
        review.approve(session, letter.id, ANNA)
        assert store.staff_tasks(session) == []  # the grace time is not over
    with frozen(LATER), database.transaction() as session:
        assert [action.id for action in store.staff_tasks(session)] == [action_id]
        deliver.claim(session, action_id, STAFF)
        assert [action.id for action in store.staff_tasks(session)] == [action_id]


def test_what_is_not_there_is_not_found(sqlite: Database) -> None:
    with sqlite.reading() as session, pytest.raises(NotFound, match="act_nowhere"):
        store.get(session, "act_nowhere")


def test_counts_are_by_state(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        proposed(session, gesture_id="playlist")
        review.approve(session, action_id, ANNA)
        assert store.counts(session) == {"approved": 1, "proposed": 1}


def test_the_database_repeats_the_promises_of_the_life(database: Database) -> None:
    action_id = world(database)
    broken = {
        "state_known": "update actions set state = 'almost'",
        "held_has_lease": "update actions set state = 'claimed'",
        "done_has_time": "update actions set state = 'closed'",
        "approved_by_somebody": "update actions set state = 'approved'",
        "declined_for_a_reason": "update actions set state = 'declined'",
        "deferred_until_when": "update actions set state = 'deferred'",
        "floor_within_amount": "update actions set floor_cents = 601",
    }
    for promise, statement in broken.items():
        with pytest.raises(IntegrityError, match=promise), database.transaction() as session:
            session.execute(text(statement))
    with frozen(NOW), database.transaction() as session:
        with pytest.raises(Conflict):
            store.step(session, action_id, Step.CONFIRM, WORKER)
        assert store.get(session, action_id).state == ActionState.PROPOSED
        assert ledger.check_ledger(session) == []

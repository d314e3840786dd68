"""Staff and workers: fences, leases, proof, and the customer's last word."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.campaigns.making import (
    ANNA,
    BUDGET,
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
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import deliver, ledger, propose, review, store
from wowengine.campaigns.handling import Handling
from wowengine.campaigns.lifecycle import CLOCK, ActionState, Actor, Step
from wowengine.campaigns.models import Account, Action, Outcome
from wowengine.clock import frozen
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database, db_now
from wowengine.errors import BadInput, Conflict, NeedsPerson, Refused
from wowengine.terms import ActorKind

PROOF = {"note": "handed over, she laughed"}
OTHER = Actor("gate 14", ActorKind.STAFF)


def test_delivering_spends_the_money_and_tells_the_model(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    assert (held.claimed_by, held.fence) == ("gate 12", 1)
    with frozen(LATER), database.transaction() as session:
        done = deliver.deliver(session, action_id, STAFF, held.fence, PROOF, actual_cents=550)
        assert (done.state, done.proof, done.delivered_at, done.lease_until) == ("delivered", PROOF, LATER, None)
        assert session.scalars(select(Outcome.type)).all() == ["delivered"]
        account = session.get_one(Account, BUDGET, populate_existing=True)
        assert (account.held, account.committed) == (0, 550)


def test_nobody_claims_within_the_grace_time(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(NOW), pytest.raises(Conflict, match="can be undone until 09:00:10"), database.transaction() as session:
        deliver.claim(session, action_id, STAFF)


def test_what_one_holds_nobody_else_can_claim(database: Database) -> None:
    action_id = world(database)
    claimed(database, action_id)
    with frozen(LATER), pytest.raises(Conflict, match="claimed"), database.transaction() as session:
        deliver.claim(session, action_id, OTHER)


def test_the_lease_is_on_the_clock_of_the_database(database: Database) -> None:
    held = claimed(database, world(database))  # the worker's own clock stands in another year
    assert held.lease_until is not None
    with database.reading() as session:
        assert timedelta(minutes=29) < held.lease_until - db_now(session) <= timedelta(minutes=30)


def test_an_old_fence_can_change_nothing(database: Database) -> None:
    action_id = world(database)
    old = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        deliver.release(session, action_id, STAFF, old.fence, note="called away")
        new = deliver.claim(session, action_id, OTHER)
        assert new.fence == old.fence + 1
        late: list[Callable[[], Action]] = [
            lambda: deliver.deliver(session, action_id, STAFF, old.fence, PROOF),
            lambda: deliver.release(session, action_id, STAFF, old.fence),
            lambda: deliver.fail(session, action_id, STAFF, old.fence, "no"),
            lambda: deliver.start(session, action_id, WORKER, old.fence),
            lambda: deliver.confirm(session, action_id, WORKER, old.fence, PROOF),
        ]
        for come_back in late:
            with pytest.raises(Conflict, match="claimed again since"):
                come_back()
        assert deliver.deliver(session, action_id, OTHER, new.fence, PROOF).state == ActionState.DELIVERED


def test_a_delivery_without_proof_and_a_failure_without_words_are_refused(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        with pytest.raises(BadInput, match="how it was delivered"):
            deliver.deliver(session, action_id, STAFF, held.fence, {})
        with pytest.raises(BadInput, match="why"):
            deliver.fail(session, action_id, STAFF, held.fence, " ")


def test_who_no_longer_agrees_is_not_surprised(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with database.transaction() as session:
        say(session, "c1", agrees=False)
    with frozen(LATER), pytest.raises(Refused, match="no longer agrees"), database.transaction() as session:
        deliver.claim(session, action_id, STAFF)


def test_what_is_owed_asks_for_no_consent(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session, agrees=False)
        (action,) = propose.propose(session, decision(owed()))
        review.approve(session, action.id, ANNA)
    with frozen(LATER), database.transaction() as session:
        assert deliver.claim(session, action.id, STAFF).state == ActionState.CLAIMED


def test_what_would_be_sent_must_be_what_was_approved(sqlite: Database, broken_on_purpose: None) -> None:
    action_id = world(sqlite)
    approved(sqlite, action_id)
    with sqlite.transaction() as session:
        session.execute(update(Action).values(draft="Send me the money."))
    with frozen(LATER), pytest.raises(NeedsPerson, match="not what was approved"), sqlite.transaction() as session:
        held = deliver.claim(session, action_id, WORKER)
        deliver.start(session, action_id, WORKER, held.fence)
    assert now_is(sqlite, action_id).state == ActionState.APPROVED


def test_a_doubt_is_settled_by_a_person_either_way(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)

    def in_doubt() -> None:
        held = deliver.claim(session, action_id, WORKER)
        deliver.start(session, action_id, WORKER, held.fence)
        store.step(session, action_id, Step.DOUBT, CLOCK)
        assert [action.id for action in store.in_trouble(session)] == [action_id]

    with frozen(LATER), database.transaction() as session:
        in_doubt()
        assert deliver.not_found(session, action_id, ANNA, note="asked the desk").state == ActionState.APPROVED
        in_doubt()
        assert deliver.found(session, action_id, ANNA, PROOF, actual_cents=500).state == ActionState.DELIVERED


def test_a_heartbeat_begins_the_lease_anew_and_is_no_step(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with database.transaction() as session:
        session.execute(update(Action).values(lease_until=db_now(session) + timedelta(minutes=1)))
    with frozen(LATER), database.transaction() as session:
        kept = deliver.heartbeat(session, action_id, STAFF, held.fence)
        assert kept.lease_until is not None
        assert timedelta(minutes=29) < kept.lease_until - db_now(session) <= timedelta(minutes=30)
        assert (kept.version, kept.fence) == (held.version, held.fence)
        assert store.events(session, action_id)[-1].step == Step.CLAIM


def test_only_who_has_it_in_time_holds_on_to_it(database: Database) -> None:
    action_id = world(database, deadline_at=NOW + timedelta(minutes=20))
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        with pytest.raises(Conflict, match="in the hands of gate 12"):
            deliver.heartbeat(session, action_id, OTHER, held.fence)
        with pytest.raises(Conflict, match="claimed again since"):
            deliver.heartbeat(session, action_id, STAFF, held.fence - 1)
    with frozen(NOW + timedelta(minutes=20)), pytest.raises(Conflict, match="worthless"), database.reading() as session:
        deliver.heartbeat(session, action_id, STAFF, held.fence)
    with frozen(LATER), database.transaction() as session:
        deliver.release(session, action_id, STAFF, held.fence)
        with pytest.raises(Conflict, match="only who has claimed it"):
            deliver.heartbeat(session, action_id, STAFF, held.fence)


def test_what_is_handed_over_is_the_others_at_once_under_a_fence_of_their_own(database: Database) -> None:
    action_id = world(database)
    old = claimed(database, action_id).fence
    with frozen(LATER), database.transaction() as session:
        theirs = deliver.hand_over(session, action_id, STAFF, old, OTHER.name)
        assert (theirs.state, theirs.claimed_by, theirs.fence) == ("claimed", "gate 14", old + 1)
        event = store.events(session, action_id)[-1]
        assert (event.step, event.from_state, event.to_state) == (Step.HAND_OVER, "claimed", "claimed")
        assert event.data == {"fence": old + 1, "from": "gate 12", "to": "gate 14"}
        with pytest.raises(Conflict, match="claimed again since"):
            deliver.deliver(session, action_id, STAFF, old, PROOF)
        with pytest.raises(BadInput, match="has it already"):
            deliver.hand_over(session, action_id, OTHER, old + 1, OTHER.name)
        assert deliver.deliver(session, action_id, OTHER, old + 1, PROOF).state == ActionState.DELIVERED


def test_nothing_is_handed_to_who_does_not_work_here_or_for_who_no_longer_agrees(database: Database) -> None:
    action_id = world(database)
    fence = claimed(database, action_id).fence
    with frozen(LATER), database.transaction() as session:
        users.put(session, "gate 12", Role.ADMIN, "test")
        users.put(session, "gate 14", Role.STAFF, "test")
        for nobody in ("gate 15", " "):
            with pytest.raises(BadInput, match="works here"):
                deliver.hand_over(session, action_id, STAFF, fence, nobody)
        say(session, "c1", agrees=False)
        with pytest.raises(Refused, match="no longer agrees"):
            deliver.hand_over(session, action_id, STAFF, fence, "gate 14")


def test_what_only_a_worker_delivers_is_rung_for_when_its_window_opens(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        due = NOW + timedelta(hours=3)
        handling = Handling(window_minutes=60)
        action = proposed(session, handling=handling, channel="spool", deadline_at=due)
        review.approve(session, action.id, ANNA)
        assert session.scalars(select(OutboxRow.due_at)).all() == [NOW + timedelta(hours=2)]


def test_of_two_who_are_handed_it_at_once_one_has_it(database: Database) -> None:
    action_id = world(database)
    fence = claimed(database, action_id).fence
    both, said = threading.Barrier(2, timeout=20), list[str]()

    def hand_to(name: str) -> None:
        both.wait()
        try:
            with frozen(LATER), database.transaction() as session:
                said.append(str(deliver.hand_over(session, action_id, STAFF, fence, name).claimed_by))
        except Conflict:
            said.append("too late")

    threads = [threading.Thread(target=hand_to, args=(name,)) for name in ("gate 14", "gate 15")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == sorted([str(now_is(database, action_id).claimed_by), "too late"])

"""A reviewer's verbs, and what each moves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.campaigns.making import (
    ANNA,
    BRUNO,
    BUDGET,
    LATER,
    NOW,
    STAFF,
    approved,
    claimed,
    customer,
    decision,
    now_is,
    owed,
    proposed,
    suggestion,
    world,
)
from wowengine.campaigns import deliver, ledger, propose, review, store
from wowengine.campaigns.campaign import Campaign, CampaignState, Recipient, RecipientState
from wowengine.campaigns.heir import LIFE
from wowengine.campaigns.lifecycle import GRACE, ActionState
from wowengine.campaigns.models import Account, Action
from wowengine.clock import frozen
from wowengine.db import outbox
from wowengine.db.session import Database
from wowengine.errors import BadInput, Conflict


def budget(database: Database, account_id: str = BUDGET) -> tuple[int, int]:
    with database.reading() as session:
        account = session.get_one(Account, account_id)
        return account.held, account.committed


def test_approving_holds_the_money_and_rings_for_the_end_of_the_grace_time(database: Database) -> None:
    action = approved(database, world(database))
    assert (action.state, action.approved_by, action.claimable_at) == (ActionState.APPROVED, "anna", NOW + GRACE)
    assert budget(database) == (600, 0)
    with frozen(NOW), database.transaction() as session:
        assert outbox.claim(session, 10) == []
    with frozen(LATER), database.transaction() as session:
        (work,) = outbox.claim(session, 10)
    assert (work.task, work.args) == (store.DELIVER, {"action_id": action.id})


def test_what_was_changed_after_one_looked_is_not_approved(database: Database) -> None:
    action_id = world(database)
    seen = now_is(database, action_id)
    with frozen(NOW), database.transaction() as session:
        amended = review.amend(session, action_id, BRUNO, draft="Something else.")
    with frozen(NOW), database.transaction() as session:
        with pytest.raises(Conflict, match=f"changed after you looked.*{amended.id}"):
            review.approve(session, action_id, ANNA, payload_hash=seen.payload_hash)
        with pytest.raises(Conflict, match="changed after you looked"):
            review.approve(session, amended.id, ANNA, payload_hash=seen.payload_hash)
    assert now_is(database, amended.id).state == ActionState.PROPOSED


def test_nothing_is_approved_after_its_deadline_and_the_answer_says_so(database: Database) -> None:
    action_id = world(database, deadline_at=NOW + timedelta(minutes=1))
    too_late = pytest.raises(Conflict, match="its time was over at 2026-11-03 09:01 UTC")
    with frozen(NOW + timedelta(minutes=1)), too_late, database.transaction() as session:
        review.approve(session, action_id, ANNA)


def test_a_used_up_budget_refuses_with_the_amounts_and_changes_nothing(database: Database) -> None:
    action_id = world(database, budget=500)
    used_up = pytest.raises(Conflict, match=r"EUR 0\.00 of EUR 5\.00 are held or spent, EUR 6\.00 needed")
    with frozen(NOW), used_up, database.transaction() as session:
        review.approve(session, action_id, ANNA)
    assert now_is(database, action_id).state == ActionState.PROPOSED
    assert budget(database) == (0, 0)


def test_what_the_law_owes_is_never_refused_for_want_of_budget(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session, agrees=False)
        (action,) = propose.propose(session, decision(owed()))
        review.approve(session, action.id, ANNA)
    assert budget(database, "owed:EUR") == (25_000, 0)


def test_an_approval_is_undone_by_the_same_person_within_the_grace_time(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(NOW), pytest.raises(Conflict), database.transaction() as session:
        review.undo(session, action_id, BRUNO)
    with frozen(NOW + GRACE / 2), database.transaction() as session:
        undone = review.undo(session, action_id, ANNA)
    assert (undone.state, undone.approved_by, undone.attempt) == (ActionState.PROPOSED, None, 2)
    assert budget(database) == (0, 0)
    approved(database, action_id)  # and again: another attempt, another hold
    assert budget(database) == (600, 0)


def test_after_the_grace_time_an_approval_can_be_revoked_but_not_undone(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(LATER), pytest.raises(Conflict), database.transaction() as session:
        review.undo(session, action_id, ANNA)
    with frozen(LATER), database.transaction() as session:
        assert review.revoke(session, action_id, BRUNO).state == ActionState.PROPOSED
    assert budget(database) == (0, 0)


def test_a_refusal_names_one_of_five_reasons_and_can_be_undone(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        with pytest.raises(BadInput, match="not_fitting, too_personal, too_expensive, wrong_moment, other"):
            review.decline(session, action_id, ANNA, "because")
        with pytest.raises(BadInput, match="few words"):
            review.decline(session, action_id, ANNA, "other")
        declined = review.decline(session, action_id, ANNA, "too_personal", note="she never told us")
        assert (declined.state, declined.decline_reason) == (ActionState.DECLINED, "too_personal")
    with frozen(NOW + GRACE), pytest.raises(Conflict), database.transaction() as session:
        review.undo(session, action_id, ANNA)
    with frozen(NOW + GRACE / 2), database.transaction() as session:
        assert review.undo(session, action_id, ANNA).decline_reason is None


def test_a_refusal_is_not_undone_once_the_same_was_proposed_anew(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        review.decline(session, action_id, ANNA, "wrong_moment")
        again = proposed(session)
    with frozen(NOW), pytest.raises(Conflict, match=again.id), database.transaction() as session:
        review.undo(session, action_id, ANNA)


def test_what_is_put_off_waits_for_its_time_and_not_beyond_its_deadline(database: Database) -> None:
    action_id = world(database, deadline_at=NOW + timedelta(hours=2))
    with frozen(NOW), database.transaction() as session:
        with pytest.raises(BadInput, match="worthless after"):
            review.defer(session, action_id, ANNA, NOW + timedelta(hours=2))
        with pytest.raises(BadInput, match="a time to come"):
            review.defer(session, action_id, ANNA, NOW)
        review.defer(session, action_id, ANNA, NOW + timedelta(hours=1))
        assert store.queue(session) == []
        assert review.resume(session, action_id, BRUNO).state == ActionState.PROPOSED
        assert [action.id for action in store.queue(session)] == [action_id]


def test_an_amendment_takes_the_others_place_and_keeps_what_it_was_before(database: Database) -> None:
    action_id = world(database)
    before = now_is(database, action_id)
    with frozen(NOW), database.transaction() as session:
        amended = review.amend(session, action_id, ANNA, draft="Cara Anna,", amount_cents=500)
        last = store.events(session, action_id)[-1]
        assert last.data["before"] == {"draft": before.draft, "amount_cents": 600}
        assert last.data["by"] == amended.id
        (first,) = store.events(session, amended.id)
        assert (first.step, first.actor, first.data["amends"]) == ("propose", "anna", action_id)
        assert store.successor(session, action_id) is amended
        assert [action.id for action in store.queue(session)] == [amended.id]
    assert now_is(database, action_id).state == ActionState.SUPERSEDED
    assert (amended.amends, amended.authors) == (action_id, ["anna"])
    assert amended.payload_hash != before.payload_hash
    assert (amended.draft, amended.amount_cents, amended.channel) == ("Cara Anna,", 500, before.channel)


def test_an_heir_has_everything_of_the_one_before_but_its_life(database: Database) -> None:
    action_id = world(database, scarce=True)
    approved(database, action_id)
    before = now_is(database, action_id)
    with frozen(LATER), database.transaction() as session:
        amended = review.amend(session, action_id, BRUNO, draft="Cara Anna,")
    columns = {column.key for column in Action.__table__.columns} - LIFE - {"draft", "payload_hash"}
    assert {name: getattr(amended, name) for name in columns} == {name: getattr(before, name) for name in columns}
    assert (amended.version, amended.attempt, amended.approved_by, amended.proposed_at) == (1, 1, None, LATER)


def test_a_campaign_goes_on_with_what_its_action_was_amended_into(database: Database) -> None:
    action_id = world(database)
    spring = Campaign(
        id="cmp_1",
        name="Spring",
        state=CampaignState.DRAFT,
        audience="",
        gestures=[],
        triggers=[],
        currency="EUR",
        budget_cents=0,
        starts_at=NOW,
        created_by="anna",
        created_at=NOW,
    )
    queued = Recipient(
        campaign_id="cmp_1", customer_id="c1", look=1, state=RecipientState.QUEUED, action_id=action_id, at=NOW
    )
    with frozen(NOW), database.transaction() as session:
        session.add(spring)
        session.flush()
        session.add(queued)
        session.flush()
        amended = review.amend(session, action_id, ANNA, draft="Cara Anna,")
    with database.reading() as session:
        assert session.scalars(select(Recipient.action_id)).all() == [amended.id]


def test_what_was_amended_twice_has_two_authors_and_one_open_action(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        first = review.amend(session, action_id, ANNA, draft="Cara Anna,")
        second = review.amend(session, first.id, BRUNO, amount_cents=500)
        assert second.authors == ["anna", "bruno"]
        assert [action.id for action in store.queue(session)] == [second.id]
        with pytest.raises(Conflict, match=f"it is {second.id} now"):
            review.amend(session, first.id, ANNA, amount_cents=400)


def test_an_amendment_keeps_the_last_piece_of_a_stock(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        ledger.open_account(session, ledger.STOCK + "espresso", ledger.PIECE, 1)
        action = proposed(session, scarce=True)
        customer(session, "c2")
    with frozen(NOW), database.transaction() as session:
        amended = review.amend(session, action.id, ANNA, draft="Cara Anna,")
        assert ledger.open_holds(session, action.id) == []
        assert [hold.account_id for hold in ledger.open_holds(session, amended.id)] == ["stock:espresso"]
        assert propose.propose(session, decision(suggestion(scarce=True), customer_id="c2")) == []


def test_nobody_gets_the_piece_while_it_passes_over(postgres: Database) -> None:
    with frozen(NOW), postgres.transaction() as session:
        customer(session)
        customer(session, "c2")
        ledger.open_account(session, ledger.STOCK + "espresso", ledger.PIECE, 1)
        action = proposed(session, scarce=True)
    second = Database(postgres.url)  # another server
    try:
        with frozen(NOW), postgres.transaction() as session:
            amended = review.amend(session, action.id, ANNA, draft="Cara Anna,")
            with second.transaction() as elsewhere:
                assert propose.propose(elsewhere, decision(suggestion(scarce=True), customer_id="c2")) == []
        with postgres.reading() as session:
            assert ledger.open_holds(session, amended.id) == [ledger.Hold("stock:espresso", 1, 1)]
    finally:
        second.close()


def test_an_edit_after_approval_takes_the_approval_back(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(NOW), database.transaction() as session:
        amended = review.amend(session, action_id, BRUNO, amount_cents=700)
        steps = [event.step for event in store.events(session, action_id)]
    assert steps == ["propose", "approve", "revoke", "amend"]
    assert (amended.state, amended.approved_by) == (ActionState.PROPOSED, None)
    assert budget(database) == (0, 0)


def test_an_amendment_of_nothing_and_one_below_the_law_are_refused(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        (action,) = propose.propose(session, decision(owed(25_000)))
        with pytest.raises(BadInput, match="Nothing was changed"):
            review.amend(session, action.id, ANNA, draft=action.draft)
        with pytest.raises(BadInput, match="law owes"):
            review.amend(session, action.id, ANNA, amount_cents=24_999)


def test_what_was_to_cost_nothing_cannot_be_made_to_cost_without_a_budget(sqlite: Database) -> None:
    action_id = world(sqlite, amount_cents=0, account="")
    with frozen(NOW), pytest.raises(BadInput, match="no budget"), sqlite.transaction() as session:
        review.amend(session, action_id, ANNA, amount_cents=1)


def test_cancelling_frees_the_money_for_good(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(LATER), database.transaction() as session:
        assert review.cancel(session, action_id, ANNA, note="flight cancelled").state == ActionState.CANCELLED
    assert budget(database) == (0, 0)


def test_what_failed_is_retried_with_money_held_anew(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        failed = deliver.fail(session, action_id, STAFF, held.fence, "the customer had boarded")
        assert (failed.state, failed.failure) == (ActionState.FAILED, "the customer had boarded")
        assert store.in_trouble(session) == [failed]
    assert budget(database) == (0, 0)
    with frozen(LATER), database.transaction() as session:
        retried = review.retry(session, action_id, ANNA)
    assert (retried.state, retried.attempt, retried.failure) == (ActionState.APPROVED, 2, None)
    assert budget(database) == (600, 0)


def test_a_retry_finds_the_budget_used_up_meanwhile(database: Database) -> None:
    action_id = world(database, budget=600)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        deliver.fail(session, action_id, STAFF, held.fence, "closed")
        other = proposed(session, gesture_id="playlist")
        review.approve(session, other.id, ANNA)
    with frozen(LATER), pytest.raises(Conflict, match="used up"), database.transaction() as session:
        review.retry(session, action_id, ANNA)

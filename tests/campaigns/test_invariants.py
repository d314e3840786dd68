"""Whatever is tampered with is noticed, and named."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from tests.campaigns.making import ANNA, BUDGET, LATER, NOW, WORKER, approved, claimed, world
from wowengine.campaigns import deliver, review, standstill
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.models import Account, Action, ActionEvent, LedgerEntry, Movement, PolicyRow
from wowengine.clock import frozen
from wowengine.db import outbox
from wowengine.db.audit import GENESIS, AuditHead, AuditRow
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database

TAMPERINGS = {
    "says 601 held, its entries say 600": update(Account).where(Account.id == BUDGET).values(held=601),
    "says 10001 granted, its entries say 10000": update(Account).where(Account.id == BUDGET).values(granted=10_001),
    "should hold 600 on budget:surprises:EUR, not 0": delete(LedgerEntry).where(LedgerEntry.kind == Movement.HOLD),
    "would deliver something else": update(Action).values(draft="Send me the money."),
    "should be approved by its events": update(Action).values(state="failed"),
    "has a gap in its life": delete(ActionEvent).where(ActionEvent.version == 1),
    "by decline, which does not exist": update(ActionEvent).where(ActionEvent.version == 2).values(step="decline"),
    "is gone and still holds something": delete(Action),
    "has spent before it was delivered": update(LedgerEntry)
    .where(LedgerEntry.kind == Movement.HOLD)
    .values(kind=Movement.COMMIT),
    "I9": update(Action).values(payload_hash="0" * 64),
    "I6: ": update(Action).values(fence=7),
    "has a approve that is not as the audit wrote it down": update(ActionEvent)
    .where(ActionEvent.step == "approve")
    .values(note="Bruno said yes too"),
    "has a propose that is not": update(ActionEvent).where(ActionEvent.version == 1).values(actor="nobody"),
    "has a grant that is not": update(LedgerEntry).where(LedgerEntry.kind == Movement.GRANT).values(reason="a gift"),
    "has 2 changes, the audit tells of 1": delete(AuditRow).where(AuditRow.what == "approve"),
    "is gone, and nobody was forgotten": delete(Action),
    "I15: budget:surprises:EUR counts in fractions": update(Account).values(committed=0.5),
    "and budget:surprises:EUR in USD": update(Account).values(unit="USD"),
    "is in force, the last that the audit saw activated is None": insert(PolicyRow).values(
        version="v",
        toml="",
        note="",
        state="active",
        against="",
        proposed_by="x",
        proposed_at=NOW,
        activated_by="x",
        activated_at=NOW,
    ),
}


@pytest.mark.parametrize("sentence", TAMPERINGS)
def test_what_is_tampered_with_is_named(sqlite: Database, broken_on_purpose: None, sentence: str) -> None:
    approved(sqlite, world(sqlite))
    with sqlite.reading() as session:
        assert check_invariants(session) == []
    with frozen(NOW), sqlite.transaction() as session:
        session.execute(TAMPERINGS[sentence], execution_options={"synchronize_session": False})
    with sqlite.reading() as session:
        assert [wrong for wrong in check_invariants(session) if sentence in wrong]


def test_an_approval_that_no_errand_brings_to_a_worker_is_named(sqlite: Database, broken_on_purpose: None) -> None:
    action_id = world(sqlite, channel="spool")
    approved(sqlite, action_id)
    with sqlite.transaction() as session:
        assert check_invariants(session) == []
        session.execute(delete(OutboxRow))
        assert check_invariants(session) == [f"I7: {action_id} (approved) waits for a worker, and no errand names it"]


def test_what_was_given_up_is_in_sight_and_breaks_no_promise(sqlite: Database) -> None:
    approved(sqlite, world(sqlite, channel="spool"))
    with frozen(LATER), sqlite.transaction() as session:
        outbox.give_up(session, outbox.claim(session)[0], "ask somebody")


def test_what_is_older_than_the_audit_is_not_asked_of_it_and_what_came_since_is(sqlite: Database) -> None:
    """As after an upgrade: the action was proposed before anything was written down, and approved since."""
    action_id = world(sqlite)
    with sqlite.transaction() as session:
        session.execute(delete(AuditRow))
        session.execute(update(AuditHead).values(number=0, hash=GENESIS, since=NOW + timedelta(minutes=1)))
    with frozen(NOW + timedelta(minutes=2)), sqlite.transaction() as session:
        review.approve(session, action_id, ANNA)
    with sqlite.reading() as session:
        assert check_invariants(session) == []
        session.execute(delete(AuditRow).where(AuditRow.what == "approve"))
        assert check_invariants(session) == [f"I11: {action_id} has 2 changes, the audit tells of 0"]


def test_a_sending_during_a_standstill_is_named(sqlite: Database, broken_on_purpose: None) -> None:
    action_id = world(sqlite)
    held = claimed(sqlite, action_id)
    with frozen(NOW), sqlite.transaction() as session:
        standstill.begin(session, standstill.Cause.RESTORED, "an older copy")
    with frozen(LATER), sqlite.transaction() as session:
        deliver.start(session, action_id, WORKER, held.fence)
    with sqlite.reading() as session:
        assert check_invariants(session) == [f"I14: {action_id} was sent although nothing was to be"]

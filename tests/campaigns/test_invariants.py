"""Whatever is tampered with is noticed, and named."""

import pytest
from sqlalchemy import delete, update

from tests.campaigns.making import BUDGET, NOW, approved, world
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.models import Account, Action, ActionEvent, LedgerEntry, Movement
from wowengine.clock import frozen
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
}


@pytest.mark.parametrize("sentence", TAMPERINGS)
def test_what_is_tampered_with_is_named(sqlite: Database, broken_on_purpose: None, sentence: str) -> None:
    approved(sqlite, world(sqlite))
    with sqlite.reading() as session:
        assert check_invariants(session) == []
    with frozen(NOW), sqlite.transaction() as session:
        session.execute(TAMPERINGS[sentence].execution_options(synchronize_session=False))
    with sqlite.reading() as session:
        assert [wrong for wrong in check_invariants(session) if sentence in wrong]

"""What money and stock an action has a claim on, by the state it is in; the ledger follows the life.

No verb of review or delivery has money in it, so none can forget it: `store.step` calls `follow` after each step
that may change it.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns import ledger, purse
from wowengine.campaigns.ledger import STOCK, Hold
from wowengine.campaigns.lifecycle import DONE, OPEN, ActionState
from wowengine.campaigns.models import Account, Action
from wowengine.errors import BadInput

# Money and stock are held from approval to delivery; a scarce gesture's stock already while it waits for a person.
PAID_FOR = frozenset({ActionState.APPROVED, ActionState.CLAIMED, ActionState.SENDING, ActionState.UNCERTAIN})
WAITING = OPEN - PAID_FOR


def follow(session: Session, action: Action, *, actor: str, reason: str, actual_cents: int | None = None) -> None:
    """Move money and stock to where the state that the action just entered says they belong.

    Raises
    ------
    Conflict
        When a budget or a stock is used up.
    BadInput
        When it is said to have cost more than was approved.
    """
    held = {hold.account_id: hold for hold in ledger.open_holds(session, action.id)}
    if action.state in DONE:
        _spend(session, action, held, actor=actor, reason=reason, actual_cents=actual_cents)
        return
    paying = purse.limits(session, action, held) if action.state in PAID_FOR else {}
    wanted = _wanted(session, action, paying)
    for account_id in sorted(held.keys() | wanted.keys()):
        if account_id not in wanted:
            ledger.release(session, action.id, held[account_id], actor=actor, reason=reason)
        elif account_id not in held:
            if (limit := paying.get(account_id)) is not None:
                ledger.open_account(session, account_id, action.currency, limit, actor=purse.CLOCKWORK)
            amount = wanted[account_id]
            ledger.hold(session, account_id, amount, action.id, action.attempt, actor=actor, reason=reason)


def _wanted(session: Session, action: Action, paying: Collection[str]) -> dict[str, int]:
    """Return what must be on hold now: account and amount."""
    if action.state not in PAID_FOR and not (action.scarce and action.state in WAITING):
        return {}
    wanted = dict.fromkeys(paying, action.amount_cents)
    stock = STOCK + action.gesture_id
    if session.scalar(select(Account.id).where(Account.id == stock)):
        wanted[stock] = 1
    return wanted


def _spend(
    session: Session,
    action: Action,
    held: dict[str, Hold],
    *,
    actor: str,
    reason: str,
    actual_cents: int | None,
) -> None:
    if actual_cents and action.account_id not in held:
        raise BadInput("Nothing was to be spent on it.", actual_cents=actual_cents)
    for account_id, hold in sorted(held.items()):
        told = None if account_id.startswith(STOCK) else actual_cents
        actual = hold.amount if told is None else told
        ledger.commit(session, action.id, hold, actual, actor=actor, reason=reason)

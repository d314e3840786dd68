"""What money and stock an action has a claim on, by the state it is in; the ledger follows the life.

No verb of review or delivery has money in it, so none can forget it: `store.step` calls `follow` after each step.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns import ledger
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
    wanted = _wanted(session, action)
    for account_id in sorted(held.keys() | wanted.keys()):
        if account_id not in wanted:
            ledger.release(session, action.id, held[account_id], actor=actor, reason=reason)
        elif account_id not in held:
            amount = wanted[account_id]
            ledger.hold(session, account_id, amount, action.id, action.attempt, actor=actor, reason=reason)


def _wanted(session: Session, action: Action) -> dict[str, int]:
    """Return what must be on hold now: account and amount."""
    if action.state not in PAID_FOR and not (action.scarce and action.state in WAITING):
        return {}
    wanted = {}
    if action.state in PAID_FOR and action.amount_cents:
        wanted[action.account_id] = action.amount_cents
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
        told = actual_cents if account_id == action.account_id else None
        actual = hold.amount if told is None else told
        ledger.commit(session, action.id, hold, actual, actor=actor, reason=reason)

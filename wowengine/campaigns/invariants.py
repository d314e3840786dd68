"""Did it all hold? The promises of this package, checked from the tables alone.

Run by the tests after every step, and by ``wow doctor`` in production.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns.holdings import PAID_FOR, WAITING
from wowengine.campaigns.ledger import STOCK, check_ledger
from wowengine.campaigns.lifecycle import DONE, TRANSITIONS, ActionState, Step, Transition
from wowengine.campaigns.models import Action, ActionEvent, LedgerEntry, Movement
from wowengine.campaigns.payload import payload_of

# Per account and attempt of one action: what was held, and how it ended.
Tries = Mapping[tuple[str, int], Mapping[str, int]]


def check_invariants(session: Session) -> list[str]:
    """Return a sentence for every promise that does not hold; an empty list when all do."""
    actions = list(session.scalars(select(Action).execution_options(populate_existing=True)))
    tries, lives = _tries(session), _lives(session)
    wrong = check_ledger(session)
    for action in actions:
        found = [*_money(action, tries.get(action.id, {})), *_payload(action), *_life(action, lives[action.id])]
        wrong.extend(f"{action.id} ({action.state}) {sentence}" for sentence in found)
    gone = tries.keys() - {action.id for action in actions}
    wrong.extend(
        f"{action_id} is gone and still holds something" for action_id in sorted(gone) if _open(tries[action_id])
    )
    return wrong


def _money(action: Action, tries: Tries) -> Iterator[str]:
    """One hold while it is to be done, one commit once it is, and neither otherwise."""
    on_hold, stock = _open(tries), STOCK + action.gesture_id
    spent = [(account, ends[Movement.COMMIT]) for (account, _), ends in tries.items() if Movement.COMMIT in ends]
    money_due = action.amount_cents if action.state in PAID_FOR else 0
    if on_hold.get(action.account_id, 0) != money_due:
        yield f"should hold {money_due} on {action.account_id}, not {on_hold.get(action.account_id, 0)}"
    may_hold_stock = action.state in PAID_FOR or (action.scarce and action.state in WAITING)
    if on_hold.get(stock, 0) not in ((0, 1) if may_hold_stock else (0,)):
        yield f"should not hold {on_hold[stock]} of {stock}"
    if strange := on_hold.keys() - {action.account_id, stock}:
        yield f"holds something on {', '.join(sorted(strange))}"
    if spent and action.state not in DONE:
        yield "has spent before it was delivered"
    paid = [amount for account, amount in spent if account == action.account_id]
    if action.state in DONE and action.amount_cents and (len(paid) != 1 or paid[0] > action.amount_cents):
        yield f"should have spent once, at most {action.amount_cents}, not {paid}"


def _payload(action: Action) -> Iterator[str]:
    if payload_of(action).sha256 != action.payload_hash:
        yield "would deliver something else than was proposed or approved"


def _life(action: Action, events: Sequence[ActionEvent]) -> Iterator[str]:
    """One event a version, each a step of the table, the last one leading to where it is."""
    if [event.version for event in events] != list(range(1, action.version + 1)):
        yield "has a gap in its life"
        return
    state: str | None = None
    for event in events:
        if event.from_state != state or (state and not _legal(state, event)):
            yield f"went from {state} to {event.to_state} by {event.step}, which does not exist"
        state = event.to_state
    if state != action.state:
        yield f"should be {state} by its events"


def _legal(state: str, event: ActionEvent) -> bool:
    row: Transition | None = TRANSITIONS.get((ActionState(state), Step(event.step)))
    return row is not None and row.to == event.to_state and event.actor_kind in row.by


def _open(tries: Tries) -> dict[str, int]:
    """Return what is on hold by account: two holds of one account would add up, and show."""
    on_hold: dict[str, int] = defaultdict(int)
    for (account, _), ends in tries.items():
        if Movement.COMMIT not in ends and Movement.RELEASE not in ends:
            on_hold[account] += ends.get(Movement.HOLD, 0)
    return {account: amount for account, amount in on_hold.items() if amount}


def _tries(session: Session) -> dict[str, dict[tuple[str, int], dict[str, int]]]:
    tries: dict[str, dict[tuple[str, int], dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    moved = select(
        LedgerEntry.action_id, LedgerEntry.account_id, LedgerEntry.attempt, LedgerEntry.kind, LedgerEntry.amount
    )
    for action_id, account_id, attempt, kind, amount in session.execute(moved):
        if action_id is not None:
            tries[action_id][account_id, attempt][kind] = amount
    return tries


def _lives(session: Session) -> dict[str, list[ActionEvent]]:
    lives: dict[str, list[ActionEvent]] = defaultdict(list)
    for event in session.scalars(select(ActionEvent).order_by(ActionEvent.action_id, ActionEvent.version)):
        lives[event.action_id].append(event)
    return lives

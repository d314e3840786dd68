"""Did it all hold? The promises of this package, checked from the tables alone.

Run by the tests after every step, and by ``wow reconcile`` in production. Each sentence begins with its promise:

- I1 counters repeat the ledger, and nothing is overspent
- I2 one hold for what is to be done, one end for each hold
- I5 a life has no gaps and only steps that exist: SENDING before every call, a doubt before every second one
- I6 each claim has a fence of its own
- I7 what only a worker can deliver has an errand that brings it there
- I9 what would be, or was, delivered is what was approved
- I10 as many people agreed as the policy asked for at that time, and of two neither had put it forward
- I11 the audit tells of every change, as it is
- I14 nothing is sent while there is a standstill
- I15 money is whole cents, in one currency

The others cannot be seen in tables at rest: I3, I4, I8, I12 and I13 are for tests.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from wowengine.campaigns.agreed import agreed, authors_of
from wowengine.campaigns.audited import check_audit
from wowengine.campaigns.channels import AUTOMATIC
from wowengine.campaigns.holdings import PAID_FOR, WAITING
from wowengine.campaigns.ledger import STOCK, accounts, check_ledger
from wowengine.campaigns.lifecycle import DONE, TRANSITIONS, ActionState, Step, Transition
from wowengine.campaigns.models import Action, ActionEvent, LedgerEntry, Movement
from wowengine.campaigns.payload import payload_of
from wowengine.campaigns.purse import parts
from wowengine.campaigns.standstill import Cause, standing
from wowengine.campaigns.store import DELIVER
from wowengine.db.outbox import OutboxRow

# Per account and attempt of one action: what was held, and how it ended.
Tries = Mapping[tuple[str, int], Mapping[str, int]]


def check_invariants(session: Session) -> list[str]:
    """Return a sentence for every promise that does not hold; an empty list when all do."""
    actions = list(session.scalars(select(Action).execution_options(populate_existing=True)))
    tries, lives = _tries(session), _lives(session)
    wrong = [f"I1: {sentence}" for sentence in check_ledger(session)]
    amended = {action.id: action.amends for action in actions}
    for action in actions:
        life, authors = lives[action.id], authors_of(action.id, amended, lives)
        found = [*_money(action, tries.get(action.id, {})), *_life(action, life), *_approved(action, life)]
        found += agreed(action, life, authors)
        wrong.extend(sentence.replace(": ", f": {action.id} ({action.state}) ", 1) for sentence in found)
    gone = tries.keys() - {action.id for action in actions}
    wrong += [
        f"I2: {action_id} is gone and still holds something" for action_id in sorted(gone) if _open(tries[action_id])
    ]
    wrong += [f"I7: {sentence}" for sentence in _abandoned(session, actions)]
    wrong += [f"I11: {sentence}" for sentence in check_audit(session)]
    wrong += [f"I14: {sentence}" for sentence in _sent_in_standstill(session, lives)]
    wrong += [f"I15: {sentence}" for sentence in _money_of_another_kind(session, actions)]
    return wrong


def _money(action: Action, tries: Tries) -> Iterator[str]:
    """One hold while it is to be done, one commit once it is, and neither otherwise."""
    on_hold, stock = _open(tries), STOCK + action.gesture_id
    spent = [(account, ends[Movement.COMMIT]) for (account, _), ends in tries.items() if Movement.COMMIT in ends]
    money_due = action.amount_cents if action.state in PAID_FOR else 0
    if on_hold.get(action.account_id, 0) != money_due:
        yield f"I2: should hold {money_due} on {action.account_id}, not {on_hold.get(action.account_id, 0)}"
    may_hold_stock = action.state in PAID_FOR or (action.scarce and action.state in WAITING)
    if on_hold.get(stock, 0) not in ((0, 1) if may_hold_stock else (0,)):
        yield f"I2: should not hold {on_hold[stock]} of {stock}"
    own = {name for name in on_hold if name.startswith(parts(action.account_id)) and action.campaign_id}
    if wrong := sorted(name for name in own if on_hold[name] != money_due):
        yield f"I2: should hold {money_due} also on {', '.join(wrong)}"
    if strange := on_hold.keys() - own - {action.account_id, stock}:
        yield f"I2: holds something on {', '.join(sorted(strange))}"
    if spent and action.state not in DONE:
        yield "I2: has spent before it was delivered"
    paid = [amount for account, amount in spent if account == action.account_id]
    if len({amount for account, amount in spent if account != stock}) > 1:
        yield f"I2: has spent unlike amounts of one gift: {sorted(spent)}"
    if action.state in DONE and action.amount_cents and (len(paid) != 1 or paid[0] > action.amount_cents):
        yield f"I2: should have spent once, at most {action.amount_cents}, not {paid}"


def _life(action: Action, events: Sequence[ActionEvent]) -> Iterator[str]:
    """One event a version, each a step of the table, the last one leading to where it is."""
    if [event.version for event in events] != list(range(1, action.version + 1)):
        yield "I5: has a gap in its life"
        return
    state: str | None = None
    for event in events:
        if event.from_state != state or (state and not _legal(state, event)):
            yield f"I5: went from {state} to {event.to_state} by {event.step}, which does not exist"
        state = event.to_state
    if state != action.state:
        yield f"I5: should be {state} by its events"
    fences = [event.data["fence"] for event in events if "fence" in event.data]
    if fences != sorted(set(fences)) or action.fence != max(fences, default=0):
        yield f"I6: has fence {action.fence}, its claims had {fences}"


def _legal(state: str, event: ActionEvent) -> bool:
    if event.step == Step.AMEND and event.to_state == state == ActionState.PROPOSED:
        return True  # of the time when an amendment changed the row itself
    row: Transition | None = TRANSITIONS.get((ActionState(state), Step(event.step)))
    return row is not None and row.to == event.to_state and event.actor_kind in row.by


def _approved(action: Action, events: Sequence[ActionEvent]) -> Iterator[str]:
    """Compare what is in the row with its hash, and with what a person saw when they said yes."""
    if payload_of(action).sha256 != action.payload_hash:
        yield "I9: would deliver something else than was proposed or approved"
    approvals = [event.data.get("payload_hash") for event in events if event.step == Step.APPROVE]
    if action.state in PAID_FOR | DONE and not {None, action.payload_hash} & set(approvals[-1:]):
        yield "I9: was changed since it was approved"


def _abandoned(session: Session, actions: Sequence[Action]) -> Iterator[str]:
    """Name what only a worker delivers and no errand brings there; what was given up is in sight."""
    told = or_(OutboxRow.done_at.is_(None), OutboxRow.last_error.is_not(None))
    errands = session.scalars(select(OutboxRow.args).where(OutboxRow.task == DELIVER, told))
    named = {args["action_id"] for args in errands}
    for action in actions:
        if action.state == ActionState.APPROVED and action.channel in AUTOMATIC and action.id not in named:
            yield f"{action.id} (approved) waits for a worker, and no errand names it"


def _sent_in_standstill(session: Session, lives: Mapping[str, Sequence[ActionEvent]]) -> Iterator[str]:
    stands = standing(session, Cause.RESTORED)
    if stands is not None:
        for action_id, events in lives.items():
            if any(event.step == Step.START and event.at > stands.since for event in events):
                yield f"{action_id} was sent although nothing was to be"


def _money_of_another_kind(session: Session, actions: Sequence[Action]) -> Iterator[str]:
    """SQLite would keep a fraction where a whole number is meant."""
    units = {}
    for account in accounts(session):
        units[account.id] = account.unit
        counters = (account.granted or 0, account.held, account.committed)
        if not all(isinstance(counter, int) for counter in counters):
            yield f"{account.id} counts in fractions: {counters}"
    for entry_id, amount in session.execute(select(LedgerEntry.id, LedgerEntry.amount)):
        if not isinstance(amount, int):
            yield f"entry {entry_id} moves a fraction: {amount}"
    for action in actions:
        if units.get(action.account_id, action.currency) != action.currency:
            yield f"{action.id} is in {action.currency}, and {action.account_id} in {units[action.account_id]}"


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

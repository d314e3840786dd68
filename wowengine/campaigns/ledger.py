"""Budgets and stock: append-only entries, and counters that repeat them.

Nothing here reads a balance and then decides. Each movement is one UPDATE that succeeds only where there is room,
under a CHECK that says the same; entries are only ever inserted. A transaction takes its accounts in ascending
order of id, so that two of them cannot wait for each other. Amounts are whole cents, or pieces of stock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from wowengine import clock
from wowengine.campaigns import audited
from wowengine.campaigns.models import Account, LedgerEntry, Movement
from wowengine.db import audit
from wowengine.errors import BadInput, Conflict, NotFound

OWED = "owed:"  # accounts without a limit, one a currency: what the law owes is never refused for want of budget
STOCK = "stock:"
PIECE = "piece"


@dataclass(frozen=True)
class Hold:
    """An amount set aside for one attempt of an action, neither committed nor released yet."""

    account_id: str
    amount: int
    attempt: int


_held, _end = aliased(LedgerEntry), aliased(LedgerEntry)
_IS_OPEN = and_(
    _held.kind == Movement.HOLD,
    ~exists().where(
        _end.account_id == _held.account_id,
        _end.action_id == _held.action_id,
        _end.attempt == _held.attempt,
        _end.kind.in_((Movement.COMMIT, Movement.RELEASE)),
    ),
)


def open_account(session: Session, account_id: str, unit: str, granted: int | None, *, actor: str = "policy") -> None:
    """Open an account, or bring an open one to this total by granting the difference. Twice is as once.

    `granted` is the total ever put in, what was spent included; None for no limit. `unit` is a currency, or `PIECE`.
    An account cannot be brought below what is held and spent: then nothing is left.
    """
    _insert_account(session, account_id, unit, None if granted is None else 0)
    if granted is None:
        return
    account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
    total = max(granted, account.held + account.committed)
    if account.granted is not None and total != account.granted:
        grant(session, account_id, total - account.granted, actor=actor, reason="brought to its total")


def grant(session: Session, account_id: str, amount: int, *, actor: str, reason: str) -> None:
    """Put money or stock in; take it out again where negative, down to what is held and spent."""
    if not _change(session, account_id, granted=amount):
        _explain(session, account_id, amount)
    _enter(session, account_id, Movement.GRANT, amount, actor=actor, reason=reason)


def hold(
    session: Session, account_id: str, amount: int, action_id: str, attempt: int, *, actor: str, reason: str
) -> None:
    """Set an amount aside for one attempt of an action.

    Raises
    ------
    Conflict
        When it is more than is left.
    NotFound
        When there is no such account; those of the law (``owed:EUR``) are opened on demand.
    """
    if account_id.startswith(OWED):
        open_account(session, account_id, account_id.removeprefix(OWED), None)
    if not _change(session, account_id, held=amount):
        _explain(session, account_id, amount)
    _enter(
        session,
        account_id,
        Movement.HOLD,
        amount,
        action_id=action_id,
        attempt=attempt,
        actor=actor,
        reason=reason,
    )


def commit(session: Session, action_id: str, held: Hold, actual: int, *, actor: str, reason: str) -> None:
    """End a hold as spent, at what it really cost; what was held beyond that is free again."""
    if not 0 <= actual <= held.amount:
        raise BadInput(
            f"It cannot have cost {_say(actual)}: at most {_say(held.amount)} were approved.",
            approved=held.amount,
            actual=actual,
        )
    _settle(session, action_id, held, Movement.COMMIT, actual, actor=actor, reason=reason)


def release(session: Session, action_id: str, held: Hold, *, actor: str, reason: str) -> None:
    """End a hold as not spent."""
    _settle(session, action_id, held, Movement.RELEASE, held.amount, actor=actor, reason=reason)


def reverse(
    session: Session, account_id: str, amount: int, action_id: str, attempt: int, *, actor: str, reason: str
) -> None:
    """Give back what one attempt spent, or part of it, once: a refund, a returned piece."""
    spent = session.scalar(
        select(LedgerEntry.amount).where(
            LedgerEntry.account_id == account_id,
            LedgerEntry.action_id == action_id,
            LedgerEntry.attempt == attempt,
            LedgerEntry.kind == Movement.COMMIT,
        )
    )
    if spent is None or not 0 < amount <= spent:
        raise BadInput(f"Of this, {_say(spent or 0)} were spent: {_say(amount)} cannot be given back.")
    if not _change(session, account_id, committed=-amount):
        raise _broken(account_id)
    _enter(
        session,
        account_id,
        Movement.REVERSE,
        amount,
        action_id=action_id,
        attempt=attempt,
        actor=actor,
        reason=reason,
    )


def open_holds(session: Session, action_id: str) -> list[Hold]:
    """Return what is held for an action now, in ascending order of account."""
    mine = select(_held.account_id, _held.amount, _held.attempt).where(_held.action_id == action_id, _IS_OPEN)
    return [Hold(*row) for row in session.execute(mine.order_by(_held.account_id))]


def lock(session: Session, action_ids: Sequence[str]) -> None:
    """Take the accounts on which these actions hold anything, for a transaction that will move many of them.

    All at once and in ascending order of id: moved one by one, they would come in the actions' order.
    """
    held_on = select(_held.account_id).where(_held.action_id.in_(action_ids), _IS_OPEN)
    session.execute(select(Account.id).where(Account.id.in_(held_on)).order_by(Account.id).with_for_update())


def accounts(session: Session) -> list[Account]:
    """Return every budget and stock with its counters as they are now."""
    return list(session.scalars(select(Account).order_by(Account.id).execution_options(populate_existing=True)))


def stock_left(session: Session) -> dict[str, int]:
    """Return how many pieces are neither held nor spent, by gesture; one without an account has no limit."""
    counters = select(Account.id, Account.granted, Account.held + Account.committed)
    rows = session.execute(counters.where(Account.id.startswith(STOCK, autoescape=True)))
    return {
        account_id.removeprefix(STOCK): granted - taken for account_id, granted, taken in rows if granted is not None
    }


def money_left(session: Session) -> dict[str, int]:
    """Return how many cents of each budget are neither held nor spent, by account; one without a limit is left out."""
    counters = select(Account.id, Account.granted, Account.held + Account.committed).where(Account.unit != PIECE)
    return {
        account_id: granted - taken for account_id, granted, taken in session.execute(counters) if granted is not None
    }


def check_ledger(session: Session) -> list[str]:
    """Compare every counter with the entries; return a sentence for each that differs (I1)."""
    still = select(_held.account_id, func.sum(_held.amount)).where(_IS_OPEN).group_by(_held.account_id)
    on_hold = {account_id: int(total) for account_id, total in session.execute(still)}
    sums = select(LedgerEntry.account_id, LedgerEntry.kind, func.sum(LedgerEntry.amount))
    moved = {
        (account_id, kind): int(total)
        for account_id, kind, total in session.execute(sums.group_by(LedgerEntry.account_id, LedgerEntry.kind))
    }
    wrong = []
    for account in accounts(session):
        spent = moved.get((account.id, Movement.COMMIT), 0) - moved.get((account.id, Movement.REVERSE), 0)
        expected = {"held": on_hold.get(account.id, 0), "committed": spent}
        if account.granted is not None:
            expected["granted"] = moved.get((account.id, Movement.GRANT), 0)
            if account.held + account.committed > account.granted:
                wrong.append(f"{account.id} is overspent")
        for counter, entries in expected.items():
            told = getattr(account, counter)
            if told != entries:
                wrong.append(f"{account.id} says {told} {counter}, its entries say {entries}")
    return wrong


def _insert_account(session: Session, account_id: str, unit: str, granted: int | None) -> None:
    """Insert the account, or leave it as it is where another was quicker."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    account = insert(Account).values(id=account_id, unit=unit, granted=granted)
    session.execute(account.on_conflict_do_nothing())


def _change(session: Session, account_id: str, *, granted: int = 0, held: int = 0, committed: int = 0) -> bool:
    """Move the counters, in one statement and only where the promises still hold afterwards."""
    room = or_(
        Account.granted.is_(None),
        Account.held + held + Account.committed + committed <= Account.granted + granted,
    )
    moved = (
        update(Account)
        .where(Account.id == account_id, room, Account.held + held >= 0, Account.committed + committed >= 0)
        .values(
            granted=Account.granted + granted,
            held=Account.held + held,
            committed=Account.committed + committed,
        )
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(moved) is not None


def _settle(
    session: Session, action_id: str, held: Hold, kind: Movement, amount: int, *, actor: str, reason: str
) -> None:
    spent = amount if kind is Movement.COMMIT else 0
    if not _change(session, held.account_id, held=-held.amount, committed=spent):
        raise _broken(held.account_id)
    _enter(
        session,
        held.account_id,
        kind,
        amount,
        action_id=action_id,
        attempt=held.attempt,
        actor=actor,
        reason=reason,
    )


def _enter(
    session: Session,
    account_id: str,
    kind: Movement,
    amount: int,
    *,
    action_id: str | None = None,
    attempt: int = 0,
    actor: str,
    reason: str,
) -> None:
    entry = LedgerEntry(
        account_id=account_id,
        kind=kind,
        amount=amount,
        action_id=action_id,
        attempt=attempt,
        actor=actor,
        reason=reason,
        at=clock.now(),
    )
    session.add(entry)
    audit.note(session, audited.moved(entry))
    session.flush()


def _broken(account_id: str) -> Conflict:
    return Conflict(f"{account_id} does not hold what its entries say. Run: wow reconcile", account=account_id)


def _explain(session: Session, account_id: str, amount: int) -> NoReturn:
    """Say why there was no room; read after the refusal, so it is for people's eyes only."""
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NotFound(f"There is no account {account_id}. Budgets are named in the policy.", account=account_id)
    taken, granted = account.held + account.committed, account.granted or 0
    raise Conflict(
        f"{account_id} is used up: {_say(taken, account.unit)} of {_say(granted, account.unit)} are held or spent, "
        f"{_say(amount, account.unit)} needed.",
        account=account_id,
        held=account.held,
        committed=account.committed,
        granted=account.granted,
        needed=amount,
    )


def _say(amount: int, unit: str = "") -> str:
    if unit == PIECE:
        return f"{amount} pieces"
    sign, cents = "-" if amount < 0 else "", abs(amount)
    return f"{unit} {sign}{cents // 100}.{cents % 100:02}".strip()

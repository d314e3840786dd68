"""Forgetting: a person goes out of every table and file, and does not come back with the next import.

Beside `imports`, since it knows every package. What hangs on the customer's row goes with it; here stands the rest:
money still held for them, answers kept for repeated requests, our own words in their threads, messages in the spool,
their row in trained models.
The ledger keeps its amounts under an action's random id, which leads nowhere any more (GDPR Art. 17(3)(b)). A list of
keyed hashes beside the backups lets a restored database forget the same people again.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Text, and_, cast, delete, func, or_, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.belongings import belongings
from wowengine.campaigns import ground, ledger
from wowengine.campaigns.channels.spool import TAKEN
from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Action
from wowengine.campaigns.sweep import WAITING
from wowengine.db import audit
from wowengine.db.audit import Change, ChangeKind
from wowengine.db.base import Base
from wowengine.db.idempotency import Answered
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database
from wowengine.errors import NotFound
from wowengine.profiles import handles, material, merging, stale, store, suppression
from wowengine.profiles.bulk import chunks
from wowengine.profiles.identity import Address
from wowengine.profiles.models import Consent, Customer, Signal
from wowengine.recommend import registry
from wowengine.settings import MODELS
from wowengine.terms import Direction

ACTOR = "system"
REASON = "the person was forgotten"
UNSAID = "What it rested on was deleted."
ON_ITS_WAY = (ActionState.SENDING, ActionState.UNCERTAIN)  # what it costs may be spent already
ERASED_LIST = "erased.ndjson"
FEW = 50  # words looked for in one statement


@dataclass(frozen=True)
class Forgotten:
    """What went: rows by table, and files.

    Attributes
    ----------
    models
        How many trained models knew them by a row of their own, which went. What a model learned of them together with
        others stays in its numbers until it is trained again.
    """

    rows: Mapping[str, int]
    files: int
    models: int = 0


def forget(database: Database, customer_id: str, home: Path, spool: Path) -> Forgotten:
    """Forget a customer everywhere, for good, and keep them from coming back with an import.

    Who was merged of several records is forgotten under all of them.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    with database.reading() as session:
        records = merging.records_of(session, customer_id)
    parts = [_forget(database, record, home, spool) for record in reversed(records)]
    total = Counter[str]()
    for part in parts:
        total.update(part.rows)
    return Forgotten(dict(total), sum(part.files for part in parts), sum(part.models for part in parts))


def _forget(database: Database, customer_id: str, home: Path, spool: Path) -> Forgotten:
    with database.transaction() as session:
        customer = session.get(Customer, customer_id, with_for_update=True)
        if customer is None:
            raise NotFound(f"There is no customer {customer_id!r}: nothing to forget.", customer_id=customer_id)
        names = suppression.names_of(session, customer_id)
        actions = list(session.scalars(select(Action).where(Action.customer_id == customer_id).order_by(Action.id)))
        _end_holds(session, actions)
        ids = [action.id for action in actions]
        stale.mark_people(session, [customer_id])  # what others waited for may have been theirs
        rows = _rows_of(session, customer_id, ids)
        rows["signals"] += _groundless(session, customer_id)
        rows |= _loose_ends(session, customer, names, ids)
        audit.throw_keys_away(session, [*ids, *merging.subjects_of(session, customer_id)])
        session.delete(customer)
        session.flush()
        marks = suppression.suppress(session, names, [suppression.ERASED])
        mark = suppression.mark(session, suppression.customer_name(customer_id))
        audit.note(session, Change(ChangeKind.FORGET, mark, "forget", ACTOR, {}))
        # Before the commit: should a model not let them go, they can be forgotten again.
        models = registry.forget(home / MODELS, customer_id)
    _remember(home / ERASED_LIST, marks)
    database.scrub()
    return Forgotten({table: count for table, count in rows.items() if count}, _forget_files(spool, ids), models)


def is_forgotten(session: Session, customer_id: str) -> bool:
    """Whether a customer of this id was here, and was forgotten."""
    name = suppression.customer_name(customer_id)
    return bool(suppression.suppressed(session, [name], [suppression.ERASED]))


def forget_again(database: Database, home: Path, spool: Path) -> list[str]:
    """Forget those again whom a restored backup brought back; return their ids."""
    path = home / ERASED_LIST
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    marks = frozenset(json.loads(line)["mark"] for line in lines)
    with database.reading() as session:
        everybody = {suppression.customer_name(who): who for who in session.scalars(select(Customer.id))}
        back = [everybody[name] for name in suppression.marked(session, everybody, marks)]
    for customer_id in back:
        forget(database, customer_id, home, spool)
    return back


def forget_signal(session: Session, source: str, source_id: str) -> None:
    """Forget one post: suggestions that cite it are withdrawn, and what it fed is built anew.

    Raises
    ------
    NotFound
        When there is no such signal.
    """
    found = session.scalar(select(Signal).where(Signal.source == source, Signal.source_id == source_id))
    if found is None:
        raise NotFound(f"There is no signal {source_id!r} from {source!r}.", source=source, source_id=source_id)
    owner = found.customer_id
    _withdraw_citing(session, owner, {found.id})
    store.delete_signals(session, [Signal.id == found.id], clock.now())


def unlink(session: Session, customer_id: str, address: Address) -> int:
    """Take a handle from a customer, with what came by it: suggestions that cite it are withdrawn.

    Return how many signals went.

    Raises
    ------
    NotFound
        When this handle is not this customer's.
    """
    by_it = select(Signal.id).where(Signal.customer_id == customer_id, Signal.author == ":".join(address))
    ids = set(session.scalars(by_it))
    gone = handles.unlink(session, customer_id, address)
    _withdraw_citing(session, customer_id, ids)
    return gone


def _withdraw_citing(session: Session, owner: str | None, signal_ids: Set[int]) -> None:
    for action in session.scalars(select(Action).where(WAITING, Action.customer_id == owner).order_by(Action.id)):
        if any(cited["signal_id"] in signal_ids for cited in action.evidence):
            ground.withdraw(session, action.id, UNSAID)


def _end_holds(session: Session, actions: Sequence[Action]) -> None:
    """Give back what is held for actions that nobody will take any more; what is on its way counts as spent."""
    ledger.lock(session, [action.id for action in actions])
    for action in actions:
        for held in ledger.open_holds(session, action.id):
            if action.state in ON_ITS_WAY:
                ledger.commit(session, action.id, held, held.amount, actor=ACTOR, reason=REASON)
            else:
                ledger.release(session, action.id, held, actor=ACTOR, reason=REASON)


def _rows_of(session: Session, customer_id: str, action_ids: Sequence[str]) -> dict[str, int]:
    """Count what goes with the customer's row, table by table."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table).where(mine)) or 0
        for table, tag, mine in belongings([customer_id], action_ids)
        if tag.erased
    }


def _loose_ends(session: Session, customer: Customer, names: Sequence[str], ids: Sequence[str]) -> dict[str, int]:
    """Delete what no foreign key leads to: kept answers, errands, and our own words in their threads."""
    decisions = session.scalars(select(Action.decision_id).where(Action.customer_id == customer.id))
    addresses = (name.partition(":")[2] for name in names)
    quoted = [json.dumps(word) for word in {customer.id, *addresses, *names, *ids, *decisions}]
    words = [*quoted, customer.name] if customer.name else quoted
    gone = {
        Answered.__tablename__: _delete_naming(session, Answered, cast(Answered.body, Text), words),
        OutboxRow.__tablename__: _delete_naming(session, OutboxRow, cast(OutboxRow.args, Text), quoted),
    }
    threads = material.threads_of(session, [customer.id], clock.now())
    ours = threads.filter(threads["direction"] == Direction.OUTBOUND.value)["id"].to_list()
    for part in chunks(ours):
        session.execute(delete(Signal).where(Signal.id.in_(part)))
    return gone | {"our words in their threads": len(ours)}


def _groundless(session: Session, customer_id: str) -> int:
    """Delete what stands under another record and was kept on this person's yes; return how much.

    A merge and its undoing leave such rows; with the yes goes the ground they stand on.
    """
    theirs = select(Consent.id).where(Consent.customer_id == customer_id)
    wanted = Signal.consent_id.in_(theirs), Signal.customer_id != customer_id
    cited: dict[str | None, set[int]] = {}
    for signal_id, owner in session.execute(select(Signal.id, Signal.customer_id).where(*wanted).order_by(Signal.id)):
        cited.setdefault(owner, set()).add(signal_id)
    for owner, ids in cited.items():
        _withdraw_citing(session, owner, ids)
    return store.delete_signals(session, [and_(*wanted)], clock.now())


def _delete_naming(session: Session, table: type[Base], column: ColumnElement[str], words: Sequence[str]) -> int:
    """Delete rows whose text holds one of these words."""
    count = 0
    for part in chunks(sorted(words), FEW):
        names_one = or_(*(column.contains(word, autoescape=True) for word in part))
        count += int(session.execute(delete(table).where(names_one)).rowcount)  # type: ignore[attr-defined]
    return count


def _forget_files(spool: Path, action_ids: Sequence[str]) -> int:
    lying = [path for path in _messages(spool, action_ids) if path.exists()]
    for path in lying:
        path.unlink()
    return len(lying)


def _messages(spool: Path, action_ids: Sequence[str]) -> Iterator[Path]:
    for action_id in action_ids:
        yield spool / f"{action_id}.json"
        yield spool / TAKEN / f"{action_id}.json"


def _remember(path: Path, marks: Sequence[str]) -> None:
    """Append to the list that is kept beside the backups: keyed hashes, and when."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps({"mark": mark, "at": clock.now().isoformat()}) + "\n" for mark in marks)

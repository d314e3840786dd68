"""What was changed, when and by whom: a chain of rows, written in the same transaction as the changes themselves.

Each row's hash is over the row before it and over what it says, and numbers have no gaps; so a row that was changed,
taken out, put in or moved is found by `verify`. Who cuts the tail off, or writes the whole chain anew, is found by an
anchor outside the database (`db.anchor`).

Rows name nobody: subjects are random ids or keyed hashes. The particulars of a change are in its digest alone, where
they could be guessed under a key of the row's own; forgetting a person throws these keys away, and the chain still
holds, for the key is no part of it.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Integer, String, bindparam, event, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from wowengine import clock
from wowengine.db.base import Base, Json, one_of

GENESIS = "0" * 64  # the hash before the first row
ONLY = 1
AT_ONCE = 10_000  # rows read at once

_NOTED = "audit.noted"
_marks: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()


class ChangeKind(StrEnum):
    """Of what sort a change is."""

    STEP = "step"  # in the life of an action
    ENTRY = "entry"  # in the ledger
    POLICY = "policy"  # proposed or activated
    MERGE = "merge"  # two records became one, or were parted
    FORGET = "forget"  # a person went
    RESTORE = "restore"  # an older copy of the database was settled
    USER = "user"  # one of the staff came, went, or got another role
    CAMPAIGN = "campaign"  # a step in the life of a campaign


class AuditRow(Base):
    """One change: append-only but for its key, which goes when the person is forgotten."""

    __tablename__ = "audit"
    __table_args__ = (one_of("kind", ChangeKind),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(240), index=True)  # an id that names nobody
    what: Mapped[str] = mapped_column(String(20))  # the step, the movement, ...
    actor: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))  # of the particulars, under the key
    key: Mapped[str | None] = mapped_column(String(32))  # None where nothing is to be guessed, or the person is gone
    hash: Mapped[str] = mapped_column(String(64))  # over the hash before and all of this but the key


class AuditHead(Base):
    """Where the chain ends: one row, which writers take in turn at the end of their transactions."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime | None]  # changes before that were not written down; None: from the beginning


@dataclass(frozen=True)
class Change:
    """One change, as the audit is told of it.

    Attributes
    ----------
    subject
        What was changed: a random id, or a keyed hash. Never a customer's own id.
    details
        The particulars, of which a digest is kept; what JSON can hold.
    private
        Whether the particulars are about a person, so that their digest must be under a key.
    """

    kind: ChangeKind
    subject: str
    what: str
    actor: str
    details: Json
    private: bool = False


@dataclass(frozen=True)
class Broken:
    """The first number at which the chain does not hold, and what is wrong with it."""

    number: int
    why: str


@dataclass(frozen=True)
class Verified:
    """What was seen of the chain: how many rows hold, the last number an anchor knows, and where it breaks, if so."""

    rows: int
    anchored: int
    broken: Broken | None


def note(session: Session, change: Change) -> None:
    """Write a change down with this transaction; what a savepoint takes back is not written."""
    _noted(session).append(change)


def write(session: Session) -> None:
    """Write down what was noted. Called last before the commit: the head is locked from here on."""
    changes = _noted(session)
    if not changes:
        return
    session.flush()  # whatever waits for others must wait before the head is ours
    connection, now = session.connection(), clock.now()
    last, before = connection.execute(_TAKE, {"many": len(changes)}).one()
    rows = []
    for number, change in enumerate(changes, last - len(changes) + 1):
        row = _row(number, now, change, before)
        rows.append(row)
        before = row["hash"]
    connection.execute(_INSERT, rows)
    connection.execute(_PUT, {"hash_now": before})
    changes.clear()


def digest_of(change: Change, key: str | None) -> str:
    """Return the digest of a change's particulars under a key."""
    return hmac.digest((key or "").encode(), _canonical(change.details), "sha256").hex()


def throw_keys_away(session: Session, subjects: Sequence[str]) -> None:
    """Make the particulars of what was done to these subjects unguessable, for good."""
    session.execute(update(AuditRow).where(AuditRow.subject.in_(subjects)).values(key=None))


def head(session: Session) -> AuditHead:
    """Return where the chain ends."""
    return session.get_one(AuditHead, ONLY, populate_existing=True)


def verify(session: Session, anchored: Mapping[int, str]) -> Verified:
    """Walk the whole chain; `anchored` are the hashes that an anchor saw, by number, read before this is called."""
    end, before, seen = head(session), GENESIS, 0
    known = max(anchored, default=0)
    rows = select(*AuditRow.__table__.c).where(AuditRow.number <= end.number).order_by(AuditRow.number)
    with session.execute(rows.execution_options(yield_per=AT_ONCE)) as result:
        for found in result.mappings():
            row = dict(found)
            if why := _wrong(row, seen + 1, before, anchored):
                return Verified(seen, known, Broken(seen + 1, why))
            before, seen = row["hash"], seen + 1
    return Verified(seen, known, _wrong_end(session, end, seen, before, known))


def _noted(session: Session) -> list[Change]:
    noted: list[Change] = session.info.setdefault(_NOTED, [])
    return noted


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    """Remember how much was noted before a savepoint."""
    if transaction.nested:
        _marks[transaction] = len(_noted(session))


@event.listens_for(Session, "after_soft_rollback")
def _take_back(session: Session, rolled_back: SessionTransaction) -> None:
    """Drop what was noted since the savepoint that was gone back to, or since the beginning."""
    transaction: SessionTransaction | None = rolled_back
    while transaction is not None and not transaction.nested:
        transaction = transaction.parent
    del _noted(session)[_marks[transaction] if transaction else 0 :]


def _row(number: int, at: datetime, change: Change, before: str) -> dict[str, Any]:
    key = secrets.token_hex(16) if change.private else None
    row = {"number": number, "at": at, "kind": change.kind.value, "subject": change.subject, "what": change.what}
    row |= {"actor": change.actor, "digest": digest_of(change, key), "key": key}
    return row | {"hash": _hash(row, before)}


def _hash(row: Mapping[str, Any], before: str) -> str:
    said = [row[name] for name in ("number", "kind", "subject", "what", "actor", "digest")]
    return hashlib.sha256(_canonical([before, row["at"].isoformat(), *said])).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _wrong(row: Mapping[str, Any], number: int, before: str, anchored: Mapping[int, str]) -> str:
    """Say what is wrong with the row that should have this number; nothing where it holds."""
    if row["number"] != number:
        return f"It is missing: after {number - 1} comes {row['number']}."
    if _hash(row, before) != row["hash"]:
        return "It was changed, or stands in another's place: its hash does not follow from what it says."
    if anchored.get(number, row["hash"]) != row["hash"]:
        return "The chain was written anew up to here: the anchor saw another hash at this number."
    return ""


def _wrong_end(session: Session, end: AuditHead, seen: int, before: str, known: int) -> Broken | None:
    if seen < end.number:
        return Broken(seen + 1, f"It is missing, with all that follow: the head stands at {end.number}.")
    if before != end.hash:
        return Broken(seen, "The head knows another hash of it: the row or the head was changed.")
    past_head = select(func.min(AuditRow.number)).where(AuditRow.number > select(AuditHead.number).scalar_subquery())
    if (stray := session.scalar(past_head)) is not None:
        return Broken(stray, "It was put in: it stands beyond the head.")
    if known > seen:
        return Broken(
            seen + 1,
            f"It is missing, with all that follow: the anchor saw {known}. The tail was cut off; or this is an older "
            "copy that was restored, then run: wow reconcile --restored",
        )
    return None


_TAKE = (
    update(AuditHead.__table__)  # type: ignore[arg-type]
    .where(AuditHead.id == ONLY)
    .values(number=AuditHead.number + bindparam("many"))
    .returning(AuditHead.number, AuditHead.hash)
)
_INSERT = insert(AuditRow.__table__)  # type: ignore[arg-type]
_PUT = update(AuditHead.__table__).where(AuditHead.id == ONLY).values(hash=bindparam("hash_now"))  # type: ignore[arg-type]

"""Whom we must not know again, without knowing whom: keyed hashes of ids and handles.

An objection or an erasure must outlive the row of the person, or the next import would revive it (GDPR Art. 17 and 21).
What is kept is an HMAC under a key of this installation, and what it stands for: ``erased``, or a purpose objected to.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wowengine import clock
from wowengine.db.base import Base
from wowengine.errors import Misconfigured
from wowengine.profiles.bulk import chunks
from wowengine.profiles.models import Handle

ERASED = "erased"
KEY = "suppression"


class HashKey(Base):
    """A random key, made once by a migration, so that a restored backup holds it too."""

    __tablename__ = "hash_keys"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))  # hexadecimal


class Suppression(Base):
    """One id or handle that must not come back, as a keyed hash, and for what."""

    __tablename__ = "suppressions"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # `erased`, or a purpose
    at: Mapped[datetime]


def names_of(session: Session, customer_id: str) -> list[str]:
    """Return the names somebody goes by: their id, and ``channel:address`` of each handle."""
    handles = session.execute(select(Handle.channel, Handle.address).where(Handle.customer_id == customer_id))
    return [customer_name(customer_id), *(f"{row.channel}:{row.address}" for row in handles)]


def customer_name(customer_id: str) -> str:
    """Return the name that a customer's id is hashed as."""
    return f"customer:{customer_id}"


def suppress(session: Session, names: Iterable[str], kinds: Sequence[str]) -> list[str]:
    """Remember that these names must not come back for these kinds; return their marks. Twice is as once."""
    marks = sorted(_marks(session, names).values())
    known = {(row.mark, row.kind) for part in chunks(marks) for row in _found(session, part, kinds)}
    rows = [Suppression(mark=mark, kind=kind, at=clock.now()) for mark in marks for kind in kinds]
    session.add_all(row for row in rows if (row.mark, row.kind) not in known)
    session.flush()
    return marks


def lift(session: Session, names: Iterable[str], kinds: Sequence[str]) -> None:
    """Let names back in, because the person says so."""
    for part in chunks(sorted(_marks(session, names).values())):
        session.execute(delete(Suppression).where(Suppression.mark.in_(part), Suppression.kind.in_(kinds)))


def suppressed(session: Session, names: Iterable[str], kinds: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return for what each of these names is suppressed; names that are not are left out."""
    marks = _marks(session, names)
    found: dict[str, set[str]] = {}
    for part in chunks(sorted(set(marks.values()))):
        for row in _found(session, part, kinds):
            found.setdefault(row.mark, set()).add(row.kind)
    return {name: frozenset(found[mark]) for name, mark in marks.items() if mark in found}


def marked(session: Session, names: Iterable[str], marks: frozenset[str]) -> list[str]:
    """Return which of these names bear one of the marks, such as those of a list kept beside the backups."""
    return [name for name, mark in _marks(session, names).items() if mark in marks]


def mark(session: Session, name: str) -> str:
    """Return the keyed hash of a name."""
    return _marks(session, [name])[name]


def _found(session: Session, marks: Sequence[str], kinds: Sequence[str]) -> list[Suppression]:
    wanted = select(Suppression).where(Suppression.mark.in_(marks), Suppression.kind.in_(kinds))
    return list(session.scalars(wanted))


def _marks(session: Session, names: Iterable[str]) -> dict[str, str]:
    listed = sorted(set(names))
    if not listed:
        return {}
    kept = session.get(HashKey, KEY)
    if kept is None:
        raise Misconfigured("The key of the suppression list is gone from the table `hash_keys`: restore it.")
    key = bytes.fromhex(kept.value)
    return {name: hmac.new(key, name.encode(), hashlib.sha256).hexdigest() for name in listed}

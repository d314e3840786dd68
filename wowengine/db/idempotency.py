"""The same request answered once: the first answer is kept and given again.

A client that lost our answer repeats its request under the same key. The key is taken in the transaction of the
work itself, so either both the work and its answer exist, or neither.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wowengine import clock
from wowengine.db.base import Base
from wowengine.errors import BadInput

KEPT = timedelta(days=3)
LONGEST_KEY = 255
MANY = 1_000  # keys looked for in one statement


class Answered(Base):
    """One key on one route, the hash of what was asked, and what was answered."""

    __tablename__ = "idempotency"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    route: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Answer:
    """What was answered the first time, byte for byte."""

    status: int
    body: str


def recall(session: Session, key: str, route: str, request: bytes) -> Answer | None:
    """Return the first answer to this key, or None if it is new.

    Raises
    ------
    BadInput
        When the key was used with another request.
    """
    found = session.get(Answered, (key, route))
    if found is None:
        return None
    if found.request_sha256 != _sha256(request):
        raise BadInput("This Idempotency-Key was used with another request. Use a new key.", key=key)
    return Answer(found.status, found.body)


def remember(session: Session, key: str, route: str, request: bytes, answer: Answer) -> None:
    """Keep the first answer, in the same transaction as the work. Two at once: the second fails on the key."""
    session.add(
        Answered(
            key=key,
            route=route,
            request_sha256=_sha256(request),
            status=answer.status,
            body=answer.body,
            created_at=clock.now(),
        )
    )
    session.flush()


def done(session: Session, keys: Sequence[str], route: str) -> set[str]:
    """Return which of these keys were used on a route: for parts of a request that carry an id of their own."""
    query = select(Answered.key).where(Answered.route == route)
    return {key for part in _parts(keys) for key in session.scalars(query.where(Answered.key.in_(part)))}


def mark_done(session: Session, whose: Mapping[str, str], route: str) -> None:
    """Keep keys as used on a route, each under the id of whom it is about, so that forgetting finds it."""
    common = {"route": route, "request_sha256": "", "status": 200, "created_at": clock.now()}
    rows = [common | {"key": key, "body": json.dumps(who)} for key, who in sorted(whose.items())]
    if rows:
        session.execute(insert(Answered), rows)


def forget_old(session: Session) -> None:
    """Drop answers that nobody will ask for again."""
    session.execute(delete(Answered).where(Answered.created_at < clock.now() - KEPT))


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + MANY] for start in range(0, len(keys), MANY))


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()

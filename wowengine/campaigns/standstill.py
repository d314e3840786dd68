"""While a standstill is on, no worker sends anything: until a person says that what it was for is settled.

People go on deciding, and staff may claim: they have eyes, and settle by it.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wowengine import clock
from wowengine.db.base import Base, one_of
from wowengine.errors import Retriable

AGAIN = timedelta(minutes=1)  # how long a worker waits before it looks whether the standstill is over


class Cause(StrEnum):
    """What brought sending to a standstill."""

    RESTORED = "restored"  # an older copy of the database: what was sent since is not in it


class Standstill(Base):
    """One standstill, by its cause."""

    __tablename__ = "standstills"
    __table_args__ = (one_of("cause", Cause),)

    cause: Mapped[str] = mapped_column(String(20), primary_key=True)
    why: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]


def begin(session: Session, cause: Cause, why: str) -> None:
    """Let nothing be sent from now on. Twice is as once."""
    if session.get(Standstill, cause.value) is None:
        session.add(Standstill(cause=cause.value, why=why, since=clock.now()))
        session.flush()


def end(session: Session, cause: Cause) -> bool:
    """Let things be sent again, as far as this cause goes; whether it stood."""
    return session.execute(delete(Standstill).where(Standstill.cause == cause)).rowcount == 1  # type: ignore[attr-defined,no-any-return]


def standing(session: Session, cause: Cause) -> Standstill | None:
    """Return the standstill for this cause, or None."""
    return session.get(Standstill, cause.value, populate_existing=True)


def first(session: Session) -> Standstill | None:
    """Return what stands in the way of sending, or None."""
    return session.scalars(select(Standstill).order_by(Standstill.cause).limit(1)).one_or_none()


def wait_for_end(session: Session) -> None:
    """Go on only where nothing stands in the way of sending.

    Raises
    ------
    Retriable
        While there is a standstill, with its reason.
    """
    if (standing := first(session)) is not None:
        raise Retriable(f"Nothing is sent: {standing.why}", after=AGAIN)

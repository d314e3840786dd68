"""Who is told of what waits for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wowengine.db.base import Base, one_of


class Kind(StrEnum):
    """Why somebody is told."""

    NEEDS_WORD = "needs_word"  # a suggestion that nobody has answered, and its time runs out
    NEEDS_HANDS = "needs_hands"  # an approved task that nobody has taken
    ESCALATED = "escalated"  # either of them, still so when little time is left
    TOO_LATE = "too_late"  # it was approved, and nobody brought it in time
    IN_DOUBT = "in_doubt"  # nobody knows whether it was delivered


class Way(StrEnum):
    """How somebody is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"  # the company's own system, where one is configured


class Notice(Base):
    """One telling of one person. Nobody is told the same twice."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("channel", Way),
        CheckConstraint("sent_at is null or begun_at is not null", name="sent_was_begun"),
        UniqueConstraint("action_id", "to_name", "kind", "channel"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    action_id: Mapped[str] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"))
    to_name: Mapped[str] = mapped_column(String(80))  # one of the staff; '' is the company
    kind: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]  # committed before the call: a crash leaves it begun, and it is not sent again
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(300), default="")

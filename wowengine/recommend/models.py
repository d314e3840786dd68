"""The catalogue's table: what we could do for somebody."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from wowengine.db.base import Base, Json, one_of
from wowengine.terms import GestureKind


class Gesture(Base):
    """Something we could do for somebody, with what it costs us and what it is worth to them."""

    __tablename__ = "gestures"
    __table_args__ = (
        one_of("kind", GestureKind),
        CheckConstraint("cost_cents >= 0 and value_cents >= 0", name="money_not_negative"),
        CheckConstraint("stock is null or stock >= 0", name="stock_not_negative"),
        CheckConstraint("lead_minutes >= 0", name="lead_not_negative"),
    )

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    tags: Mapped[list[str]]
    cost_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    value_cents: Mapped[int]
    channels: Mapped[list[str]]
    stock: Mapped[int | None]  # as imported; what is left is derived from the ledger
    lead_minutes: Mapped[int]  # from a claim to the customer
    window_minutes: Mapped[int | None]  # they are to have it no earlier than so long before its deadline
    checklist: Mapped[list[str]]  # short lines that whoever delivers it ticks
    place: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    tiers: Mapped[list[str]]  # empty: every tier
    slots: Mapped[list[str]]  # stated preferences that fill it in, such as coffee
    attributes: Mapped[Json]  # title_it, category, template...
    content_hash: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[datetime]

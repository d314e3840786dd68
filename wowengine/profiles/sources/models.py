"""How far each source has been read, and whose turn it is to read it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wowengine.db.base import Base


class SourceCursor(Base):
    """Where to go on reading one account (or file, or feed) of one source. Written with what was stored, or not."""

    __tablename__ = "source_cursors"

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    account: Mapped[str] = mapped_column(String(400), primary_key=True)  # a handle, a file's name, a feed's address
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    value: Mapped[str] = mapped_column(Text)  # a platform's tokens are as long as it likes
    at: Mapped[datetime]


class SourceTurn(Base):
    """Who reads a source now, when it is due again, and how it went. It names nobody."""

    __tablename__ = "source_turns"

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    fence: Mapped[int]  # the number of the latest turn: an older one stores nothing any more
    lease_until: Mapped[datetime | None]  # on the database's clock; None: nobody reads
    due_at: Mapped[datetime]
    place: Mapped[int]  # which account comes next, by number: a name would be somebody's
    failures: Mapped[int]  # in a row
    last_error: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]  # of the last turn that went to its end, well or not

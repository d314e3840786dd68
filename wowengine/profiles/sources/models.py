"""How far each source has been read."""

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

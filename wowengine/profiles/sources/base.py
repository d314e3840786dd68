"""What every source keeps to: one protocol, a terms card, and the page of rows it hands over.

A source turns one real format into raw rows (the columns of ``frames.SIGNALS``); it stores nothing and decides
nothing. What it may be asked, and for whom, ``collect`` decides.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from wowengine.errors import BadInput, Misconfigured

Row = dict[str, Any]
Skipped = Mapping[str, int]  # reason -> how many

OLDEST_CARD_DAYS = 365


class SourceKind(StrEnum):
    """Whose words a source brings, and so what may be asked of it."""

    ACCOUNT = "account"  # one linked and consenting customer's public account at a time
    MENTIONS = "mentions"  # what others say to our own account: linked customers kept, strangers counted
    INBOX = "inbox"  # what was sent or exported to us: files laid down by the company
    LISTENING = "listening"  # words of strangers: counted in memory, never stored


@dataclass(frozen=True)
class Rate:
    """At most so many calls in so many seconds."""

    calls: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.calls} calls in {self.seconds} s"


@dataclass(frozen=True)
class Terms:
    """The terms card: what the platform lets us do, as somebody last read it (R16).

    Attributes
    ----------
    permitted_use
        One sentence: what we do here, and on what ground the platform allows it.
    deletion_hours
        Within how many hours what was deleted at the source must be gone here.
    rate
        How often we may ask; None where nobody is asked.
    url
        Where the terms stand; a company's own data has none.
    reviewed_on
        The day somebody last read them.
    """

    permitted_use: str
    deletion_hours: int
    rate: Rate | None
    url: str
    reviewed_on: date

    def too_old(self, today: date) -> bool:
        """Whether the card was reviewed more than twelve months ago."""
        return (today - self.reviewed_on).days > OLDEST_CARD_DAYS


@dataclass(frozen=True)
class Account:
    """Where to look: a customer's handle on the source's channel, a file, or the address of a feed."""

    address: str
    customer_id: str | None = None


@dataclass(frozen=True)
class Page:
    """What a source hands over at once.

    Attributes
    ----------
    rows
        Raw rows of ``frames.SIGNALS``; an edit is the same ``source_id`` with other words.
    deleted
        Ids of this source that are gone there, and so must go here.
    deleted_threads
        Ids of tickets that are gone with all that was said in them.
    cursor
        Where to go on next time; None leaves it where it was.
    wait_seconds
        How long the source wants to be left alone before the next call.
    more
        Whether there is another page to ask for at once.
    skipped
        What was there and is no signal, by reason.
    gave_up
        Why nothing (more) could be had; empty when all went well.
    hopeless
        Whether the next account would fare no better: nobody answers, or we are not let in.
    """

    rows: Sequence[Row] = ()
    deleted: Sequence[str] = ()
    deleted_threads: Sequence[str] = ()
    cursor: str | None = None
    wait_seconds: float = 0.0
    more: bool = False
    skipped: Skipped = field(default_factory=dict)
    gave_up: str = ""
    hopeless: bool = False


class Source(Protocol):
    """One place signals come from."""

    @property
    def name(self) -> str:
        """Stands on the command line, on the card, and beside the cursor."""

    @property
    def stored_as(self) -> str:
        """Stands in ``Signal.source``, and is the channel of the accounts that are asked for."""

    @property
    def kind(self) -> SourceKind:
        """Whose words it brings."""

    @property
    def terms(self) -> Terms:
        """The card that somebody read."""

    def parse(self, content: bytes) -> Page:
        """Read one document of the source's format.

        Raises
        ------
        BadInput
            When the document is not of that format; nothing else is ever raised, whatever the bytes.
        """

    def fetch(self, account: Account, cursor: str | None) -> Page:
        """Ask for what came after the cursor; what cannot be had is said in ``gave_up``, not raised."""


@runtime_checkable
class Rechecking(Source, Protocol):
    """A source that tells what has become of things we hold: edited, deleted, or as they were."""

    @property
    def ids_at_once(self) -> int:
        """How many ids it takes in one call."""

    def recheck(self, account: Account, ids: Sequence[str]) -> Page:
        """Return today's rows of these ids, and in ``deleted`` those that are gone."""


@dataclass(frozen=True)
class InboxSource:
    """A source whose documents are files: an export, a mailbox, a batch of events."""

    name: str
    terms: Terms
    parse: Callable[[bytes], Page]
    kind: SourceKind = SourceKind.INBOX

    @property
    def stored_as(self) -> str:
        """The same as its name."""
        return self.name

    def fetch(self, account: Account, cursor: str | None) -> Page:
        """Read the file at the account's address; the cursor is its hash, so the same file again says nothing."""
        try:
            content = Path(account.address).read_bytes()
        except OSError as error:
            return Page(gave_up=f"{Path(account.address).name} cannot be read: {error.strerror}")
        told = hashlib.sha256(content).hexdigest()
        if told == cursor:
            return Page(cursor=cursor, skipped={"read_before": 1})
        try:
            page = self.parse(content)
        except BadInput as error:
            return Page(gave_up=error.message)
        return replace(page, cursor=told)


def start(source: Source, today: date) -> None:
    """Refuse to begin on terms that nobody has read for a year.

    Raises
    ------
    Misconfigured
        When the terms card is older than twelve months.
    """
    terms = source.terms
    if terms.too_old(today):
        where = f" at {terms.url}" if terms.url else ""
        raise Misconfigured(
            f"The terms of {source.name} were last reviewed on {terms.reviewed_on}, more than twelve months ago. "
            f"Read them again{where}, and put today's date on its terms card."
        )


def gather(rows: Sequence[Row | str]) -> tuple[list[Row], Skipped]:
    """Part rows from the reasons (plain words) that stand where there was no row."""
    kept = [row for row in rows if not isinstance(row, str)]
    return kept, Counter(row for row in rows if isinstance(row, str))

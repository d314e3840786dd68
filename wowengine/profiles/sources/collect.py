"""From a source into the database: only for those who are linked and agreed, page by page, each page whole or not.

Before every call it is looked up who owns the handle and whether they say yes today (R2), so that a handle nobody
linked, or whose owner is silent, is never asked for. A page and the cursor behind it are stored in one transaction:
a crash reads a page again, and never leaves one out. Calls go out while no transaction is open.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl
from sqlalchemy import Table, and_, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.bulk import chunks, upsert
from wowengine.profiles.consent import consents
from wowengine.profiles.identity import normalise, owners
from wowengine.profiles.intake import Report, report_of, take_signals
from wowengine.profiles.listening import hear
from wowengine.profiles.models import Handle, Signal
from wowengine.profiles.sources.base import Account, Page, Rechecking, Source, SourceKind, start
from wowengine.profiles.sources.collected import Collected
from wowengine.profiles.sources.models import SourceCursor
from wowengine.profiles.sources.rows import from_mappings

PATIENCE = 60.0  # seconds waited between two calls; a longer wait ends the run, and the next one goes on
MOST_PAGES = 100  # of one account in one run, whatever a server says; the cursor knows where to go on
Progress = Callable[[str, int, int], None]
Listen = Callable[[Session, pl.DataFrame], object]
Hold = Callable[[Session], object]


def collect(
    database: Database,
    source: Source,
    places: Sequence[str] = (),
    *,
    dry_run: bool = False,
    begin: int = 0,
    patience: float = PATIENCE,
    enough: Callable[[], bool] = lambda: False,
    hold: Hold = lambda _session: None,
    listen: Listen = hear,
    progress: Progress = lambda _label, _done, _total: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Collected:
    """Bring in what is new at a source.

    Parameters
    ----------
    database, source
        Where to store, and whom to ask.
    places
        Files or feeds to read; of a source of accounts, every linked and consenting customer's is asked for.
    dry_run
        Ask and tell, and change nothing: neither signals nor cursors.
    begin
        The account to begin with, counted from 0: where the run before broke off.
    patience
        Seconds to wait between two calls; a longer wait ends the run.
    enough
        Asked after each account whether to break off.
    hold
        Called in the transaction of each page; what it raises takes the page back.
    listen
        Counts the raw rows of strangers, in the transaction of their page; they are never stored.
    progress, sleep
        Told how far it is; called with the seconds that the source asks us to wait.

    Raises
    ------
    Misconfigured
        When the source's terms card is older than twelve months.
    """
    start(source, clock.now().date())
    run = _Run(database, source, dry_run, patience, hold, listen, sleep)
    accounts = [Account(place) for place in places]
    if source.kind is SourceKind.ACCOUNT:
        with database.reading() as session:
            accounts = agreed(session, source.stored_as)
    total, done = Collected(), 0
    first = begin if begin < len(accounts) else 0
    for done, account in enumerate(accounts[first:], first + 1):
        progress(f"reading {source.name}", done - 1, len(accounts))
        total += run.read(account)
        if total.hopeless or total.wait_seconds > patience or enough():
            break
    progress(f"reading {source.name}", len(accounts), len(accounts))
    return replace(total, place=done if done < len(accounts) else 0)


def agreed(session: Session, channel: str) -> list[Account]:
    """Return the accounts on a channel whose owners said yes to anything that a public post could serve."""
    handles = session.execute(
        select(Handle.address, Handle.customer_id).where(Handle.channel == channel).order_by(Handle.address)
    ).all()
    yes = consents(session, {handle.customer_id for handle in handles})
    return [Account(handle.address, handle.customer_id) for handle in handles if yes.get(handle.customer_id)]


@dataclass(frozen=True)
class _Run:
    database: Database
    source: Source
    dry_run: bool
    patience: float
    hold: Hold
    listen: Listen
    sleep: Callable[[float], None]

    def read(self, account: Account) -> Collected:
        """Read one account, file or feed to its end: what is new, then what became of what we hold."""
        total, cursor = Collected(accounts=1), self._cursor(account)
        for page in self._pages(account, cursor):
            total += self._keep(account, page)
        if not total.hopeless and total.wait_seconds <= self.patience:
            for page in self._rechecks(account):
                total += self._keep(account, page)
        return total

    def _pages(self, account: Account, cursor: str | None) -> Iterator[Page]:
        for _ in range(MOST_PAGES):
            if not self._may(account):
                return
            page = self.source.fetch(account, cursor)
            yield page
            if not page.more or not self._waited(page):
                return
            cursor = page.cursor or cursor

    def _rechecks(self, account: Account) -> Iterator[Page]:
        if not isinstance(self.source, Rechecking):
            return
        for ids in chunks(self._held(account), self.source.ids_at_once):
            if not self._may(account):
                return
            page = self.source.recheck(account, ids)
            yield page
            if page.gave_up or not self._waited(page):
                return

    def _waited(self, page: Page) -> bool:
        """Wait as long as the source asks, if that is bearable."""
        if page.wait_seconds > self.patience:
            return False
        if page.wait_seconds:
            self.sleep(page.wait_seconds)
        return True

    def _may(self, account: Account) -> bool:
        """Say whether the account may be asked for at this moment: a handle is given up or a yes taken back at once."""
        if self.source.kind is not SourceKind.ACCOUNT:
            return True
        with self.database.reading() as session:
            address = normalise(self.source.stored_as, account.address)
            owner = owners(session, [address]).get(address)
            return owner is not None and owner == account.customer_id and bool(consents(session, [owner]))

    def _cursor(self, account: Account) -> str | None:
        with self.database.reading() as session:
            return session.scalar(
                select(SourceCursor.value).where(
                    SourceCursor.source == self.source.name, SourceCursor.account == _spelt(self.source, account)
                )
            )

    def _held(self, account: Account) -> list[str]:
        author = ":".join(normalise(self.source.stored_as, account.address))
        mine = select(Signal.source_id).where(Signal.source == self.source.stored_as, Signal.author == author)
        with self.database.reading() as session:
            return list(session.scalars(mine.order_by(Signal.source_id)))

    def _keep(self, account: Account, page: Page) -> Collected:
        """Store a page and its cursor, both or neither."""
        raw = from_mappings(page.rows)
        told = Collected(
            skipped=Counter(page.skipped),
            gave_up=Counter([page.gave_up] if page.gave_up else []),
            wait_seconds=page.wait_seconds if page.wait_seconds > self.patience else 0.0,
            hopeless=page.hopeless,
        )
        with self.database.reading() if self.dry_run else self.database.transaction() as session:
            self.hold(session)
            if self.source.kind in {SourceKind.LISTENING, SourceKind.MENTIONS} and raw.height:
                self.listen(session, raw)
            if self.source.kind is SourceKind.LISTENING:
                told += Collected(heard=raw.height)
                raw = raw.clear()
            file = _spelt(self.source, account) if self.source.kind is SourceKind.INBOX else None
            report = report_of(take_signals(session, raw, file=file)) if raw.height else Report()
            gone, threads = (list(filter(str.isprintable, ids)) for ids in (page.deleted, page.deleted_threads))
            deleted = delete_signals(session, self.source.stored_as, gone, threads)
            if page.cursor is not None and page.cursor.isprintable():  # what a database cannot hold was never ours
                _save(session, self.source, account, page.cursor)
        return told + Collected(report=report, deleted=deleted)


def delete_signals(session: Session, source: str, source_ids: Sequence[str], threads: Sequence[str] = ()) -> int:
    """Delete what was deleted at its source, and build the profiles anew that it fed; return how many went.

    Parameters
    ----------
    session
        Of the caller's transaction.
    source, source_ids
        What is gone, as ``Signal.source`` and ``Signal.source_id`` name it.
    threads
        Ids of messages that are gone with all that answers them.
    """
    of_source = Signal.source == source
    wanted = [
        *(and_(of_source, Signal.source_id.in_(part)) for part in chunks([*source_ids, *threads])),
        *(and_(of_source, Signal.in_reply_to.in_(part)) for part in chunks(threads)),
    ]
    return store.delete_signals(session, wanted, clock.now())


def _save(session: Session, source: Source, account: Account, cursor: str) -> None:
    table = SourceCursor.__table__
    assert isinstance(table, Table)  # noqa: S101 - SQLAlchemy types it as any selectable
    row = {
        "source": source.name,
        "account": _spelt(source, account),
        "customer_id": account.customer_id,
        "value": cursor,
        "at": clock.now(),
    }
    upsert(session, table, [row], key=["source", "account"], keep=[])


def _spelt(source: Source, account: Account) -> str:
    if source.kind is SourceKind.ACCOUNT:
        return ":".join(normalise(source.stored_as, account.address))
    return account.address[-400:]

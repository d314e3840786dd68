"""Whose profile no longer rests on what is held: marked where that changes, built anew by `store.refresh`.

A message belongs to its author and to whoever began the thread it stands in; so a change touches every customer of the
threads that it was in before or is in now. Marking too many costs time alone; marking too few would leave a profile
wrong until the night's whole build.
"""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wowengine.db.many import TextColumn, among, among_pairs
from wowengine.profiles.bulk import chunks, insert_chosen
from wowengine.profiles.models import Customer, Signal, StaleProfile

Key = tuple[str, str]  # source, source_id
Link = tuple[str, str, str | None, str | None]  # source, source_id, in_reply_to, customer_id
LINK = Signal.source, Signal.source_id, Signal.in_reply_to, Signal.customer_id


def mark(session: Session, customer_ids: Iterable[str | None]) -> None:
    """Mark profiles to be built anew; ids of nobody we know are passed over."""
    marked = {who for who in customer_ids if who is not None}
    if marked:
        known = select(Customer.id).where(among(Customer.id, marked)).order_by(Customer.id)
        insert_chosen(session, StaleProfile, ["customer_id"], known)


def mark_people(session: Session, customer_ids: Collection[str]) -> None:
    """Mark people whose consent changed, and all who share a thread with them."""
    keys: set[Key] = set()
    for part in chunks(sorted(customer_ids)):
        mine = select(Signal.source, Signal.source_id).where(Signal.customer_id.in_(part))
        keys |= {(row.source, row.source_id) for row in session.execute(mine)}
    mark(session, {*customer_ids, *touched(session, keys)})


def marked(session: Session) -> list[str]:
    """Return whose profiles wait to be built anew."""
    return list(session.scalars(select(StaleProfile.customer_id).order_by(StaleProfile.customer_id)))


def clear(session: Session, customer_ids: Iterable[str]) -> None:
    """Take the marks off."""
    for part in chunks(customer_ids):
        session.execute(delete(StaleProfile).where(StaleProfile.customer_id.in_(part)))


def touched(session: Session, keys: Iterable[Key], told: Iterable[Link] = ()) -> set[str | None]:
    """Return every customer of the threads in which these messages stand now, as author or as whoever was answered.

    Parameters
    ----------
    session
        Only read from.
    keys
        Messages to look up.
    told
        Messages of which it is known how they stand, and which need no look-up.
    """
    links = list(told)
    known = {(source, source_id) for source, source_id, *_ in links}
    met: set[Key] = set()
    new = known.union(keys)
    owners: set[str | None] = set()
    while new:
        met |= new
        links += _linked(session, Signal.source_id, new - known)
        links += _linked(session, Signal.in_reply_to, new)
        owners |= {customer_id for *_, customer_id in links}
        found = {(source, source_id) for source, source_id, *_ in links}
        found |= {(source, in_reply_to) for source, _, in_reply_to, _ in links if in_reply_to is not None}
        new, links = found - met, []
    return owners


def _linked(session: Session, named_by: TextColumn, keys: Collection[Key]) -> Iterator[Link]:
    if keys:
        these = among_pairs(Signal.source, named_by, keys)
        yield from session.execute(select(*LINK).where(these, named_by.is_not(None)))  # the index of answers

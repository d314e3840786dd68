"""Two records of one customer made one, by a person, and undone without a trace of the mistake.

What was said and the handles go over to the record that is kept, row by row, each move written down. The stricter word
on consent holds: what either record refuses is refused, and the record that is left agrees to nothing any more. Undoing
puts every row back, with what has since come by the handles that go back.
"""

from collections.abc import Iterable, Sequence

import polars as pl
from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.db import audit
from wowengine.db.audit import Change, ChangeKind
from wowengine.db.many import among
from wowengine.errors import NotFound
from wowengine.profiles import stale, store
from wowengine.profiles.bulk import PAIRS, chunks
from wowengine.profiles.consent import standing
from wowengine.profiles.handles import most
from wowengine.profiles.models import Consent, Customer, Handle, Merge, MergeMove, ProbableMatch, Signal
from wowengine.terms import LegalBasis, Purpose

STANDS = Merge.undone_at.is_(None)
HANDLES, SIGNALS, CONSENTS = "handles", "signals", "consents"


def merge(session: Session, customer_id: str, into_id: str, *, by: str, reason: str) -> Merge | str:
    """Let `into_id` be known by everything `customer_id` is; or return the rule that forbids it.

    Raises
    ------
    NotFound
        When one of them is not known.
    """
    _lock(session, customer_id, into_id)
    broken = _forbids(session, customer_id, into_id)
    if broken:
        return broken
    made = Merge(customer_id=customer_id, into_id=into_id, reason=reason, by=by, at=clock.now())
    session.add(made)
    session.flush()
    _give_over(session, made)
    _be_strict(session, made)
    _close_match(session, customer_id, into_id)
    _note_change(session, made, "merge", by)
    _build_anew(session, made)
    return made


def undo(session: Session, merge_id: int, *, by: str) -> Merge | str:
    """Part what was merged; or return the rule that forbids it.

    Raises
    ------
    NotFound
        When there is no such merge.
    """
    made = session.get(Merge, merge_id, with_for_update=True)
    if made is None:
        raise NotFound(f"There is no merge {merge_id}.", merge_id=merge_id)
    if made.undone_at is not None:
        return "undone_already"
    if standing_of(session, [made.into_id]):
        return "merged_on"  # the kept record has itself been merged since: that must be undone first
    _lock(session, made.customer_id, made.into_id)
    _take_back(session, made)
    _lift(session, made)
    made.undone_at, made.undone_by = clock.now(), by
    session.flush()
    _note_change(session, made, "undo", by)
    _build_anew(session, made)
    return made


def standing_of(session: Session, customer_ids: Iterable[str]) -> dict[str, str]:
    """Return which of these records were merged, and into which; a chain is followed to its end."""
    rows = session.execute(
        select(Merge.customer_id, Merge.into_id).where(STANDS, among(Merge.customer_id, customer_ids))
    )
    found = {row.customer_id: row.into_id for row in rows}
    on = standing_of(session, set(found.values())) if found else {}
    return {who: on.get(into, into) for who, into in found.items()}


def records_of(session: Session, customer_id: str) -> list[str]:
    """Return every record of the person behind one of them: the kept one first."""
    kept = standing_of(session, [customer_id]).get(customer_id, customer_id)
    found, new = [kept], [kept]
    while new:
        new = list(session.scalars(select(Merge.customer_id).where(STANDS, Merge.into_id.in_(new)).order_by(Merge.id)))
        found += new
    return found


def note_later(session: Session, rows: pl.DataFrame) -> None:
    """Note signals that came under a merged record's id (``source``, ``source_id``, ``customer_id``): they go back too.

    They are stored already, as the kept record's.
    """
    for who in rows["customer_id"].unique().sort():
        named = rows.filter(pl.col("customer_id") == who).select("source", "source_id").unique().rows()
        ids: set[int] = set()
        for part in chunks(named, PAIRS):
            these = or_(*(and_(Signal.source == source, Signal.source_id == its) for source, its in part))
            ids |= set(session.scalars(select(Signal.id).where(these)))
        record: str | None = who
        while record and (made := session.scalar(select(Merge).where(STANDS, Merge.customer_id == record))):
            _note(session, made, SIGNALS, sorted(ids - set(_moved(session, made, SIGNALS))))
            record = made.into_id  # merged on: it goes back step by step, as it came


def merges(session: Session, limit: int, customer_id: str | None = None) -> Sequence[Merge]:
    """Return merges that stand, newest first: all, or those of one record."""
    wanted = select(Merge).where(STANDS).order_by(Merge.id.desc()).limit(limit)
    if customer_id is not None:
        wanted = wanted.where(or_(Merge.customer_id == customer_id, Merge.into_id == customer_id))
    return session.scalars(wanted).all()


def _build_anew(session: Session, made: Merge) -> None:
    """Build both records now; whoever shares a thread with them is marked, and built in time."""
    both = [made.customer_id, made.into_id]
    stale.mark_people(session, both)
    store.rebuild(session, clock.now(), both)


def _lock(session: Session, *customer_ids: str) -> None:
    """Let two merges of the same people take turns."""
    wanted = select(Customer.id).where(Customer.id.in_(customer_ids)).order_by(Customer.id)
    known = set(session.scalars(wanted.with_for_update()))
    for missing in set(customer_ids) - known:
        raise NotFound(f"There is no customer {missing}.", customer_id=missing)


def _forbids(session: Session, customer_id: str, into_id: str) -> str | None:
    if customer_id == into_id:
        return "same_record"
    if standing_of(session, [customer_id, into_id]):
        return "merged_already"  # no rings, and no record that hides behind two
    count = (
        select(Handle.channel, func.count().label("many"))
        .where(Handle.customer_id.in_([customer_id, into_id]))
        .group_by(Handle.channel)
    )
    too_many = any(row.many > most(row.channel) for row in session.execute(count))
    return "too_many_handles" if too_many else None


def _give_over(session: Session, made: Merge) -> None:
    for kind, table in ((HANDLES, Handle), (SIGNALS, Signal)):
        ids = list(session.scalars(select(table.id).where(table.customer_id == made.customer_id)))
        _note(session, made, kind, ids)
        session.execute(update(table).where(table.customer_id == made.customer_id).values(customer_id=made.into_id))


def _be_strict(session: Session, made: Merge) -> None:
    """Write a no where the other record refused, and for the record that is left: each noted, to be lifted again."""
    said = standing(session, [made.customer_id, made.into_id])
    left, kept = (
        {purpose: said.get((who, purpose)) for purpose in Purpose} for who in (made.customer_id, made.into_id)
    )
    refusals = [
        (who, purpose)
        for purpose in Purpose
        for who, word, other in ((made.customer_id, left, None), (made.into_id, kept, left))
        if (mine := word[purpose]) and mine.given and (other is None or ((its := other[purpose]) and not its.given))
    ]
    common = {"legal_basis": LegalBasis.CONSENT.value, "source": _source(made), "at": clock.now(), "given": False}
    rows = [Consent(customer_id=who, purpose=purpose.value, **common) for who, purpose in refusals]
    session.add_all(rows)
    session.flush()
    _note(session, made, CONSENTS, [row.id for row in rows])


def _take_back(session: Session, made: Merge) -> None:
    handles = _moved(session, made, HANDLES)
    authors = [
        f"{row.channel}:{row.address}"
        for part in chunks(handles)
        for row in session.execute(select(Handle.channel, Handle.address).where(Handle.id.in_(part)))
    ]
    mine = Signal.customer_id == made.into_id
    since = [and_(mine, Signal.author.in_(part)) for part in chunks(authors)]
    theirs = [and_(mine, Signal.id.in_(part)) for part in chunks(_moved(session, made, SIGNALS))]
    for each in (*theirs, *since):
        session.execute(update(Signal).where(each).values(customer_id=made.customer_id))
    for part in chunks(handles):
        wanted = Handle.customer_id == made.into_id, Handle.id.in_(part)
        session.execute(update(Handle).where(*wanted).values(customer_id=made.customer_id))


def _lift(session: Session, made: Merge) -> None:
    """Take the merge's own refusals out again: what the person said before, or has said since, holds."""
    for part in chunks(_moved(session, made, CONSENTS)):
        session.execute(delete(Consent).where(Consent.id.in_(part), Consent.source == _source(made)))


def _close_match(session: Session, customer_id: str, into_id: str) -> None:
    one, two = sorted((customer_id, into_id))
    session.execute(delete(ProbableMatch).where(ProbableMatch.customer_id == one, ProbableMatch.other_id == two))


def _note(session: Session, made: Merge, kind: str, ids: Sequence[int]) -> None:
    if ids:
        session.execute(insert(MergeMove), [{"merge_id": made.id, "kind": kind, "row_id": one} for one in ids])


def _moved(session: Session, made: Merge, kind: str) -> list[int]:
    mine = MergeMove.merge_id == made.id, MergeMove.kind == kind
    return list(session.scalars(select(MergeMove.row_id).where(*mine).order_by(MergeMove.row_id)))


def subjects_of(session: Session, customer_id: str) -> list[str]:
    """Return the names under which the audit knows the merges of a record."""
    mine = select(Merge).where(or_(Merge.customer_id == customer_id, Merge.into_id == customer_id))
    return [_source(made) for made in session.scalars(mine)]


def _note_change(session: Session, made: Merge, what: str, by: str) -> None:
    details = {"customer_id": made.customer_id, "into_id": made.into_id, "reason": made.reason}
    audit.note(session, Change(ChangeKind.MERGE, _source(made), what, by, details, private=True))


def _source(made: Merge) -> str:
    return f"merge:{made.id}"

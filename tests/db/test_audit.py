"""What was changed stays written down: tampering is found, forgetting is not tampering, and numbers have no gaps."""

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wowengine.campaigns.models import Account
from wowengine.db import audit
from wowengine.db.audit import AuditHead, AuditRow, Broken, Change, ChangeKind
from wowengine.db.session import Database

NOTHING: Mapping[int, str] = {}


def change(what: str = "approve", **details: Any) -> Change:
    return Change(ChangeKind.STEP, "act_1", what, "anna", details, private=True)


def written(database: Database, count: int) -> None:
    """So many changes, each in a transaction of its own."""
    for number in range(1, count + 1):
        with database.transaction() as session:
            audit.note(session, change(number=number))


def broken(database: Database, anchored: Mapping[int, str] = NOTHING) -> Broken | None:
    with database.reading() as session:
        return audit.verify(session, anchored).broken


def anchored(database: Database) -> dict[int, str]:
    with database.reading() as session:
        return {audit.head(session).number: audit.head(session).hash}


def swap(session: Session) -> None:
    for number, other in ((3, -3), (4, 3), (-3, 4)):
        session.execute(update(AuditRow).where(AuditRow.number == number).values(number=other))


def cut(session: Session, after: int) -> None:
    """Cut the tail off as somebody does who knows the tables: the head is put back as well."""
    session.execute(delete(AuditRow).where(AuditRow.number > after))
    last = session.get_one(AuditRow, after)
    session.execute(update(AuditHead).values(number=after, hash=last.hash))


def forge(session: Session) -> None:
    """Put a row in beyond the end."""
    last = session.execute(select(*AuditRow.__table__.c).where(AuditRow.number == 5)).mappings().one()
    session.execute(insert(AuditRow).values(dict(last) | {"number": 6}))


ATTACKS: Mapping[str, tuple[Any, Broken]] = {
    "a row is changed": (
        lambda session: session.execute(update(AuditRow).where(AuditRow.number == 3).values(actor="bruno")),
        Broken(3, "It was changed, or stands in another's place: its hash does not follow from what it says."),
    ),
    "a row is deleted": (
        lambda session: session.execute(delete(AuditRow).where(AuditRow.number == 3)),
        Broken(3, "It is missing: after 2 comes 4."),
    ),
    "two rows change places": (
        swap,
        Broken(3, "It was changed, or stands in another's place: its hash does not follow from what it says."),
    ),
    "a row is put in": (forge, Broken(6, "It was put in: it stands beyond the head.")),
    "the tail is cut off": (
        lambda session: session.execute(delete(AuditRow).where(AuditRow.number > 3)),
        Broken(4, "It is missing, with all that follow: the head stands at 5."),
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_found_at_its_number(database: Database, attack: str) -> None:
    written(database, 5)
    assert broken(database, anchored(database)) is None
    does, found = ATTACKS[attack]
    with database.transaction() as session:
        does(session)
    assert broken(database) == found


def test_a_tail_cut_off_with_the_head_put_back_is_found_by_the_anchor_alone(database: Database) -> None:
    written(database, 5)
    anchor = anchored(database)
    with database.transaction() as session:
        cut(session, 3)
    assert broken(database) is None
    found = broken(database, anchor)
    assert found
    assert (found.number, "the anchor saw 5" in found.why) == (4, True)


def test_a_chain_that_was_written_anew_is_found_by_the_anchor_alone(database: Database) -> None:
    written(database, 5)
    anchor = anchored(database)
    with database.transaction() as session:
        session.execute(delete(AuditRow))
        session.execute(update(AuditHead).values(number=0, hash=audit.GENESIS))
    written(database, 7)
    assert broken(database) is None
    assert broken(database, anchor) == Broken(
        5, "The chain was written anew up to here: the anchor saw another hash at this number."
    )


def test_a_row_changed_together_with_its_own_hash_is_found_at_the_next(database: Database) -> None:
    written(database, 5)
    with database.transaction() as session:
        row = dict(session.execute(select(*AuditRow.__table__.c).where(AuditRow.number == 3)).mappings().one())
        row["actor"] = "bruno"
        row["hash"] = audit._hash(row, session.get_one(AuditRow, 2).hash)
        session.execute(update(AuditRow).where(AuditRow.number == 3).values(row))
    assert broken(database) == Broken(4, ATTACKS["a row is changed"][1].why)


def test_a_head_that_was_changed_is_found(database: Database) -> None:
    written(database, 2)
    with database.transaction() as session:
        session.execute(update(AuditHead).values(hash="f" * 64))
    assert broken(database) == Broken(2, "The head knows another hash of it: the row or the head was changed.")


def test_numbers_have_no_gaps_when_eight_write_at_once_and_some_are_undone(database: Database) -> None:
    def write() -> None:
        for number in range(20):
            try:
                with database.transaction() as session:
                    audit.note(session, change(number=number))
                    audit.note(session, change("claim", number=number))
                    if number % 5 == 4:
                        raise ValueError("undone")  # noqa: TRY301 - the point of it
            except ValueError:
                continue

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        found = audit.verify(session, NOTHING)
    assert (found.rows, found.broken) == (8 * 16 * 2, None)


def test_what_a_savepoint_takes_back_is_not_written(database: Database) -> None:
    with database.transaction() as session:
        session.add(Account(id="budget:test", unit="EUR", granted=1))
        audit.note(session, change("before"))
        with pytest.raises(ValueError, match="no"), session.begin_nested():
            audit.note(session, change("taken back"))
            raise ValueError("no")
        with session.begin_nested():
            audit.note(session, change("kept"))
            with pytest.raises(IntegrityError), session.begin_nested():
                audit.note(session, change("failed"))
                session.execute(insert(Account).values(id="budget:test", unit="EUR"))
        session.expunge_all()
        with pytest.raises(IntegrityError), session.begin_nested():
            audit.note(session, change("failed as it was flushed"))
            session.add(Account(id="budget:test", unit="EUR", granted=1))
            session.flush()
        audit.note(session, change("after"))
    with database.reading() as session:
        assert session.scalars(select(AuditRow.what).order_by(AuditRow.number)).all() == ["before", "kept", "after"]


def test_nothing_is_written_of_a_transaction_that_is_undone(database: Database) -> None:
    with pytest.raises(ValueError, match="no"), database.transaction() as session:
        audit.note(session, change())
        raise ValueError("no")
    with database.transaction() as session:
        audit.note(session, change())
        session.rollback()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == 0


def test_a_key_thrown_away_makes_particulars_unguessable_and_leaves_the_chain_whole(database: Database) -> None:
    with database.transaction() as session:
        audit.note(session, change(note="Anna was crying at gate 12"))
        audit.note(session, Change(ChangeKind.STEP, "act_2", "approve", "anna", {}, private=True))
    with database.reading() as session:
        row = session.get_one(AuditRow, 1)
        assert row.digest == audit.digest_of(change(note="Anna was crying at gate 12"), row.key)
        assert row.digest != audit.digest_of(change(note="Anna was crying at gate 12"), None)
    with database.transaction() as session:
        audit.throw_keys_away(session, ["act_1"])
    with database.reading() as session:
        keys = session.scalars(select(AuditRow.key).order_by(AuditRow.number)).all()
        assert [bool(key) for key in keys] == [False, True]
    assert broken(database) is None


def test_two_rows_of_the_same_particulars_do_not_show_it(database: Database) -> None:
    with database.transaction() as session:
        audit.note(session, change(note="yes"))
        audit.note(session, change(note="yes"))
    with database.reading() as session:
        assert len(set(session.scalars(select(AuditRow.digest)))) == 2


def test_the_head_is_locked_only_at_the_end(postgres: Database) -> None:
    """A transaction that noted something and goes on working holds up nobody."""
    with postgres.transaction() as session:
        audit.note(session, change())
        session.execute(text("select 1"))
        other = threading.Thread(target=written, args=(postgres, 1))
        other.start()
        other.join(5)
        assert not other.is_alive()
    with postgres.reading() as session:
        assert audit.verify(session, NOTHING).rows == 2

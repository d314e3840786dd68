"""A file outside the database remembers where the audit ended."""

from pathlib import Path

from sqlalchemy import delete, update

from tests.db.test_audit import written
from wowengine.db import anchor, audit
from wowengine.db.audit import AuditHead, AuditRow
from wowengine.db.session import Database


def append(database: Database, path: Path) -> bool:
    with database.reading() as session:
        return anchor.append(session, path, ["approve"])


def test_a_line_is_written_where_the_chain_has_grown_and_names_who_was_heard_of(
    sqlite: Database, tmp_path: Path
) -> None:
    path = tmp_path / "home" / anchor.FILE
    assert not append(sqlite, path)
    written(sqlite, 2)
    assert append(sqlite, path)
    assert not append(sqlite, path)
    written(sqlite, 1)
    assert append(sqlite, path)
    seen = anchor.read(path)
    assert [(one.number, one.subjects) for one in seen] == [(2, ("act_1",)), (3, ("act_1",))]
    with sqlite.reading() as session:
        assert anchor.hashes(seen)[3] == audit.head(session).hash
        assert audit.verify(session, anchor.hashes(seen)).anchored == 3


def test_a_line_torn_by_a_crash_does_not_count_and_the_next_stands_on_its_own(sqlite: Database, tmp_path: Path) -> None:
    path = tmp_path / anchor.FILE
    written(sqlite, 1)
    append(sqlite, path)
    whole = path.read_text()
    written(sqlite, 1)
    append(sqlite, path)
    for length in range(len(whole) + 1, len(path.read_text()) - 7):
        torn = tmp_path / "torn"
        torn.write_text(path.read_text()[:length])
        assert [one.number for one in anchor.read(torn)][:1] == [1]
        append(sqlite, torn)
        assert anchor.read(torn)[-1].number == 2


def test_a_copy_that_lacks_what_the_anchor_saw_is_behind_until_it_starts_anew(sqlite: Database, tmp_path: Path) -> None:
    path = tmp_path / anchor.FILE
    with sqlite.reading() as session:
        assert not anchor.is_behind(session, anchor.read(path))
    written(sqlite, 3)
    append(sqlite, path)
    with sqlite.transaction() as session:
        assert not anchor.is_behind(session, anchor.read(path))
        session.execute(delete(AuditRow).where(AuditRow.number > 1))
        session.execute(update(AuditHead).values(number=1, hash=session.get_one(AuditRow, 1).hash))
    written(sqlite, 4)  # it grows past the number that the anchor saw, and is another chain all the same
    with sqlite.reading() as session:
        assert anchor.is_behind(session, anchor.read(path))
        anchor.start_anew(session, path)
        seen = anchor.read(path)
        assert [one.number for one in seen] == [5]
        assert not anchor.is_behind(session, seen)
        assert audit.verify(session, anchor.hashes(seen)).broken is None

"""An older copy of the database does not send again what was sent since it was made."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.campaigns.making import LATER, NOW, WORKER, approved, now_is, world
from wowengine.campaigns import courier, restored, standstill
from wowengine.campaigns.channels import open_channels
from wowengine.campaigns.lifecycle import ActionState
from wowengine.clock import frozen
from wowengine.db import anchor, audit
from wowengine.db.audit import AuditRow
from wowengine.db.session import Database
from wowengine.errors import Conflict, Retriable


def watch(database: Database, path: Path) -> bool:
    with database.transaction() as session:
        return restored.keep_watch(session, path)


def carry(database: Database, spool: Path, action_id: str) -> None:
    with frozen(LATER):
        courier.carry(database.transaction, open_channels(spool), action_id, WORKER)


def test_what_was_sent_since_the_copy_is_named_and_nothing_is_sent_until_it_is_settled(
    sqlite: Database, tmp_path: Path
) -> None:
    path, spool, copy = tmp_path / anchor.FILE, tmp_path / "spool", tmp_path / "copy.db"
    action_id = world(sqlite, channel="spool")
    approved(sqlite, action_id)
    assert watch(sqlite, path)
    sqlite.scrub()
    shutil.copyfile(tmp_path / "wow.db", copy)
    carry(sqlite, spool, action_id)
    assert watch(sqlite, path)
    assert now_is(sqlite, action_id).state == ActionState.DELIVERED

    older = Database(f"sqlite:///{copy}")
    with older.reading() as session:
        found = restored.look(session, anchor.read(path))
    assert (found.anchored > found.head, found.younger, found.waiting) == (True, {action_id: "approved"}, 1)
    assert not watch(older, path)
    with pytest.raises(Retriable, match="the anchor saw"):
        carry(older, tmp_path / "again", action_id)

    with older.transaction() as session:
        restored.settle(session, "anna")
    with older.reading() as session:
        anchor.start_anew(session, path)
        assert standstill.standing(session, standstill.Cause.RESTORED) is None
        assert audit.verify(session, anchor.hashes(anchor.read(path))).broken is None
        last = session.get_one(AuditRow, audit.head(session).number)
        assert (last.kind, last.what, last.actor) == ("restore", "settle", "anna")
    assert watch(older, path)
    older.close()


def test_an_action_that_the_copy_does_not_know_is_named_too(sqlite: Database, tmp_path: Path) -> None:
    line = f"{NOW.isoformat()} 99 {'a' * 64} act_later"
    (tmp_path / anchor.FILE).write_text(line + "\n")
    with sqlite.reading() as session:
        found = restored.look(session, anchor.read(tmp_path / anchor.FILE))
    assert (found.head, found.anchored, found.younger) == (0, 99, {"act_later": "unknown"})


def test_a_chain_broken_in_itself_is_not_settled(sqlite: Database, broken_on_purpose: None) -> None:
    world(sqlite)
    with sqlite.transaction() as session:
        session.execute(update(AuditRow).where(AuditRow.number == 1).values(actor="nobody"))
    with pytest.raises(Conflict, match="broken at 1"), sqlite.transaction() as session:
        restored.settle(session, "anna")

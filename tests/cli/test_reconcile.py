"""`wow audit verify`, `wow audit anchor` and `wow reconcile`, as an operator uses them."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from typer.testing import CliRunner

from tests.campaigns.making import LATER, STAFF, approved, world
from tests.db.test_audit import cut
from wowengine import migrations
from wowengine.campaigns import deliver
from wowengine.campaigns.models import ActionEvent
from wowengine.cli.app import app
from wowengine.clock import frozen
from wowengine.db.audit import AuditRow
from wowengine.db.session import Database
from wowengine.errors import BadInput, Conflict


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("WOW_HOME", str(tmp_path))
    monkeypatch.setenv("WOW_DATABASE_URL", "")
    monkeypatch.setenv("COLUMNS", "200")
    made = Database(f"sqlite:///{tmp_path / 'wow.db'}")
    migrations.prepare(made)
    return made


def wow(*arguments: str, expect: int = 0) -> str:
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.output


def told(*arguments: str, expect: int = 0) -> Any:
    return json.loads(wow(*arguments, "--json", expect=expect))


def delivered(database: Database, action_id: str) -> None:
    """Staff claim and deliver it: two steps and a ledger entry."""
    with frozen(LATER), database.transaction() as session:
        fence = deliver.claim(session, action_id, STAFF).fence
        deliver.deliver(session, action_id, STAFF, fence, {"note": "given"})


def test_a_sound_chain_is_told_so_with_what_the_anchor_saw(database: Database) -> None:
    approved(database, world(database))
    assert "the anchor has seen none yet" in wow("audit", "verify")
    assert "saw the first 4" in wow("audit", "anchor")
    assert wow("audit", "verify").startswith("4 changes, each as it was written down; the anchor saw the first 4")
    assert told("audit", "verify") == {"holds": True, "rows": 4, "anchored": 4, "broken": None}


def test_a_deleted_row_is_named_by_its_number_and_the_exit_code_is_one(database: Database) -> None:
    approved(database, world(database))
    with database.transaction() as session:
        session.execute(delete(AuditRow).where(AuditRow.number == 2))
    assert wow("audit", "verify", expect=1).startswith("Broken at 2. It is missing: after 1 comes 3.")
    assert told("audit", "verify", expect=1)["broken"]["number"] == 2


def test_a_cut_tail_is_found_and_nothing_is_sent_any_more(database: Database) -> None:
    approved(database, world(database))
    wow("audit", "anchor")
    with database.transaction() as session:
        cut(session, 2)
    assert "the anchor saw 4" in wow("audit", "verify", expect=1)
    with pytest.raises(Conflict, match="nothing is sent"):
        wow("audit", "anchor")


def test_promises_that_hold_are_told_so_and_a_broken_one_by_its_name(database: Database) -> None:
    approved(database, world(database))
    assert wow("reconcile") == "Every promise holds.\n"
    assert told("reconcile") == {"violations": [], "standstill": None, "restored": None}
    with database.transaction() as session:
        session.execute(update(ActionEvent).where(ActionEvent.version == 2).values(note="another"))
    said = wow("reconcile", expect=1)
    assert said.startswith("I11: act_")
    assert "1 promises are broken." in said


def test_after_an_older_copy_was_restored_nothing_is_sent_until_it_is_settled(
    database: Database, tmp_path: Path
) -> None:
    action_id = world(database)
    approved(database, action_id)
    database.scrub()
    shutil.copyfile(tmp_path / "wow.db", tmp_path / "copy.db")
    delivered(database, action_id)
    wow("audit", "anchor")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy, closing(sqlite3.connect(tmp_path / "wow.db")) as mine:
        copy.backup(mine)

    found = told("reconcile", "--restored")
    assert (found["restored"]["anchored"], found["restored"]["head"], found["violations"]) == (7, 4, [])
    assert found["restored"]["younger"] == {action_id: "approved"}
    assert "Nothing is sent: an older copy" in wow("reconcile")
    assert "wow reconcile --settled" in wow("reconcile", "--restored")
    assert told("reconcile", "--settled")["standstill"] is None
    assert wow("audit", "verify").startswith("5 changes")


def test_to_see_what_is_missing_and_to_settle_it_are_two_commands(database: Database) -> None:
    with pytest.raises(BadInput, match="first see"):
        wow("reconcile", "--restored", "--settled")

"""``wow tasks`` and the verbs of staff, as they type them."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.campaigns.making import ANNA, BUDGET, LATER, NOW, customer, proposed
from wowengine import migrations
from wowengine.campaigns import ledger, review
from wowengine.campaigns.handling import Handling
from wowengine.cli.app import app, console
from wowengine.clock import frozen
from wowengine.db.session import Database

DEADLINE = NOW + timedelta(hours=2)


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("WOW_HOME", str(tmp_path))
    monkeypatch.setenv("WOW_DATABASE_URL", "")
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(console, "_width", 300)
    database = Database(f"sqlite:///{tmp_path / 'wow.db'}")
    migrations.prepare(database)
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        action = proposed(session, handling=Handling(("warm the cup",)), deadline_at=DEADLINE)
        return review.approve(session, action.id, ANNA).id


def wow(*words: str) -> Any:
    told = CliRunner().invoke(app, [*words, "--json"])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return json.loads(told.stdout)


def test_a_task_is_claimed_ticked_handed_over_given_back_and_delivered(task: str) -> None:
    with frozen(LATER):
        (row,) = wow("tasks", "--as", "theo", "--whose", "mine")
        assert (row["action"], row["checklist"], row["too late"]) == (task, "[ ] warm the cup", None)
        assert wow("claim", task)["fence"] == 1
        wow("tick", task, "0", "--fence", "1")
        assert wow("tasks")[0]["checklist"] == "[x] warm the cup"
        assert wow("hand-over", task, "gus", "--fence", "1")["fence"] == 2
        assert wow("release", task, "--fence", "2", "--note", "shift over")["state"] == "approved"
        assert wow("claim", task)["fence"] == 3
        done = wow("deliver", task, "--fence", "3", "--code", "B12", "--photo", "7f3a")
    assert done["state"] == "delivered"


def test_what_cannot_be_done_is_said_to_be(task: str) -> None:
    with frozen(LATER):
        wow("claim", task)
        assert wow("fail", task, "--fence", "1", "--reason", "she had left")["state"] == "failed"


def test_after_the_deadline_it_stands_under_a_heading_of_its_own(task: str) -> None:
    with frozen(DEADLINE):
        (row,) = wow("tasks")
        assert row["too late"].startswith("Too late: its time was over at 2026-11-03 11:00 UTC")
        shown = CliRunner().invoke(app, ["tasks"]).stdout
    assert "Nothing to deliver." in shown
    assert "Too late" in shown

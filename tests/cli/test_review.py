"""``wow approve`` by two, ``wow amend``, ``defer``, ``note``, ``ask``, ``answer``, ``queue --alike`` and ``never``."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.campaigns.making import BUDGET, customer, proposed
from wowengine import migrations
from wowengine.campaigns import ledger
from wowengine.cli.app import app
from wowengine.db.session import Database
from wowengine.errors import BadInput, Refused

Wow = Callable[..., str]


@pytest.fixture
def actions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three of the same, and one that is dear, waiting."""
    for name, value in {"WOW_HOME": str(tmp_path), "WOW_DATABASE_URL": "", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    database = Database(f"sqlite:///{tmp_path / 'wow.db'}")
    migrations.upgrade(database)
    with database.transaction() as session:
        ledger.open_account(session, BUDGET, "EUR", 100_000)
        made = []
        for number in range(3):
            customer(session, f"c{number}")
            made.append(proposed(session, f"c{number}", slots={}).id)
        made.append(proposed(session, "c0", gesture_id="trip", amount_cents=15_000).id)
    database.close()
    return made


def wow(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def told(*arguments: str) -> Any:
    return json.loads(wow(*arguments, "--json"))


def test_approving_says_when_a_second_person_is_needed(actions: list[str]) -> None:
    first = wow("approve", actions[3], "--as", "anna")
    assert "proposed; a second person must approve it too: a manager or higher" in first
    with pytest.raises(Refused, match="anna has approved it already"):
        wow("approve", actions[3], "--as", "anna")
    assert wow("approve", actions[3], "--as", "bruno").strip() == "Espresso voucher: approved"


def test_an_amendment_prints_the_action_to_approve(actions: list[str]) -> None:
    fresh = told("amend", actions[0], "--amount-cents", "450", "--note", "half is enough", "--as", "anna")
    assert fresh["action"] not in actions
    assert "EUR 4.00: waits for approval as act_" in wow("amend", fresh["action"], "--amount-cents", "400")


def test_what_is_put_off_waits(actions: list[str]) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert "deferred" in wow("defer", actions[0], "--until", later)
    with pytest.raises(BadInput, match="Say until when"):
        wow("defer", actions[1], "--until", "")


def test_a_colleague_finds_what_they_were_asked_about(actions: list[str]) -> None:
    wow("note", actions[0], "She is on leave.", "--as", "anna")
    wow("ask", actions[0], "bruno", "May we?", "--as", "anna")
    assert [row["action"] for row in told("queue", "--asked", "--as", "bruno")] == [actions[0]]
    assert "anna has your answer" in wow("answer", actions[0], "Yes.", "--as", "bruno")
    assert told("queue", "--asked", "--as", "bruno") == []


def test_look_alikes_are_listed_by_group(actions: list[str]) -> None:
    (group,) = told("queue", "--alike")
    assert (group["waiting"], group["cost"]) == (3, "EUR 6.00")
    assert set(group["actions"].split()) == set(actions[:3])


def test_never_again_is_said_listed_and_taken_back(actions: list[str]) -> None:
    why = ("--why", "She has had enough.")
    assert "nothing that delights" in wow("never", "say", "surprises", "--customer", "c0", *why)
    assert len(told("queue")) == 2
    said = told("never", "say", "gesture", "espresso", "--everybody", *why, "--as", "anna")
    assert told("queue") == []
    wow("never", "take-back", str(said["number"]), "--as", "bruno")
    newest, _ = told("never")
    assert (newest["customer"], newest["by"], newest["taken back by"]) == ("everybody", "anna", "bruno")
    with pytest.raises(BadInput, match="for whom"):
        wow("never", "say", "surprises", *why)

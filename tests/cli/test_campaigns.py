"""``wow campaigns``, as a marketer uses it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.campaigns.making import customer
from wowengine import migrations
from wowengine.campaigns import launch
from wowengine.cli.app import app
from wowengine.db.session import Database
from wowengine.errors import BadInput, Conflict, NotFound, Refused

TOML = """
name = "Coffee"
currency = "EUR"
budget_cents = 5000
audience = "tier = gold or not tier = gold"
starts_at = 2026-11-01T08:00:00Z
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    told = {"WOW_HOME": str(tmp_path), "WOW_DATABASE_URL": "", "WOW_HOLDOUT_SHARE": "0", "COLUMNS": "160"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    database = Database(f"sqlite:///{tmp_path / 'wow.db'}")
    migrations.prepare(database)
    with database.transaction() as session:
        customer(session, "anna")
    return database


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["campaigns", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def said(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))


def test_a_campaign_from_a_file_to_its_report(home: Database, tmp_path: Path) -> None:
    file = tmp_path / "coffee.toml"
    file.write_text(TOML, encoding="utf-8")
    assert "There is none yet" in run("list")
    campaign = said("create", str(file), "--as", "mara")["id"]
    assert said("dry-run", campaign)["states"] == {"ineligible": 1}
    assert "What came of 1" in run("dry-run", campaign, "--at", "2027-01-01")
    run("submit", campaign, "--as", "mara")
    with pytest.raises(Refused, match="somebody else"):
        run("approve", campaign, "--as", "mara")
    assert "is scheduled, at version 3" in run("approve", campaign, "--as", "anna", "--version", "2")
    with home.transaction() as session:
        launch.turn(session)
    assert said("trigger", campaign, "--customer", "anna") == [
        {"customer": "anna", "state": "ineligible", "reason": "the campaign has no gesture for them"}
    ]
    assert "at once" in run("trigger", campaign, "--broadcast")
    for wrong in ((), ("--customer", "anna", "--broadcast"), ("--customer", "anna", "--audience", "tier = gold")):
        with pytest.raises(BadInput, match="one of the two"):
            run("trigger", campaign, *wrong)
    assert said("report", campaign)["considered"] == 1
    run("pause", campaign, "--note", "a strike")
    assert [one["step"] for one in said("show", campaign)["life"]] == ["edit", "submit", "approve", "start", "pause"]
    assert "Now: resume, finish, cancel" in run("show", campaign)
    run("resume", campaign)
    run("cancel", campaign)
    with pytest.raises(Conflict, match="nothing more"):
        run("edit", campaign, str(file))
    assert [one["state"] for one in said("list")] == ["cancelled"]


def test_a_file_that_cannot_be_used_is_told_with_the_place(home: Database, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(TOML + "budget = 3\n", encoding="utf-8")
    with pytest.raises(BadInput, match="budget"):
        run("create", str(file))
    file.write_text(TOML + 'gestures = ["rum"]\n', encoding="utf-8")
    with pytest.raises(NotFound, match="rum"):
        run("create", str(file))
    home.close()

"""``wow policy``, as a manager uses it."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from tests.campaigns.test_receipts import kept
from tests.campaigns.test_rehearsal import late
from tests.decide.make import NOW
from wowengine import migrations
from wowengine.cli.app import app
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.policy import policy_text
from wowengine.errors import BadInput, Conflict, Refused
from wowengine.profiles.frames import GESTURES
from wowengine.profiles.frames import check as check_rows
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import store_gestures


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {"WOW_HOME": str(tmp_path / "home"), "WOW_DATABASE_URL": "", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "home"


def run(*arguments: str, expect: int = 0) -> str:
    done = CliRunner().invoke(app, [*arguments], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.output


def told(*arguments: str, expect: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", expect=expect))


def edited(folder: Path, *changes: tuple[str, str]) -> str:
    said = policy_text()
    for old, new in changes:
        assert old in said
        said = said.replace(old, new, 1)
    file = folder / "new.toml"
    file.write_text(said)
    return str(file)


def opened(home: Path) -> Database:
    home.mkdir(exist_ok=True)
    database = Database(f"sqlite:///{home / 'wow.db'}")
    migrations.prepare(database)
    return database


def test_the_policy_is_printed_ready_to_be_edited(home: Path) -> None:
    assert run("policy").rstrip("\n") == run("policy", "show").rstrip("\n") == policy_text().rstrip("\n")


def test_a_shell_that_writes_it_to_its_own_place_gets_it_whole(home: Path) -> None:
    """`wow policy > policy.toml` has emptied the file before it is read."""
    home.mkdir()
    (home / "policy.toml").touch()
    assert run("policy").rstrip("\n") == policy_text().rstrip("\n")


def test_the_schema_is_json(home: Path) -> None:
    assert json.loads(run("policy", "schema"))["title"] == "Policy"
    assert not home.exists()


def test_a_sound_policy_passes_and_makes_no_database(home: Path, tmp_path: Path) -> None:
    assert told("policy", "check", edited(tmp_path)) == {"errors": [], "warnings": []}
    assert run("policy", "check", edited(tmp_path)) == "new.toml: 0 errors, 0 warnings.\n"
    assert not home.exists()


def test_every_error_is_told_with_its_place_and_the_exit_is_one(home: Path, tmp_path: Path) -> None:
    wrong = edited(
        tmp_path, ("scarce_below", "scarce_bellow"), ("days = 90", 'days = "soon"'), ("between = 7", "between = -7")
    )
    said = told("policy", "check", wrong, expect=1)
    assert [fault["path"] for fault in said["errors"]] == [
        "scarce_bellow",
        "scarce_below",
        "caps.kinds.surprise.days",
        "cool_downs.between",
    ]
    assert "error: scarce_bellow is not a word it knows" in run("policy", "check", wrong, expect=1)
    (tmp_path / "new.toml").write_text("base_rate = ")
    assert "not TOML" in told("policy", "check", wrong, expect=1)["errors"][0]["said"]


def test_numbers_that_do_nothing_are_warnings_and_the_exit_is_zero(home: Path, tmp_path: Path) -> None:
    idle = edited(tmp_path, ("delight = 1 ", "delight = 0 "))
    assert told("policy", "check", idle)["warnings"][0] == {
        "path": "suggestions.delight",
        "said": "is 0: nobody is ever surprised",
    }
    assert "warning: suggestions.delight is 0: nobody is ever surprised" in run("policy", "check", idle)


def test_where_there_is_a_catalogue_it_is_asked_too(home: Path, tmp_path: Path) -> None:
    rows = [
        {"gesture_id": "map", "kind": "surprise", "title": "Map", "cost_cents": 600, "currency": "EUR"},
        {
            "gesture_id": "voucher",
            "kind": "compensation",
            "title": "V",
            "cost_cents": 250,
            "currency": "EUR",
            "most": 40,
        },
    ]
    database = opened(home)
    assert told("policy", "check", edited(tmp_path))["warnings"] == [], "a catalogue that is yet to come lacks nothing"
    with database.transaction() as session:
        store_gestures(session, check_rows(from_mappings(rows), GESTURES).good)
    levers = edited(tmp_path, ("gestures = {}", "gestures = { map = 2.0, mop = 2.0 }"))
    assert [one["path"] for one in told("policy", "check", levers)["warnings"]] == ["levers.gestures.mop"]


def test_a_policy_is_tried_on_the_decisions_of_the_last_days(home: Path, tmp_path: Path) -> None:
    generous = edited(tmp_path, ("serious = 2000", "serious = 3000"))
    assert "nothing to try it on" in run("policy", "try", generous)
    kept(opened(home), late("c1"), late("c2", days_ago=9))
    with frozen(NOW):
        said = told("policy", "try", generous)
        assert (said["decisions"], said["changed"], said["customers"]) == (2, 2, 2)
        assert said["suggestions"] == {"comes": 0, "goes": 0, "changes": 2}
        assert said["changes"][0]["after_cents"] == 2800
        assert said["per_head"][0]["before_cents"] is None
        assert told("policy", "try", generous, "--days", "7")["decisions"] == 1
        shown = run("policy", "try", generous)
    assert "Decisions taken again: 2; otherwise than they were: 2." in shown
    assert "the first 2 of 2, for 2 customers" in shown
    assert "EUR 56.00" in shown
    assert "too few" in shown


def test_a_raise_needs_two_people_and_the_list_says_who_they_were(home: Path, tmp_path: Path) -> None:
    more = edited(tmp_path, ("granted_cents = 60000", "granted_cents = 90000"))
    assert told("policy", "list") == []
    said = run("policy", "propose", more, "--as", "anna", "--note", "the fair")
    assert "budgets.budget:surprises:EUR (delight, EUR): 60000 -> 90000" in said
    assert "For somebody other than anna to run: wow policy activate" in said
    version = told("policy", "list")[0]["version"]
    with pytest.raises(Refused, match="anna proposed it"):
        run("policy", "activate", version[:12], "--as", "anna")
    assert "is in force from now on" in run("policy", "activate", version[:12], "--as", "bruno")
    [row] = told("policy", "list")
    assert (row["state"], row["proposed_by"], row["activated_by"], row["note"]) == (
        "active",
        "anna",
        "bruno",
        "the fair",
    )
    assert "granted_cents = 90000" in run("policy")
    with pytest.raises(Conflict, match="in force already"):
        run("policy", "propose", more, "--as", "carla")
    less = edited(tmp_path, ("granted_cents = 60000", "granted_cents = 1"))
    assert told("policy", "propose", less)["raises"] == []
    assert "granted_cents = 1\n" in run("policy", "show", told("policy", "list")[0]["version"])
    with pytest.raises(BadInput, match="nobody is named"):
        run("policy", "propose", less, "--as", " ")


def test_doctor_says_when_the_file_is_only_a_draft(home: Path, tmp_path: Path) -> None:
    def finding() -> dict[str, str]:
        listed = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).output)
        return next(one for one in listed if one["what"] == "policy")

    less = edited(tmp_path, ("granted_cents = 60000", "granted_cents = 1"))
    told("policy", "propose", less)
    assert "the packaged default" in finding()["said"]
    run("policy", "activate", told("policy", "list")[0]["version"])
    assert (finding()["state"], "activated by admin" in finding()["said"]) == ("ok", True)
    (home / "policy.toml").write_text(policy_text())
    assert (finding()["state"], "is only a draft" in finding()["said"]) == ("hint", True)
    (home / "policy.toml").write_text(Path(less).read_text())
    assert finding()["state"] == "ok"
    with opened(home).transaction() as session:
        session.execute(text("update policies set toml = 'base_rate = 0.2'"))
    assert (finding()["state"], "language: Field required" in finding()["said"]) == ("broken", True)

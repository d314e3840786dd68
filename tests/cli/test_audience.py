"""``wow audience``, as a marketer tries one."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.campaigns.making import NOW, customer
from wowengine import migrations
from wowengine.cli.app import app
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import BadInput
from wowengine.profiles.models import Customer


@pytest.fixture
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    for name, value in {"WOW_HOME": str(home), "WOW_DATABASE_URL": "", "COLUMNS": "160"}.items():
        monkeypatch.setenv(name, value)
    home.mkdir()
    database = Database(f"sqlite:///{home / 'wow.db'}")
    migrations.prepare(database)
    with frozen(NOW), database.transaction() as session:
        customer(session, "anna")
        customer(session, "ben", agrees=False)
        for who in ("anna", "ben"):
            session.get_one(Customer, who).tier = "gold"
    database.close()


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["audience", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.usefixtures("_home")
def test_it_tells_how_many_why_and_which_clause_bites() -> None:
    said = run("tier = gold and not had(surprise, 90d)")
    assert "2 of 2 customers meet it; 1 may be targeted, 1 say no to offers, 0 never said a word of them." in said
    assert "not had(surprise, 90d)" in said
    assert "tier is gold; had no surprise in the last 90 days" in said
    assert "Nobody may be targeted." in run("tier = silver")


@pytest.mark.usefixtures("_home")
def test_it_tells_machines_the_same() -> None:
    told = json.loads(run("tier = gold", "--json"))
    assert (told["audience"], told["count"], told["members"], told["objecting"]) == ("tier = gold", 2, 1, 1)
    assert told["funnel"] == [{"clause": "tier = gold", "alone": 2, "without": 2}]
    assert told["samples"] == [{"customer_id": "anna", "reasons": ["tier is gold"]}]


@pytest.mark.usefixtures("_home")
def test_what_is_wrong_is_told_before_a_database_is_opened() -> None:
    with pytest.raises(BadInput, match=r"At column 1, .* Did you mean tier\?"):
        run("teir = gold")

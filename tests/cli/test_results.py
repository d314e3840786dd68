"""`wow results`, `wow hear` and `wow export`, as marketing uses them."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.campaigns.making import BUDGET, NOW, customer
from tests.campaigns.paying import campaign, drawn
from tests.campaigns.test_worked import done
from wowengine import migrations
from wowengine.campaigns import ledger
from wowengine.campaigns.campaign import CampaignState
from wowengine.cli.app import app
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import BadInput


def wow(*arguments: object) -> str:
    done = CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A campaign that has ended, with one delivery, forty days later."""
    url = f"sqlite:///{tmp_path / 'wow.db'}"
    monkeypatch.setenv("WOW_DATABASE_URL", url)
    monkeypatch.setenv("WOW_HOME", str(tmp_path))
    monkeypatch.setenv("WOW_HOLDOUT_SHARE", "0")
    monkeypatch.setenv("COLUMNS", "250")
    database = Database(url)
    migrations.upgrade(database)
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 100_000)
        campaign(session, name="=Coffee")
        done(session, "espresso", 10).campaign_id = "cmp_1"
    with frozen(NOW + timedelta(days=40)):
        yield database
    database.close()


def test_people_see_a_table_a_verdict_and_by_what_it_was_counted(company: Database) -> None:
    with company.transaction() as session:
        drawn(session, 800, {"treated": 0.5, "held_out": 0.2})
    told = wow("results", "--outcome-cents", 2_000)
    assert "Results by campaign" in told
    assert re.search(r"=Coffee: higher: however often one looks; \+\d\d\.\d\d \(\+\d\d\.\d\d to \+\d\d", told)
    assert "points more buyers; net EUR " in told
    assert "): pays." in told
    assert "all together: cannot tell yet: nobody was drawn." in told
    assert "An hour of staff at EUR 30.00, one more buyer worth EUR 20.00" in told


def test_a_small_world_says_how_many_more_it_takes(company: Database) -> None:
    with company.transaction() as session:
        drawn(session, 60, {"treated": 0.3, "held_out": 0.3}, price_cents=900)
    told = wow("results")
    assert "=Coffee: cannot tell yet: no difference at all lies within the interval;" in told
    assert " EUR a customer; it takes " in told
    assert told.count(": cannot tell yet.") == 1  # what is left, too


def test_arms_that_went_wrong_are_named(company: Database) -> None:
    with company.transaction() as session:
        campaign(session, "cmp_2", name="Odd", holdout=0.1, state=CampaignState.RUNNING)
        drawn(session, 400, {"treated": 0.5, "held_out": 0.1}, campaign_id="cmp_2")
    assert "the arms are not as large as planned" in wow("results")


def test_programs_get_the_same_as_from_the_api(company: Database) -> None:
    with company.transaction() as session:
        drawn(session, 60, {"treated": 0.3, "held_out": 0.3})
    told = json.loads(wow("results", "--by", "kind", "--json"))
    assert (told["by"], told["rates"]["hourly_cents"], told["care"]) == ("kind", 3_000, [])
    assert [one["key"] for one in told["items"]] == ["surprise"]
    later = json.loads(wow("results", "--since", "2026-12-01", "--json"))
    assert later["items"] == []


@pytest.mark.parametrize("wrong", [("--by", "moon"), ("--since", "soon")])
def test_what_is_asked_wrongly_is_refused(company: Database, wrong: tuple[str, str]) -> None:
    assert company
    with pytest.raises(BadInput):
        wow("results", *wrong)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_results_and_tables_are_written_into_files(company: Database, tmp_path: Path, suffix: str) -> None:
    with company.transaction() as session:
        drawn(session, 60, {"treated": 0.3, "held_out": 0.3})
    read = pl.read_csv if suffix == "csv" else pl.read_parquet
    for what, rows in (("results", 2), ("actions", 1), ("recipients", 60), ("decisions", 1)):
        file = tmp_path / f"{what}.{suffix}"
        assert f"{rows} rows of {what}" in wow("export", what, file)
        assert read(file).height == rows
    row = read(tmp_path / f"results.{suffix}").row(0, named=True)
    assert row["name"] == ("'=Coffee" if suffix == "csv" else "=Coffee")
    assert (row["cost_cents"], row["return_staff_cents"], row["verdict"]) == (600, 500, "cannot tell yet")


def test_a_person_is_exported_as_before_and_another_table_is_refused(company: Database, tmp_path: Path) -> None:
    assert company
    assert json.loads(wow("export", "c1"))["customer_id"] == "c1"
    with pytest.raises(BadInput, match="decisions"):
        wow("export", "users", tmp_path / "users.csv")


def test_listening_without_anything_said_hears_nothing(company: Database) -> None:
    assert company
    assert json.loads(wow("hear", "--json")) == {"heard": 0}
    assert "0 heard" in wow("hear")

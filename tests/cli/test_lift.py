"""`wow lift`, as marketing uses it."""

import json
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.campaigns.making import NOW
from wowengine import migrations
from wowengine.campaigns import outcomes
from wowengine.campaigns.assignments import assign
from wowengine.cli.app import app
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.arms import Arm, Drawing
from wowengine.decide.policy_chance import Arms
from wowengine.errors import BadInput, Conflict, WowError
from wowengine.profiles.intake import take_customers
from wowengine.profiles.sources.rows import from_mappings
from wowengine.terms import OutcomeType


def lift(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["lift", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*arguments: object, by: type[WowError] = BadInput) -> str:
    with pytest.raises(by) as caught:
        CliRunner().invoke(app, ["lift", *map(str, arguments)], catch_exceptions=False)
    return caught.value.message


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def table() -> pl.DataFrame:
    """4,000 customers, half of them treated: 30 % bought instead of 22 %, and spent EUR 20 each."""
    dice = random.Random(18)
    arms = [dice.choice(["on", "off"]) for _ in range(4_000)]
    bought = [dice.random() < (0.30 if arm == "on" else 0.22) for arm in arms]
    spent = [round(dice.expovariate(1 / 20), 2) if one else 0.0 for one in bought]
    return pl.DataFrame({"customer": range(4_000), "arm": arms, "bought": bought, "spent": spent})


@pytest.fixture(params=["csv", "ndjson", "parquet"])
def file(table: pl.DataFrame, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / f"trial.{request.param}"
    getattr(table, f"write_{request.param}")(path)
    return path


def test_a_known_difference_is_told_in_points_from_every_kind_of_file(file: Path, table: pl.DataFrame) -> None:
    told = json.loads(lift(file, "--arm", "arm", "--control", "off", "--outcome", "bought", "--json"))
    counts = dict(table["arm"].value_counts().iter_rows())
    assert [(one["arm"], one["n"]) for one in told["arms"]] == sorted(counts.items())
    assert told["arms"][0]["mean"] == pytest.approx(table.filter(pl.col("arm") == "off")["bought"].mean())
    [only] = told["lift"]
    assert (only["arm"], only["verdict"], told["unit"]) == ("on", "higher", "percentage points")
    assert 2 < only["sequence"]["low"] < only["low"] < 8 < only["high"] < only["sequence"]["high"] < 16
    assert only["points"] == pytest.approx(100 * (told["arms"][1]["mean"] - told["arms"][0]["mean"]))
    assert told["sample_ratio"]["alarm"] is False
    assert told["set_aside"] == told["needed"] == {}


def test_money_is_told_in_its_own_unit(file: Path) -> None:
    told = json.loads(lift(file, "--arm", "arm", "--control", "off", "--outcome", "spent", "--json"))
    assert told["unit"] == "as the outcome"
    assert told["lift"][0]["low"] < 1.6 < told["lift"][0]["high"]


def test_people_see_a_table_a_verdict_and_what_to_mind(tmp_path: Path) -> None:
    path = tmp_path / "trial.csv"
    rows = [f"{arm},{'yes' if n % 4 else 'no'}" for arm, size in (("on", 300), ("off", 500)) for n in range(size)]
    path.write_text("\n".join(["arm,bought", *rows, "on,", ",yes"]))
    said = lift(path, "--arm", "arm", "--control", "off", "--outcome", "bought", "--detect", "5")
    assert "Lift over off, in percentage points" in said
    assert "on: cannot tell yet: no difference at all lies within the interval." in said
    assert "Left out: 1 x no_arm, 1 x no_outcome." in said
    assert "write 0" in said
    assert "on: 5 would be seen with a power of 80 % in " in said
    assert "warning: the arms are not as large as equal ones (say with --share what was planned)" in said


def test_planned_shares_and_a_planned_end_are_held_to(file: Path) -> None:
    common = (file, "--arm", "arm", "--control", "off", "--outcome", "bought", "--json")
    free, planned = (json.loads(lift(*common, *more))["lift"][0] for more in ((), ("--planned", "4000")))
    assert planned["low"] == free["low"]
    assert planned["sequence"]["low"] > free["sequence"]["low"]
    skewed = json.loads(lift(*common, "--share", "on=0.4", "--share", "off=0.6"))
    assert skewed["sample_ratio"]["alarm"] is True
    assert skewed["lift"][0]["verdict"] == "cannot tell yet"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--arm": "group"}, "There is no column 'group'; there are 'customer', 'arm', 'bought', 'spent'."),
        ({"--control": "none"}, "The control 'none' is none of the arms: 'off', 'on'."),
        ({"--outcome": "arm"}, "No row has both"),
        ({"--share": "half"}, "A share is given as ARM=0.5, not as 'half'."),
        ({"--share": "on=1"}, "No share is planned for 'off'"),
        ({"--control": ""}, "Give FILE, --arm, --control and --outcome, or --arms alone."),
        ({"--detect": "90"}, "cannot be looked for"),
    ],
)
def test_what_cannot_be_measured_is_one_clear_line(
    table: pl.DataFrame, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    path = tmp_path / "trial.csv"
    table.write_csv(path)
    options = {"--arm": "arm", "--control": "off", "--outcome": "bought"} | changes
    assert said in refused(path, *(part for option in options.items() for part in option))


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Four hundred customers, a quarter of them held out; a third of the others accepted something."""
    for name, value in (
        ("HOME", str(tmp_path)),
        ("DATABASE_URL", ""),
        ("HOLDOUT_SHARE", "0.25"),
        ("HOLDOUT_SALT", "s"),
    ):
        monkeypatch.setenv(f"WOW_{name}", value)
    made = Database(f"sqlite:///{tmp_path / 'wow.db'}")
    migrations.prepare(made)
    people = [f"c{number}" for number in range(400)]
    arms = {who: Arm.FULL if number % 4 else Arm.HOLDOUT for number, who in enumerate(people)}
    with made.transaction() as session, frozen(NOW):
        take_customers(session, from_mappings([{"customer_id": who} for who in people]))
        assign(session, Drawing("s", 0.25, Arms()).experiment, arms)
        for who in people[1::4]:
            outcomes.record(session, who, "coffee", OutcomeType.ACCEPTED, occurred_at=NOW)
    return made


def test_the_standing_arms_are_measured_from_the_database(company: Database) -> None:
    with frozen(NOW.replace(year=2027)):
        told: dict[str, Any] = json.loads(lift("--arms", "--outcome", "welcomed", "--json"))
        bought = lift("--arms")
    assert [(one["arm"], one["n"]) for one in told["arms"]] == [("full", 300), ("holdout", 100)]
    assert told["lift"][0]["points"] == pytest.approx(100 / 3)
    assert told["sample_ratio"]["planned"] == {"full": 0.75, "holdout": 0.25}
    assert "full: cannot tell yet" in bought


def test_where_nobody_has_stood_in_an_arm_for_long_enough_it_says_so(company: Database) -> None:
    with frozen(NOW):
        assert "400 are waited for" in refused("--arms", by=Conflict)
    assert "leave FILE" in refused("--arms", "--arm", "x")
    assert "who bought and who welcomed, not 'sang'" in refused("--arms", "--outcome", "sang")

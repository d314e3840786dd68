"""`wow audit fairness`, as an operator uses it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.campaigns.test_receipts import kept
from tests.decide.make import candidate, decided, incident, moment, person, voucher
from wowengine import migrations
from wowengine.cli.app import app, console
from wowengine.db.session import Database
from wowengine.decide import decide as deciding
from wowengine.decide import fairness
from wowengine.decide.inputs import Inputs
from wowengine.decide.offer import Offer, offers


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("WOW_HOME", str(tmp_path))
    monkeypatch.setenv("WOW_DATABASE_URL", "")
    monkeypatch.setenv("COLUMNS", "200")
    made = Database(f"sqlite:///{tmp_path / 'wow.db'}")
    migrations.prepare(made)
    return made


def keep(database: Database) -> None:
    """Three people after a late flight, on a voucher for all and a lounge for gold."""
    lounge = voucher("lounge", title="Lounge", tiers=("gold",), cost_cents=1100, value_cents=4000, category="travel")
    kept(
        database,
        *(
            decided(voucher(), lounge, who=person(customer_id=who, tier=tier), when=moment(incident=incident()))
            for who, tier in (("c1", "gold"), ("c2", None), ("c3", "silver"))
        ),
        decided(candidate(), who=person(customer_id="c4")),
    )


def audit(*arguments: str, expect: int = 0) -> str:
    done = CliRunner().invoke(app, ["audit", "fairness", *arguments], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.output


def test_where_nothing_was_decided_it_says_what_to_do(database: Database) -> None:
    said = audit()
    assert "No decision on an incident is kept yet" in said
    assert "No incident of the last month was suffered by several customers." in said
    told = json.loads(audit("--json"))
    assert (told["decisions"], told["pairs"], told["differences"], told["incidents"]) == (0, 0, [], [])


def test_a_fair_company_is_told_so_and_what_an_attribute_did_to_forms(database: Database) -> None:
    keep(database)
    said = audit()
    assert "decisions on incidents; difference 0." in said
    assert "attributes were tried; --json has them all." in said
    [tier] = [line.split() for line in said.splitlines() if line.startswith(("person.", "candidate."))]
    assert tier == ["person.tier", "9", "0", "5", "0"]
    told = json.loads(audit("--json"))
    assert told["decisions"] == 3
    assert told["pairs"] == sum(tally["pairs"] for tally in told["attributes"].values()) > 300
    assert told["attributes"]["person.tier"]["other_form"] > 0
    assert told["attributes"]["person.name"] == {"pairs": 12, "differ": 0, "other_form": 0, "withheld": 0}
    assert told["allowed"]["incident.affected"]["why"] == "how many suffered the same"
    assert json.loads(audit("--json", "--most", "2"))["decisions"] == 2


def test_a_planted_bias_is_named_and_ends_with_an_exit_code(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def biased(inputs: Inputs) -> list[Offer]:
        """Give people with an Italian name a euro more."""
        found, liked = offers(inputs), (inputs.person.name or "").endswith("i")
        return [one._replace(goodwill=_more(one.goodwill)) if liked else one for one in found]

    def _more(goodwill: Any) -> Any:
        return goodwill and replace(goodwill, cents=goodwill.cents + 100)

    keep(database)
    monkeypatch.setattr(console, "width", 200)  # so that no name is broken over two lines
    for module in (deciding, fairness):
        monkeypatch.setattr(module, "offers", biased)
    said = audit(expect=1)
    assert "differ, by person.name." in said
    assert "Oluwaseun Adébáyò" in said
    assert "EUR 21.00" in said
    [first, *_] = json.loads(audit("--json", expect=1))["differences"]
    assert (first["attribute"], first["amount"]) == ("person.name", "ladder")
    assert (first["before"], first["after"]) == ([2100, "EUR"], [2000, "EUR"])


def test_a_receipt_that_cannot_be_read_is_told_of(database: Database) -> None:
    keep(database)
    with database.transaction() as session:
        session.connection().exec_driver_sql(
            "update decisions set receipt = json_remove(receipt, '$.inputs.policy') where customer_id = 'c1'"
        )
    assert "1 decisions could not be taken again, such as: The receipt is not what was sealed" in audit()

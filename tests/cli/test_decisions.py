"""`wow why` and `wow replay`, as an operator uses them."""

import json
from pathlib import Path

import pytest

from tests.campaigns.test_receipts import kept
from tests.cases.world import World
from tests.decide.make import candidate, decided, incident, moment, person, voucher
from wowengine import migrations
from wowengine.db.session import Database


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def action(world: World) -> str:
    """A map was suggested rather than a book; a third gesture was not for them."""
    home = world.folder / "home"
    home.mkdir()
    database = Database(f"sqlite:///{home / 'wow.db'}")
    migrations.prepare(database)
    silver = person(tier="silver")
    [made] = kept(
        database,
        decided(candidate(), candidate("book", value_cents=700), candidate("gold", tiers=("gold",)), who=silver),
    )
    database.engine.dispose()
    return made


def test_why_tells_the_way_of_the_candidates_and_what_would_have_won(world: World, action: str) -> None:
    said = world.wow("why", action)
    assert "gold: kept for gold; they are silver" in said
    assert "Suggested (delight): Trail map of the Dolomites, priority 880." in said
    assert "book would have won against trail-map if its chance to land were 0.48 instead of 0.40." in said
    assert "book would have won against trail-map if it cost 360 cents instead of 600." in said
    told = world.json("why", action)
    assert [stage["came"] for stage in told["stages"]] == [3, 2, 2, 2, 1]
    assert {flip["change"] for flip in told["flips"]} == {"propensity", "value_cents", "lever", "cost_cents"}
    assert told["suggestions"][0]["factors"]["propensity"] == 0.4


def test_why_tells_what_makes_good_as_one_amount(world: World, action: str) -> None:
    database = Database(f"sqlite:///{world.folder / 'home' / 'wow.db'}")
    floor, _ = kept(database, decided(voucher(), who=person(customer_id="c-2"), when=moment(incident=incident())))
    database.engine.dispose()
    assert "EUR 264.00: EUR 250.00 owed by law, and EUR 14.00 of goodwill, in addition to" in world.wow("why", floor)
    assert world.json("why", floor)["compensation"]["total_cents"] == 26_400
    assert world.json("why", action)["compensation"] is None


def test_replay_comes_out_the_same_one_or_all(world: World, action: str) -> None:
    for arguments in ((action,), ("--all",)):
        assert world.json("replay", *arguments) == {"same": 1, "otherwise": 0, "why": {}}
    assert "1 came out the same, bit for bit; 0 did not." in world.wow("replay", "--all")


def test_a_decision_whose_inputs_are_gone_says_so(world: World, action: str) -> None:
    database = Database(f"sqlite:///{world.folder / 'home' / 'wow.db'}")
    with database.transaction() as session:
        session.connection().exec_driver_sql("update decisions set receipt = json_remove(receipt, '$.inputs.policy')")
    told = json.loads(world.wow_out("replay", "--all", "--json", expect=1))
    assert (told["same"], told["otherwise"]) == (0, 1)
    assert "not what was sealed" in next(iter(told["why"]))
    assert "not what was sealed" in world.wow("why", action, expect=1)


def test_what_is_asked_for_must_be_one_thing(world: World) -> None:
    assert "Name one decision, or say --all." in world.wow("replay", expect=2)
    assert "Name one decision, or say --all." in world.wow("replay", "dec_1", "--all", expect=2)
    assert "There is no decision dec_1." in world.wow("why", "dec_1", expect=1)

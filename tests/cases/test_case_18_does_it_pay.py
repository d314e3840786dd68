"""Case 18: does it pay? A world in which the truth is known: coffee for half of the customers, who buy more for it;
what it cost, what was truly resolved, and the lift against the holdout with an interval. And one too small to say."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns.making import ANNA, STAFF, proposed
from tests.campaigns.paying import campaign, drawn
from tests.cases.world import World
from wowengine import clock
from wowengine.campaigns import deliver, ledger, review
from wowengine.campaigns.lifecycle import GRACE
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.sources.rows import from_mappings
from wowengine.terms import Basis, GestureKind

START = clock.now().replace(microsecond=0) - timedelta(days=45)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BUDGET = "budget:surprises:EUR"
MORE_BUY = {"treated": 0.40, "held_out": 0.25}  # the truth: 15 points
GUESTS = tuple(f"guest-{number}" for number in range(10))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, f"sqlite:///{tmp_path / 'wow.db'}")


def past(world: World, many: int, chances: dict[str, float]) -> None:
    """Forty-five days ago: a campaign begins, ten guests get their coffee, and two lost bags are made good."""
    world.wow("migrate")
    database = Database(world.database_url)
    with frozen(START - DAY), database.transaction() as session:
        people = [
            {"customer_id": who, "handles": f"x:{who}", "consents": "care;offers;measurement"}
            for who in (*GUESTS, "helped", "unhelped")
        ]
        take_customers(session, from_mappings(people))
        lost = [
            said(f"bag {who}", who, START - DAY, kind="incident", type="bag_lost") for who in ("helped", "unhelped")
        ]
        take_signals(session, from_mappings(lost))
        ledger.open_account(session, BUDGET, "EUR", 100_000)
    with frozen(START), database.transaction() as session:
        campaign(session, name="Coffee", starts_at=START)
        drawn(session, many, chances, at=START, seed=2)
        for who in GUESTS:
            done(session, who, "espresso").campaign_id = "cmp_1"
        for who in ("helped", "unhelped"):
            good = {"kind": GestureKind.COMPENSATION, "basis": Basis.GOODWILL, "subject": f"bag {who}"}
            done(session, who, "call", amount_cents=1_500, **good)
    database.close()


def done(session: Any, who: str, gesture: str, **changes: Any) -> Any:
    """A gesture that staff delivered six minutes after they took it up."""
    action = proposed(session, who, gesture_id=gesture, **changes)
    review.approve(session, action.id, ANNA)
    with frozen(START + GRACE):
        held = deliver.claim(session, action.id, STAFF)
    with frozen(START + GRACE + 6 * MINUTE):
        return deliver.deliver(session, action.id, STAFF, held.fence, {"note": "given"})


def said(source_id: str, who: str, at: Any, **facts: Any) -> dict[str, Any]:
    row = {"source": "desk", "source_id": source_id, "kind": "message", "channel": "chat", "author": f"x:{who}"}
    return row | {"occurred_at": at.isoformat()} | facts


def test_a_campaign_and_every_kind_tell_cost_problems_truly_resolved_and_lift(world: World) -> None:
    past(world, 2_000, MORE_BUY)
    again = said("m-1", "unhelped", START + 2 * DAY, text="Where is my suitcase? You lost my bag and nobody helps!")
    world.wow("import", "signals", str(world.write("later.ndjson", [again | {"channel": "messenger"}])))
    world.wow("profile")

    told = world.json("results", "--outcome-cents", "2000")
    coffee, rest = told["items"]
    assert (coffee["name"], coffee["delivered"], coffee["cost_cents"]) == ("Coffee", 10, {"EUR": 6_000})
    assert coffee["staff_minutes"] == 60
    (lift,) = coffee["lift"]
    assert lift["sequence"]["low"] < lift["low"] < 0.15 < lift["high"] < lift["sequence"]["high"]
    assert (coffee["verdict"], lift["sample_ratio"]["alarm"]) == ("higher", False)
    brought = coffee["return"]
    assert brought["net_cents"] == brought["gain_cents"] - 6_000 - 3_000  # an hour at EUR 30
    assert brought["low_cents"] < 1_000 * 2_000 * 0.15 - 9_000 < brought["high_cents"]
    assert brought["pays"] == "pays"
    assert rest["issues"] == {"answered": 2, "came_back": 1, "not_yet_known": 0, "resolved": 1}

    with world.serving() as api:
        by_kind = api.get("/v1/results", params={"by": "kind", "outcome_cents": 2_000}).json()
        alone = api.get("/v1/campaigns/cmp_1/results", params={"outcome_cents": 2_000}).json()
    assert {name: alone[name] for name in coffee} == coffee
    made_good, surprise = by_kind["items"]
    assert (made_good["key"], made_good["cost_cents"], made_good["issues"]["resolved"]) == (
        "compensation",
        {"EUR": 3_000},
        1,
    )
    assert made_good["verdict"] == surprise["verdict"] == "cannot tell yet"  # no standing arms were drawn here
    weeks = by_kind["care"]
    assert sum(week["goodwill_cents"].get("EUR", 0) for week in weeks) == 3_000
    assert sum(week["contacts"] for week in weeks) == 1


def test_in_a_small_world_it_cannot_be_told_yet_and_it_says_what_it_takes(world: World) -> None:
    past(world, 60, {"treated": 0.3, "held_out": 0.3})
    worth = ("--outcome-cents", "20000")
    (coffee, _) = world.json("results", *worth)["items"]
    assert coffee["verdict"] == coffee["return"]["pays"] == "cannot tell yet"
    assert coffee["lift"][0]["low"] < 0 < coffee["lift"][0]["high"]
    assert coffee["lift"][0]["more"] > 0
    shown = world.wow("results", *worth)
    assert "Coffee: cannot tell yet: no difference at all lies within the interval" in shown
    assert "customers more to see what would just pay" in shown

    world.wow("export", "results", str(world.folder / "results.csv"))
    assert "cannot tell yet" in (world.folder / "results.csv").read_text()

"""Deciding for one customer and moment, and proposing what passes."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tests.api.test_customers import known
from tests.campaigns.making import BUDGET
from wowengine.campaigns import ledger
from wowengine.campaigns.models import Assignment
from wowengine.db.session import Database
from wowengine.profiles import frames
from wowengine.profiles.check import check
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import store_gestures

TRAIL_MAP = {"gesture_id": "trail-map", "kind": "surprise", "title": "Trail map", "tags": "hiking", "cost_cents": "500"}
LOUNGE = {"gesture_id": "lounge", "kind": "surprise", "title": "Lounge", "tags": "comfort", "tiers": "platinum"}
GESTURES = [TRAIL_MAP | {"value_cents": "1500"}, LOUNGE | {"cost_cents": "2000"}]


@pytest.fixture
def asked(client: TestClient, database: Database) -> TestClient:
    """A company with two gestures, a budget, and Anna."""
    known(database)
    with database.transaction() as session:
        store_gestures(session, check(from_mappings(GESTURES), frames.GESTURES).good)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
    return client


def decide(client: TestClient, expect: int = 200, key: str = "", **body: Any) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    told = client.post("/v1/decisions", json={"customer_id": "c1"} | body, headers=headers)
    assert told.status_code == expect, told.text
    decision: dict[str, Any] = told.json()
    return decision


def test_a_decision_tells_every_verdict_and_proposes_nothing_unasked(asked: TestClient) -> None:
    told = decide(asked, moment={"place": "Gate B12", "channel": "staff_task"})
    assert {judged["gesture_id"] for judged in told["verdicts"]} == {"trail-map", "lounge"}
    refused = {judged["gesture_id"]: judged["rule"] for judged in told["refused"]}
    assert refused["lounge"] == "eligibility.tier"
    assert told["proposed"] == []
    assert told["compensation"] is None
    assert len(told["receipt_hash"]) == 64
    assert asked.get("/v1/queue").json()["items"] == []


def test_what_passes_is_proposed_on_request_and_once_under_a_key(asked: TestClient) -> None:
    told = decide(asked, 201, "k1", propose=True)
    assert [action["gesture_id"] for action in told["proposed"]] == [
        suggestion["gesture_id"] for suggestion in told["suggestions"]
    ]
    again = decide(asked, 201, "k1", propose=True)
    assert again == told
    assert len(asked.get("/v1/queue").json()["items"]) == len(told["proposed"])


def test_what_the_law_owes_is_told_with_its_reason(asked: TestClient) -> None:
    incident = {
        "source_id": "i1",
        "at": "2026-11-01T10:00:00Z",
        "mode": "air",
        "type": "delay",
        "from_country": "IT",
        "to_country": "FR",
        "carrier_country": "IT",
        "distance_km": 1104,
        "arrival_delay_minutes": 192,
        "cause": "carrier",
    }
    told = decide(asked, moment={"incident": incident})
    assert (told["owed"]["amount_cents"], told["owed"]["currency"]) == (25_000, "EUR")
    whole = told["compensation"]
    assert (whole["total_cents"], whole["floor_cents"], whole["goodwill_cents"]) == (25_000, 25_000, 0)
    assert (whole["currency"], whole["says"]) == ("EUR", "EUR 250.00 owed by law.")
    assert [part["gesture_id"] for part in whole["parts"]] == ["owed:eu261"]
    (floor,) = [one for one in told["suggestions"] if one["basis"] == "floor"]
    assert (floor["amount_cents"], floor["floor_cents"]) == (25_000, 25_000)
    unknown = decide(asked, moment={"incident": incident | {"distance_km": None}})
    assert unknown["owed"]["verdict"] == "needs_facts"
    train = incident | {"mode": "rail", "ticket": "return", "price_cents": 8_000, "currency": "EUR"}
    assert decide(asked, moment={"incident": train})["owed"]["amount_cents"] == 2_000


@pytest.mark.parametrize(
    "body",
    [
        {"customer_id": 1},
        {"propose": "yes"},
        {"moment": {"incident": {"mode": "air"}}},
        {"moment": {"deadline": "tomorrow"}},
        {"moment": {"surprise": True}},
    ],
    ids=str,
)
def test_nothing_loose_is_taken(quick: TestClient, body: dict[str, Any]) -> None:
    assert quick.post("/v1/decisions", json={"customer_id": "c1"} | body).status_code == 422


def test_nobody_is_decided_about_who_is_not_known(quick: TestClient) -> None:
    assert quick.post("/v1/decisions", json={"customer_id": "nobody"}).status_code == 404


def test_a_decision_can_be_taken_as_of_another_time_and_is_not_proposed_then(asked: TestClient) -> None:
    night, noon = "2026-11-20T23:00:00Z", "2026-11-20T11:00:00Z"
    quiet = {"channel": "staff_task"}
    told = decide(asked, moment=quiet, as_of=noon)
    assert told["receipt_hash"] != decide(asked, moment=quiet, as_of=night)["receipt_hash"]
    assert told["receipt_hash"] == decide(asked, moment=quiet, as_of=noon)["receipt_hash"], (
        "the same time, the same word"
    )
    refused = decide(asked, 422, propose=True, as_of=noon)
    assert "cannot be proposed" in str(refused)


def test_a_kept_decision_is_explained_by_its_actions_id(asked: TestClient) -> None:
    [action] = decide(asked, 201, propose=True)["proposed"]
    told = asked.get(f"/v1/decisions/{action['id']}").json()
    assert told["decision"]["suggestions"][0]["gesture_id"] == "trail-map"
    assert [(stage["stage"], stage["came"]) for stage in told["stages"]][:2] == [("eligibility", 2), ("contact", 1)]
    assert [no["rule"] for no in told["stages"][0]["stopped"]] == ["eligibility.tier"]
    assert asked.get(f"/v1/decisions/{told['decision_id']}").json() == told
    assert asked.get("/v1/decisions/dec_0").status_code == 404


def test_only_the_gestures_one_asks_about_are_looked_at(asked: TestClient) -> None:
    assert {one["gesture_id"] for one in decide(asked, gestures=["lounge"])["verdicts"]} == {"lounge"}
    assert {one["gesture_id"] for one in decide(asked, tag="hiking")["verdicts"]} == {"trail-map"}
    told = decide(asked, 404, gestures=["lounge", "yacht"])
    assert "yacht" in told["detail"]


def test_what_was_refused_is_weighed_too_on_request(asked: TestClient) -> None:
    assert decide(asked)["weighed"] == []
    weighed = {one["gesture_id"]: one for one in decide(asked, force_complete=True)["weighed"]}
    assert weighed.keys() == {"trail-map", "lounge"}
    assert weighed["trail-map"]["passed"]
    assert not weighed["lounge"]["passed"]
    assert weighed["lounge"]["factors"]["cost"] == 2_000


def test_as_many_are_told_as_one_asks_for_and_none_of_them_is_proposed(asked: TestClient) -> None:
    assert decide(asked, k=0)["suggestions"] == []
    assert len(decide(asked, k=5)["suggestions"]) == 1
    assert "k" in decide(asked, 422, k=5, propose=True)["detail"]


def test_dry_says_outright_whether_anything_is_proposed(asked: TestClient) -> None:
    assert decide(asked, dry=True)["proposed"] == []
    assert len(decide(asked, 201, dry=False)["proposed"]) == 1
    decide(asked, 422, dry=True, propose=True)


def test_before_anything_is_proposed_the_arm_stands_written_down(asked: TestClient, database: Database) -> None:
    def assigned() -> int:
        with database.reading() as session:
            return len(session.scalars(select(Assignment)).all())

    decide(asked)
    assert assigned() == 0
    decide(asked, 201, propose=True)
    assert assigned() == 1

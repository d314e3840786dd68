"""Results and reactions, as clients ask for them."""

from datetime import timedelta

from fastapi.testclient import TestClient

from tests.campaigns.making import BUDGET, NOW, customer, decision, proposed, suggestion
from tests.campaigns.paying import campaign, drawn
from tests.campaigns.test_worked import done
from wowengine.campaigns import ledger, propose
from wowengine.clock import frozen
from wowengine.db.session import Database

LATER = NOW + timedelta(days=40)


def test_a_campaign_tells_what_it_took_what_it_did_and_what_is_left(client: TestClient, database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 100_000)
        campaign(session)
        drawn(session, 800, {"treated": 0.5, "held_out": 0.2})
        done(session, "espresso", 10).campaign_id = "cmp_1"
    with frozen(LATER):
        told = client.get("/v1/campaigns/cmp_1/results", params={"outcome_cents": 2_000, "hourly_cents": 6_000}).json()
        listed = client.get("/v1/results").json()
        none = client.get("/v1/results", params={"since": LATER.isoformat()}).json()
    assert (told["key"], told["proposed"], told["cost_cents"], told["staff_minutes"]) == ("cmp_1", 1, {"EUR": 600}, 10)
    (lift,) = told["lift"]
    assert lift["sequence"]["low"] < lift["low"] < 0.3 < lift["high"] < lift["sequence"]["high"]
    assert (told["verdict"], lift["treated"]["n"], lift["held_out"]["n"]) == ("higher", 400, 400)
    assert lift["sample_ratio"]["planned"] == {"treated": 0.5, "held_out": 0.5}
    assert told["return"]["staff_cents"] == 1_000
    assert told["return"]["net_cents"] == told["return"]["gain_cents"] - 1_600
    assert told["return"]["pays"] == "pays"
    assert told["rates"] == {"currency": "EUR", "hourly_cents": 6_000, "outcome_cents": 2_000, "within_days": 30}
    assert [one["key"] for one in listed["items"]] == ["cmp_1"]
    assert none["items"] == none["care"] == []


def test_by_kind_and_by_gesture_what_cannot_be_told_says_why(quick: TestClient, sqlite: Database) -> None:
    with frozen(NOW), sqlite.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 100_000)
        done(session, "espresso")
        done(session, "cake")
    with frozen(LATER):
        for by, keys in (("kind", ["surprise"]), ("gesture", ["cake", "espresso"])):
            told = quick.get("/v1/results", params={"by": by}).json()
            assert [one["key"] for one in told["items"]] == keys
            assert {one["verdict"] for one in told["items"]} == {"cannot tell yet"}
            assert all(one["why"] for one in told["items"])
            assert told["total"]["return"] is None


def test_what_is_asked_wrongly_is_refused(quick: TestClient) -> None:
    assert quick.get("/v1/campaigns/nothing/results").status_code == 404
    for wrong in ({"by": "moon"}, {"currency": "euro"}, {"days": "0"}, {"hourly_cents": "-1"}, {"since": "soon"}):
        assert quick.get("/v1/results", params=wrong).status_code == 422, wrong


def test_a_reaction_finds_its_customer_gesture_and_moment_by_the_decision(
    client: TestClient, database: Database
) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 100_000)
        decision_id = proposed(session).decision_id
    body = {"decision_id": decision_id, "type": "accepted", "on_behalf_of": "theo", "at": "2026-11-22T10:05:00Z"}
    first, again = (client.post("/v1/reactions", json=body) for _ in range(2))
    assert (first.status_code, first.json(), again.json()) == (201, {"recorded": True}, {"recorded": False})
    kept = client.get("/v1/results", params={"by": "gesture"}).json()["items"]
    assert [(one["key"], one["reactions"]["accepted"]) for one in kept] == [("espresso", 1)]


def test_a_reaction_to_several_names_its_target(quick: TestClient, sqlite: Database) -> None:
    with frozen(NOW), sqlite.transaction() as session:
        customer(session)
        made = propose.propose(session, decision(suggestion(), suggestion(gesture_id="cake")))
        asked = {"decision_id": made[0].decision_id, "type": "thanked"}
    assert "cake, espresso" in quick.post("/v1/reactions", json=asked).json()["detail"]
    assert quick.post("/v1/reactions", json=asked | {"target": "cake"}).json() == {"recorded": True}
    assert quick.post("/v1/reactions", json=asked | {"target": "tea"}).status_code == 404
    assert quick.post("/v1/reactions", json=asked | {"decision_id": "dec_0"}).status_code == 404
    assert quick.post("/v1/reactions", json=asked | {"type": "delivered"}).status_code == 422

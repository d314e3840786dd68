"""The queue, verdicts and deliveries, as a program drives them."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from tests.campaigns.making import LATER, NOW, proposed, world
from wowengine.clock import frozen
from wowengine.db.session import Database

AS_JSON = {"Content-Type": "application/json"}
ANNA = {"Wow-Actor": "Anna"}


def verdict(client: TestClient, action: str, **body: object) -> tuple[int, dict[str, object]]:
    told = client.post(f"/v1/actions/{action}/verdict", json=body, headers=ANNA)
    return told.status_code, told.json()


def test_an_action_goes_from_the_queue_to_delivered_with_its_whole_life_told(
    client: TestClient, database: Database
) -> None:
    action = world(database)
    with frozen(NOW):
        (waiting,) = client.get("/v1/queue").json()["items"]
        assert waiting["id"] == action
        assert waiting["allowed_steps"] == ["approve", "decline", "defer", "amend"]
        assert waiting["propensity"] == {"value": 0.71, "low": 0.6, "high": 0.8, "basis": "assumed"}
        status, approved = verdict(client, action, verdict="approve", version=1, payload_hash=waiting["payload_hash"])
        assert (status, approved["state"], approved["approved_by"]) == (200, "approved", "Anna")
        assert client.get("/v1/tasks").json()["items"] == [], "nobody claims before the grace time is over"
    with frozen(LATER):
        (task,) = client.get("/v1/tasks").json()["items"]
        claimed = client.post(f"/v1/actions/{task['id']}/claim", json={"version": 2}, headers={"Wow-Actor": "Gate 12"})
        fence = claimed.json()["fence"]
        proof = {"note": "handed over", "photo": "7f3a"}
        done = client.post(
            f"/v1/actions/{action}/deliver", json={"fence": fence, "proof": proof, "actual_cents": 550}
        ).json()
        assert (done["state"], done["proof"]) == ("delivered", proof)
        life = client.get(f"/v1/actions/{action}").json()
    assert [event["step"] for event in life["events"]] == ["propose", "approve", "claim", "deliver"]
    assert [event["actor"] for event in life["events"]] == ["wowengine", "Anna", "Gate 12", "admin"]
    assert life["action"] == done


def test_whoever_saw_an_older_version_changes_nothing(client: TestClient, database: Database) -> None:
    action = world(database)
    with frozen(NOW):
        assert verdict(client, action, verdict="amend", version=1, amount_cents=450)[0] == 200
        status, problem = verdict(client, action, verdict="approve", version=1)
        assert status == 409
        assert (problem["code"], problem["version"]) == ("conflict", 2)
        assert client.get(f"/v1/actions/{action}").json()["action"]["state"] == "proposed"


def test_a_step_that_is_not_allowed_names_those_that_are(client: TestClient, database: Database) -> None:
    action = world(database)
    with frozen(NOW):
        status, problem = verdict(client, action, verdict="cancel", version=1)
    assert status == 409
    assert problem["allowed"] == ["approve", "decline", "defer", "amend"]


def test_after_the_deadline_nothing_can_be_approved(client: TestClient, database: Database) -> None:
    action = world(database, deadline_at=NOW + timedelta(minutes=5))
    with frozen(NOW + timedelta(minutes=5)):
        assert verdict(client, action, verdict="approve", version=1)[0] == 409
        assert client.get("/v1/queue").json()["items"] == []


def test_every_verdict_of_a_person_can_be_given(client: TestClient, database: Database) -> None:
    action = world(database)
    with frozen(NOW):
        until = (NOW + timedelta(hours=1)).isoformat()
        steps = [
            ({"verdict": "defer", "until": until}, "deferred"),
            ({"verdict": "resume"}, "proposed"),
            ({"verdict": "amend", "draft": "Dear Anna, two coffees."}, "proposed"),
            ({"verdict": "approve", "note": "lovely"}, "approved"),
            ({"verdict": "undo"}, "proposed"),
            ({"verdict": "decline", "reason": "other", "note": "she is on leave"}, "declined"),
            ({"verdict": "undo"}, "proposed"),
            ({"verdict": "approve"}, "approved"),
            ({"verdict": "revoke"}, "proposed"),
            ({"verdict": "approve"}, "approved"),
            ({"verdict": "cancel"}, "cancelled"),
        ]
        for version, (body, state) in enumerate(steps, 1):
            status, told = verdict(client, action, version=version, **body)
            assert (status, told.get("state")) == (200, state), (body, told)


def test_a_task_can_be_given_back_failed_and_tried_again(client: TestClient, database: Database) -> None:
    action = world(database)
    with frozen(NOW):
        verdict(client, action, verdict="approve", version=1)
    with frozen(LATER):
        first = client.post(f"/v1/actions/{action}/claim", json={}).json()["fence"]
        assert client.post(f"/v1/actions/{action}/release", json={"fence": first}).json()["state"] == "approved"
        second = client.post(f"/v1/actions/{action}/claim", json={}).json()["fence"]
        late = client.post(f"/v1/actions/{action}/deliver", json={"fence": first, "proof": {"note": "x"}})
        assert late.status_code == 409, "an old fence can change nothing"
        failed = client.post(f"/v1/actions/{action}/fail", json={"fence": second, "reason": "not at the gate"}).json()
        assert (failed["state"], failed["failure"]) == ("failed", "not at the gate")
        assert verdict(client, action, verdict="retry", version=failed["version"])[1]["state"] == "approved"


def test_what_costs_more_than_is_left_is_refused_and_says_how_much_is(client: TestClient, database: Database) -> None:
    action = world(database, budget=500)
    with frozen(NOW):
        status, problem = verdict(client, action, verdict="approve", version=1)
    assert status == 409
    assert "5.00" in str(problem["detail"])


def test_a_page_holds_its_place_when_others_settle_actions(client: TestClient, database: Database) -> None:
    first = world(database, deadline_at=NOW + timedelta(hours=1))
    with frozen(NOW), database.transaction() as session:
        for hour in range(2, 6):
            proposed(session, gesture_id=f"gesture-{hour}", deadline_at=NOW + timedelta(hours=hour))
    with frozen(NOW):
        page = client.get("/v1/queue?limit=2").json()
        verdict(client, first, verdict="approve", version=1)
        rest = client.get("/v1/queue", params={"limit": 2, "after": page["next"]}).json()
        last = client.get("/v1/queue", params={"limit": 2, "after": rest["next"]}).json()
    seen = [item["gesture_id"] for told in (page, rest, last) for item in told["items"]]
    assert seen == ["espresso", *(f"gesture-{hour}" for hour in range(2, 6))]
    assert last["next"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "applaud", "version": 1},
        {"verdict": "approve"},
        {"verdict": "approve", "version": "1"},
        {"verdict": "approve", "version": True},
        {"verdict": "approve", "version": 1, "state": "delivered"},
        {"verdict": "approve", "version": 1, "approved_by": "somebody else"},
        {"verdict": "approve", "version": 2**40},
        {"verdict": "amend", "version": 1, "amount_cents": -1},
        {"verdict": "amend", "version": 1, "amount_cents": 4.5},
        {"verdict": "amend", "version": 1, "draft": "\x00"},
        {"verdict": "amend", "version": 1, "draft": "\ud800"},
        {"verdict": "decline", "version": 1, "reason": "because"},
        {"verdict": "decline", "version": 1, "reason": "other"},
        {"verdict": "defer", "version": 1, "until": 1_800_000_000},
        {"verdict": "defer", "version": 1, "until": "2026-11-04T09:00:00"},
        {"verdict": "defer", "version": 1, "until": "0001-01-01T00:00:00+14:00"},
        {"verdict": "defer", "version": 1, "until": "2020-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_nothing_loose_unknown_or_impossible_is_taken(
    client: TestClient, database: Database, body: dict[str, object]
) -> None:
    action = world(database)
    with frozen(NOW):
        content = json.dumps(body)  # half a surrogate pair too, as JSON can say it
        told = client.post(f"/v1/actions/{action}/verdict", content=content, headers=AS_JSON)
        assert told.status_code == 422, told.text
        assert client.get(f"/v1/actions/{action}").json()["action"]["version"] == 1


@pytest.mark.parametrize("proof", [{}, {"note": "\x00"}, {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1}}}}}}}}])
def test_a_proof_must_say_something_that_can_be_kept(
    client: TestClient, database: Database, proof: dict[str, object]
) -> None:
    action = world(database)
    with frozen(NOW):
        told = client.post(f"/v1/actions/{action}/deliver", json={"fence": 0, "proof": proof})
    assert told.status_code == 422


def test_a_name_that_cannot_be_seen_is_no_actor(client: TestClient, database: Database) -> None:
    action = world(database)
    told = client.post(
        f"/v1/actions/{action}/verdict", json={"verdict": "approve", "version": 1}, headers={"Wow-Actor": " "}
    )
    assert told.status_code == 422

"""The queue, verdicts and deliveries, as a program drives them."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from tests.campaigns.making import LATER, NOW, customer, proposed, world
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
        until = (NOW + timedelta(hours=1)).isoformat()
        assert verdict(client, action, verdict="defer", version=1, until=until)[0] == 200
        status, problem = verdict(client, action, verdict="resume", version=1)
        assert status == 409
        assert (problem["code"], problem["version"]) == ("conflict", 2)
        assert client.get(f"/v1/actions/{action}").json()["action"]["state"] == "deferred"


def test_an_amendment_answers_the_new_action_and_the_old_one_leads_there(
    client: TestClient, database: Database
) -> None:
    action = world(database)
    with frozen(NOW):
        status, amended = verdict(client, action, verdict="amend", version=1, amount_cents=450)
        assert (status, amended["state"], amended["amends"], amended["authors"]) == (200, "proposed", action, ["Anna"])
        status, problem = verdict(client, action, verdict="approve", version=1)
        assert (status, problem["successor"]) == (409, amended["id"])
        assert client.get(f"/v1/actions/{action}").json()["action"]["state"] == "superseded"
        assert [one["id"] for one in client.get("/v1/queue").json()["items"]] == [amended["id"]]


def test_what_is_dear_tells_who_said_yes_and_who_must_still(client: TestClient, database: Database) -> None:
    action = world(database, budget=100_000, amount_cents=15_000)
    with frozen(NOW):
        (waiting,) = client.get("/v1/queue").json()["items"]
        assert waiting["needs"] == [{"role": "manager", "count": 2}]
        status, first = verdict(client, action, verdict="approve", version=1)
        assert (status, first["state"], first["needs"]) == (200, "proposed", [{"role": "manager", "count": 1}])
        assert first["approvals"] == [{"by": "Anna", "at": "2026-11-03T09:00:00Z"}]
        status, problem = verdict(client, action, verdict="approve", version=2)
        assert (status, problem["code"]) == (403, "refused")
        assert "somebody else must, too" in str(problem["detail"])
        body = {"verdict": "approve", "version": 2}
        done = client.post(f"/v1/actions/{action}/verdict", json=body, headers={"Wow-Actor": "Bruno"}).json()
        assert (done["state"], done["needs"]) == ("approved", [])


def test_a_colleague_is_asked_and_answers(client: TestClient, database: Database) -> None:
    action, bruno = world(database), {"Wow-Actor": "Bruno"}
    with frozen(NOW):
        assert verdict(client, action, verdict="colleague", to="Bruno", text="May we?")[0] == 200
        assert verdict(client, action, verdict="note", text="She is on leave.")[0] == 200
        mine = client.get("/v1/queue?asked_of_me=true", headers=bruno).json()["items"]
        assert [one["id"] for one in mine] == [action]
        assert client.get("/v1/queue?asked_of_me=true", headers=ANNA).json()["items"] == []
        body = {"verdict": "answer", "text": "Yes."}
        assert client.post(f"/v1/actions/{action}/verdict", json=body, headers=bruno).status_code == 200
        assert client.get("/v1/queue?asked_of_me=true", headers=bruno).json()["items"] == []
        life = client.get(f"/v1/actions/{action}").json()
    assert [(one["kind"], one["by"], one["to"]) for one in life["remarks"]] == [
        ("question", "Anna", "Bruno"),
        ("note", "Anna", ""),
        ("answer", "Bruno", "Anna"),
    ]
    assert [event["step"] for event in life["events"]] == ["propose"]


def test_never_again_withdraws_what_waits_and_can_be_taken_back(client: TestClient, database: Database) -> None:
    action = world(database)
    with frozen(NOW):
        status, told = verdict(client, action, verdict="never", scope="gesture", why="Enough.")
        assert (status, told["state"]) == (200, "withdrawn")
        (said,) = client.get("/v1/never-again?customer_id=c1").json()["items"]
        assert (said["scope"], said["value"], said["by"], said["ended_by"]) == ("gesture", "espresso", "Anna", None)
        back = client.post(f"/v1/never-again/{said['id']}/take-back", headers={"Wow-Actor": "Bruno"})
        assert (back.status_code, back.json()["ended_by"]) == (200, "Bruno")
        assert client.post(f"/v1/never-again/{said['id']}/take-back").status_code == 409
        everybody = {"scope": "gesture", "value": "espresso", "why": "Recall."}
        assert client.post("/v1/never-again", json=everybody).json()["customer_id"] is None
        assert client.post("/v1/never-again", json=everybody | {"scope": "surprises"}).status_code == 422


def test_look_alikes_are_approved_together_and_taken_back(client: TestClient, database: Database) -> None:
    world(database, slots={})
    with frozen(NOW), database.transaction() as session:
        for who in ("c2", "c3"):
            customer(session, who)
            proposed(session, who, slots={})
    with frozen(NOW):
        (group,) = client.get("/v1/queue/alike").json()["groups"]
        assert (group["gesture_id"], group["amount_cents"], len(group["items"])) == ("espresso", 600, 3)
        seen = [{name: item[name] for name in ("id", "version", "payload_hash")} for item in group["items"]]
        body = {"approve": seen[:2], "veto": [{"id": seen[2]["id"], "reason": "on leave"}]}
        key = {"Idempotency-Key": "one"}
        done = client.post("/v1/queue/bulk", json=body, headers=ANNA | key)
        assert [one["came"] for one in done.json()["results"]] == ["approved", "approved", "vetoed"]
        again = client.post("/v1/queue/bulk", json=body, headers=ANNA | key)
        assert (again.content, again.headers["idempotency-replayed"]) == (done.content, "true")
        ids = [one["id"] for one in seen]
        back = client.post("/v1/queue/bulk/undo", json={"actions": ids}, headers=ANNA)
        assert {one["came"] for one in back.json()["results"]} == {"undone"}
        assert len(client.get("/v1/queue").json()["items"]) == 3


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

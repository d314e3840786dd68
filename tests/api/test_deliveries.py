"""Tasks with all they need, as a program of staff's drives them."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.campaigns.making import BUDGET, LATER, NOW, customer, proposed
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import ledger, review
from wowengine.campaigns.handling import Handling
from wowengine.campaigns.lifecycle import Actor
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.terms import ActorKind

BOSS = Actor("theo", ActorKind.PERSON)
DEADLINE = NOW + timedelta(hours=2)
THEO, GUS = {"Wow-Actor": "theo"}, {"Wow-Actor": "gus"}


@pytest.fixture
def task(database: Database) -> str:
    """Theo's customer's, approved, with a line to tick; Theo and Gus work here, in teams of their own."""
    with frozen(NOW), database.transaction() as session:
        for name in ("theo", "gus"):
            users.put(session, name, Role.ADMIN, "test", team=f"{name}'s")
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        handling = Handling(("warm the cup",), lead_minutes=10)
        action = proposed(session, handling=handling, deadline_at=DEADLINE)
        review.approve(session, action.id, BOSS)
        return action.id


def ask(client: TestClient, task: str, verb: str, who: dict[str, str] = THEO, **body: Any) -> tuple[int, Any]:
    told = client.post(f"/v1/actions/{task}/{verb}", json=body, headers=who)
    return told.status_code, told.json()


def tasks(client: TestClient, who: dict[str, str], **asked: str) -> list[str]:
    return [one["id"] for one in client.get("/v1/tasks", params=asked, headers=who).json()["items"]]


def test_a_task_goes_from_one_to_another_with_every_line_seen_to(client: TestClient, task: str) -> None:
    with frozen(LATER):
        _, mine = ask(client, task, "claim")
        assert mine["checklist"] == [{"text": "warm the cup", "by": None, "at": None, "left_out": ""}]
        assert ask(client, task, "heartbeat", fence=mine["fence"])[0] == 200
        assert ask(client, task, "heartbeat", GUS, fence=mine["fence"])[0] == 409
        status, theirs = ask(client, task, "hand-over", fence=mine["fence"], to="gus")
        assert (status, theirs["claimed_by"], theirs["fence"]) == (200, "gus", mine["fence"] + 1)
        assert ask(client, task, "deliver", fence=mine["fence"], proof={"note": "x"})[0] == 409
        held = theirs["fence"]
        status, problem = ask(client, task, "deliver", GUS, fence=held, proof={"note": "x"})
        assert (status, problem["unticked"]) == (422, ["warm the cup"])
        _, ticked = ask(client, task, "tick", GUS, fence=held, line=0)
        assert (ticked["checklist"][0]["by"], ticked["checklist"][0]["at"]) == ("gus", "2026-11-03T09:00:10Z")
        assert ask(client, task, "deliver", GUS, fence=held, proof={"signature": "x"})[0] == 422
        status, done = ask(client, task, "deliver", GUS, fence=held, proof={"photo": "https://photos.example/7"})
        assert (status, done["state"]) == (200, "delivered")


def test_nothing_is_handed_to_a_stranger(client: TestClient, task: str) -> None:
    with frozen(LATER):
        _, mine = ask(client, task, "claim")
        status, problem = ask(client, task, "hand-over", fence=mine["fence"], to="eve")
    assert (status, problem["to"]) == (422, "eve")


def test_a_request_that_is_repeated_hands_over_once(client: TestClient, task: str) -> None:
    with frozen(LATER):
        _, mine = ask(client, task, "claim")
        again = THEO | {"Idempotency-Key": "k1"}
        first, second = (ask(client, task, "hand-over", again, fence=mine["fence"], to="gus") for _ in range(2))
    assert first == second
    assert first[1]["fence"] == mine["fence"] + 1


def test_the_agent_of_record_sees_it_before_anybody_else_does(client: TestClient, task: str) -> None:
    with frozen(LATER):
        assert (tasks(client, THEO), tasks(client, GUS)) == ([task], [])
        assert tasks(client, THEO, whose="mine") == [task]
    with frozen(LATER + timedelta(minutes=30)):
        assert (tasks(client, GUS), tasks(client, GUS, whose="team")) == ([task], [])


def test_what_nobody_brought_in_time_says_so_in_a_sentence(client: TestClient, task: str) -> None:
    with frozen(DEADLINE):
        told = client.get("/v1/tasks", headers=GUS).json()
        assert told["items"] == []
        (late,) = told["too_late"]
        assert late["id"] == task
        assert late["too_late"] == "Too late: its time was over at 2026-11-03 11:00 UTC, and it is worthless now."
        assert ask(client, task, "claim")[0] == 409

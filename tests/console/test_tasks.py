"""The tasks of staff, and what needs a person's word again; without a script."""

import re

import pytest
from fastapi.testclient import TestClient

from wowengine import clock
from wowengine.campaigns import deliver, review, store
from wowengine.campaigns.lifecycle import GRACE, Actor, Step
from wowengine.campaigns.models import Action
from wowengine.campaigns.payload import payload_of
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.terms import ActorKind

ELSA = Actor("Elsa", ActorKind.PERSON)
BRUNO = Actor("Bruno", ActorKind.STAFF)


@pytest.fixture
def task(database: Database, actions: list[str]) -> str:
    """An approved gesture whose grace time is over."""
    with frozen(clock.now() - GRACE), database.transaction() as session:
        return review.approve(session, actions[0], ELSA).id


def now_is(database: Database, action: str) -> Action:
    with database.reading() as session:
        found = store.get(session, action)
        session.expunge(found)
        return found


def post(page: TestClient, database: Database, task: str, verb: str, **fields: str) -> str:
    action = now_is(database, task)
    known = {"version": str(action.version), "fence": str(action.fence)}
    return page.post(f"/tasks/{task}/{verb}", data=known | fields).text


def test_a_task_is_claimed_and_delivered_with_proof(page: TestClient, database: Database, task: str) -> None:
    shown = page.get("/tasks").text
    assert "To claim" in shown
    assert "Milano MXP, gate B12" in shown
    mine = post(page, database, task, "claim")
    assert "Yours" in mine
    assert "yours for 29 min" in mine or "yours for 30 min" in mine
    done = post(page, database, task, "deliver", proof="handed over, she smiled", actual="5,50")
    assert "delivered" in done
    action = now_is(database, task)
    assert (action.state, action.proof) == ("delivered", {"note": "handed over, she smiled"})
    assert "she smiled" in page.get(f"/actions/{task}").text


def test_nobody_delivers_without_proof_or_for_more_than_was_approved(
    page: TestClient, database: Database, task: str
) -> None:
    post(page, database, task, "claim")
    assert 'role="alert"' in post(page, database, task, "deliver", proof="  ")
    assert 'role="alert"' in post(page, database, task, "deliver", proof="done", actual="600")
    assert now_is(database, task).state == "claimed"


def test_what_others_hold_is_named_and_cannot_be_delivered_by_an_old_fence(
    page: TestClient, database: Database, task: str
) -> None:
    with database.transaction() as session:
        deliver.claim(session, task, BRUNO)
    shown = page.get("/tasks").text
    assert "Bruno has it" in shown
    assert f"/tasks/{task}/deliver" not in shown
    late = page.post(f"/tasks/{task}/deliver", data={"fence": "0", "proof": "done"})
    assert late.status_code == 409
    assert now_is(database, task).state == "claimed"


def test_a_task_can_be_given_back(page: TestClient, database: Database, task: str) -> None:
    post(page, database, task, "claim")
    post(page, database, task, "release")
    assert now_is(database, task).state == "approved"


def test_what_failed_stays_in_sight_until_a_person_settles_it(page: TestClient, database: Database, task: str) -> None:
    post(page, database, task, "claim")
    failed = post(page, database, task, "fail", reason="not at the gate")
    assert "Needs a person&#39;s word" in failed
    assert "not at the gate" in failed
    post(page, database, task, "retry")
    assert now_is(database, task).state == "approved"
    post(page, database, task, "claim")
    post(page, database, task, "fail", reason="gone")
    post(page, database, task, "cancel")
    assert now_is(database, task).state == "cancelled"


@pytest.mark.parametrize(("verb", "state"), [("found", "delivered"), ("not-found", "approved")])
def test_a_doubt_is_settled_by_a_person(page: TestClient, database: Database, task: str, verb: str, state: str) -> None:
    worker, by_clock = Actor("worker", ActorKind.WORKER), Actor("clock", ActorKind.CLOCK)
    with database.transaction() as session:
        fence = deliver.claim(session, task, worker).fence
        deliver.start(session, task, worker, fence)
        store.step(session, task, Step.DOUBT, by_clock)
    assert "in doubt" in page.get("/tasks").text
    post(page, database, task, verb, proof="the provider says it was sent")
    assert now_is(database, task).state == state


def test_the_life_of_an_action_names_who_did_what(page: TestClient, database: Database, task: str) -> None:
    post(page, database, task, "claim")
    told = re.sub(r"<[^>]+>|\s+", " ", page.get(f"/actions/{task}").text)
    for words in ("wowengine proposed", "Elsa approved", "admin claimed"):
        assert words in re.sub(r" +", " ", told)
    assert "Anna Rossi" in page.get("/done").text


def test_nothing_to_do_is_said(page: TestClient, database: Database) -> None:
    assert "Nothing to do." in page.get("/tasks").text
    assert "Nothing was done yet." in page.get("/done").text


def test_an_action_that_does_not_exist_is_a_page_that_says_so(page: TestClient, database: Database) -> None:
    told = page.get("/actions/act_none")
    assert told.status_code == 404
    assert "That did not work" in told.text


def test_a_line_is_ticked_or_left_out_before_a_task_counts_as_delivered(
    page: TestClient, database: Database, task: str
) -> None:
    with database.transaction() as session:  # as an approval of these lines would have left it
        action = store.get(session, task)
        action.checklist = ["warm the cup", "write the card"]
        action.payload_hash = payload_of(action).sha256
    mine = post(page, database, task, "claim")
    assert "warm the cup" in mine
    assert 'role="alert"' in post(page, database, task, "deliver", proof="handed over")
    post(page, database, task, "tick", line="0")
    shown = post(page, database, task, "tick", line="1", left_out="no pen")
    assert "no pen" in shown
    assert "delivered" in post(page, database, task, "deliver", proof="handed over")


def test_what_came_too_late_stays_in_sight(page: TestClient, database: Database, task: str) -> None:
    with database.transaction() as session:
        store.get(session, task).deadline_at = clock.now()
    shown = page.get("/tasks").text
    assert "Too late" in shown
    assert "Nobody brought these in time" in shown

"""The same request answered once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from tests.campaigns.making import NOW, world
from tests.campaigns.trials import figure
from wowengine import clock
from wowengine.campaigns import store
from wowengine.campaigns.models import Outcome
from wowengine.clock import frozen
from wowengine.db.session import Database

CALLERS = 32


def outcome(client: TestClient, key: str | None, **changes: object) -> tuple[int, bytes, str | None]:
    body = {"customer_id": "c1", "gesture_id": "espresso", "type": "thanked"} | changes
    told = client.post("/v1/outcomes", json=body, headers={"Idempotency-Key": key} if key else {})
    return told.status_code, told.content, told.headers.get("idempotency-replayed")


def test_a_repeated_request_gets_the_first_answer_byte_for_byte(client: TestClient, database: Database) -> None:
    world(database)
    first = outcome(client, "k1")
    assert first == (201, b'{"recorded":true}', None)
    assert outcome(client, "k1") == (201, b'{"recorded":true}', "true")


def test_without_a_key_or_with_another_the_work_is_done_again(client: TestClient, database: Database) -> None:
    world(database)
    at = {"occurred_at": clock.now().isoformat()}
    assert outcome(client, "k1", **at)[1] == b'{"recorded":true}'
    assert outcome(client, "k2", **at)[1] == b'{"recorded":false}'
    assert outcome(client, None, **at)[1] == b'{"recorded":false}'


def test_the_same_key_with_another_body_is_refused(client: TestClient, database: Database) -> None:
    world(database)
    outcome(client, "k1")
    assert outcome(client, "k1", type="complained")[0] == 422


def test_the_same_key_on_another_address_is_another_request(client: TestClient, database: Database) -> None:
    action = world(database)
    key = {"Idempotency-Key": "k1"}
    outcome(client, "k1")
    body = {"verdict": "decline", "version": 1, "reason": "too_personal"}
    told = client.post(f"/v1/actions/{action}/verdict", json=body, headers=key)
    assert told.json()["state"] == "declined"


def test_a_request_that_failed_is_not_remembered(client: TestClient, database: Database) -> None:
    assert outcome(client, "k1")[0] == 404
    world(database)
    assert outcome(client, "k1")[0] == 201


def test_a_replayed_approval_approves_once(client: TestClient, database: Database) -> None:
    action = world(database)
    body = {"verdict": "approve", "version": 1}
    with frozen(NOW):
        answers = [
            client.post(f"/v1/actions/{action}/verdict", json=body, headers={"Idempotency-Key": "k"}) for _ in range(3)
        ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    with database.reading() as session:
        assert [event.step for event in store.events(session, action)] == ["propose", "approve"]


def test_many_at_once_under_one_key_do_the_work_once(client: TestClient, database: Database) -> None:
    action = world(database)

    def approve(_turn: int) -> tuple[int, bytes]:
        with frozen(NOW):
            told = client.post(
                f"/v1/actions/{action}/verdict",
                json={"verdict": "approve", "version": 1},
                headers={"Idempotency-Key": "k"},
            )
        return told.status_code, told.content

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(approve, range(8)))
    assert {status for status, _ in answers} <= {200, 409}, "409 while the first is still being answered"
    assert len({content for status, content in answers if status == 200}) == 1
    assert approve(9)[0] == 200


@pytest.mark.parametrize("keys", [20, pytest.param(500, marks=pytest.mark.long)])
def test_thirty_two_callers_at_once_under_each_key_do_its_work_once(
    client: TestClient, database: Database, keys: int
) -> None:
    world(database)
    days = {f"k{n}": {"occurred_at": (NOW - timedelta(minutes=n)).isoformat()} for n in range(keys)}
    with ThreadPoolExecutor(CALLERS) as pool:
        asked = [pool.submit(outcome, client, key, **day) for key, day in days.items() for _ in range(CALLERS)]
        answers = [one.result() for one in asked]
    assert {status for status, _, _ in answers} <= {201, 409}, "409 while the first is still being answered"
    for key, day in days.items():
        assert outcome(client, key, **day) == (201, b'{"recorded":true}', "true")
        assert outcome(client, key, **day, type="complained")[0] == 422
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Outcome)) == keys
    refused = sum(status == 409 for status, _, _ in answers)
    figure(f"{database.engine.dialect.name}: {keys} keys x {CALLERS} callers: {keys} effects, {refused} told to wait")


def test_a_key_is_plain_text_of_a_sane_length(client: TestClient) -> None:
    for key in ("", "x" * 256, "two words", "naïve"):
        told = client.post("/v1/outcomes", json={}, headers=[(b"Idempotency-Key", key.encode("latin-1"))])
        assert told.status_code == 422

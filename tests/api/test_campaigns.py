"""`/v1/campaigns`: marketing runs a campaign through the API."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from wowengine import clock
from wowengine.campaigns import launch
from wowengine.campaigns.campaign import STEPS
from wowengine.campaigns.invariants import check_invariants
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.frames import GESTURES, check
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import store_gestures

JAZZ = {"gesture_id": "jazz", "kind": "surprise", "title": "A jazz evening", "tags": "jazz", "value_cents": 9_000}
PLAN: dict[str, Any] = {"name": "Jazz", "currency": "EUR", "budget_cents": 500, "audience": "tier = gold"}
MARA, ANNA = {"Wow-Actor": "mara"}, {"Wow-Actor": "anna"}


@pytest.fixture
def asking(client: TestClient, database: Database) -> Iterator[TestClient]:
    people = [
        {"customer_id": who, "language": "en", "handles": f"x:{who}", "tier": "gold", "consents": consents}
        for who, consents in (("c1", "care;interests;offers"), ("c2", "care;interests;offers"), ("c3", "care"))
    ]
    posts = [
        {
            "source": "x",
            "source_id": who,
            "kind": "post",
            "channel": "x",
            "author": f"x:{who}",
            "language": "en",
            "occurred_at": clock.now().isoformat(),
            "text": "I love jazz, a jazz concert is the best evening",
        }
        for who in ("c1", "c2")
    ]
    with database.transaction() as session:
        take_customers(session, from_mappings(people))
        take_signals(session, from_mappings(posts))
        store_gestures(session, check(from_mappings([JAZZ | {"cost_cents": 300}]), GESTURES).good)
        store.rebuild(session, clock.now())
    yield client
    with database.reading() as session:
        assert check_invariants(session) == []


def created(client: TestClient, **changes: Any) -> str:
    told = client.post("/v1/campaigns", json=PLAN | changes, headers=MARA)
    assert told.status_code == 201, told.text
    return str(told.json()["id"])


def step(client: TestClient, campaign: str, what: str, who: dict[str, str], **more: Any) -> Any:
    return client.post(f"/v1/campaigns/{campaign}/steps", json={"step": what} | more, headers=who)


def running(client: TestClient, database: Database, **changes: Any) -> str:
    campaign = created(client, **changes)
    assert step(client, campaign, "submit", MARA).status_code == 200
    assert step(client, campaign, "approve", ANNA).status_code == 200
    with database.transaction() as session:
        launch.turn(session)
    return campaign


def test_the_legal_steps_are_published(quick: TestClient) -> None:
    told = quick.get("/v1/campaigns/steps").json()["steps"]
    assert {(one["from_state"], one["step"]): one["to_state"] for one in told} == STEPS
    campaign = created(quick, audience="")
    assert quick.get(f"/v1/campaigns/{campaign}").json()["allowed"] == ["edit", "submit", "cancel"]


def test_a_campaign_is_drafted_tried_approved_by_another_and_triggered(asking: TestClient, database: Database) -> None:
    campaign = created(asking, gestures=["jazz"])
    dry = asking.get(f"/v1/campaigns/{campaign}/dry-run", params={"at": "2027-01-01T10:00:00Z"}).json()
    assert (dry["considered"], dry["look"], dry["cost_cents"]) == (3, 0, 300)
    assert dry["states"] == {"queued": 1, "no_budget": 1, "no_consent": 1}
    step(asking, campaign, "submit", MARA)
    refused = step(asking, campaign, "approve", MARA)
    assert (refused.status_code, refused.json()["code"]) == (403, "refused")
    assert step(asking, campaign, "approve", ANNA, version=1).status_code == 409
    assert step(asking, campaign, "approve", ANNA, version=2).json()["state"] == "scheduled"
    with database.transaction() as session:
        launch.turn(session)
    key = {"Idempotency-Key": "one"}
    asked = {"recipients": [{"customer_id": "c1"}, {"customer_id": "c3"}, {"customer_id": "who"}]}
    first = asking.post(f"/v1/campaigns/{campaign}/trigger", json=asked, headers=key)
    assert {one["customer_id"]: one["state"] for one in first.json()["recipients"]} == {
        "c1": "queued",
        "c3": "no_consent",
    }
    assert first.json()["unknown"] == ["who"]
    assert asking.post(f"/v1/campaigns/{campaign}/trigger", json=asked, headers=key).content == first.content
    again = asking.post(f"/v1/campaigns/{campaign}/trigger", json=asked).json()["recipients"]
    assert {one["customer_id"]: one["state"] for one in again} == {"c1": "duplicate", "c3": "no_consent"}
    report = asking.get(f"/v1/campaigns/{campaign}/report").json()
    assert report["states"] == {"queued": 1, "duplicate": 1, "no_consent": 2}
    assert (report["considered"], report["cost_cents"], report["gestures"]) == (4, 300, {"jazz": 1})
    assert asking.get(f"/v1/campaigns/{campaign}/report?look=1").json()["considered"] == 2


def test_recipients_come_in_pages_and_by_state(asking: TestClient, database: Database) -> None:
    campaign = running(asking, database)
    asked = {"recipients": [{"customer_id": who} for who in ("c1", "c2", "c3")]}
    for _ in range(2):
        assert asking.post(f"/v1/campaigns/{campaign}/trigger", json=asked).status_code == 200
    seen, after = [], None
    while True:
        params = {"limit": 2} | ({"after": after} if after else {})
        page = asking.get(f"/v1/campaigns/{campaign}/recipients", params=params).json()
        seen += [(one["look"], one["customer_id"]) for one in page["recipients"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [(look, who) for look in (2, 1) for who in ("c1", "c2", "c3")]
    only = asking.get(f"/v1/campaigns/{campaign}/recipients", params={"state": "no_consent"}).json()
    assert {one["customer_id"] for one in only["recipients"]} == {"c3"}
    for wrong in ("x", "1:", "99999999999:c1"):
        assert asking.get(f"/v1/campaigns/{campaign}/recipients", params={"after": wrong}).status_code == 422


def test_a_whole_audience_is_looked_at_only_where_that_is_said(asking: TestClient, database: Database) -> None:
    campaign = running(asking, database)
    address = f"/v1/campaigns/{campaign}/trigger"
    for wrong in ({}, {"audience": "tier = gold"}, {"recipients": [{"customer_id": "c1"}], "broadcast": True}):
        assert asking.post(address, json=wrong).status_code == 422
    assert asking.post(address, json={"audience": "tier = ", "broadcast": True}).status_code == 422
    assert asking.post(address, json={"recipients": [{"customer_id": str(n)} for n in range(51)]}).status_code == 422
    assert asking.post(address, json={"broadcast": True}).json()["broadcast"]
    with database.reading() as session:
        [args] = session.scalars(select(OutboxRow.args).where(OutboxRow.task == "look"))
    assert args == {"campaign_id": campaign, "audience": ""}
    step(asking, campaign, "pause", MARA)
    assert asking.post(address, json={"broadcast": True}).status_code == 409


def test_an_edit_is_a_draft_again_and_what_is_unknown_is_named(asking: TestClient) -> None:
    campaign = created(asking)
    step(asking, campaign, "submit", MARA)
    address = f"/v1/campaigns/{campaign}/plan"
    assert asking.post(address, json=PLAN | {"version": 1}, headers=MARA).status_code == 409
    assert asking.post(address, json=PLAN | {"gestures": ["rum"]}, headers=MARA).status_code == 404
    told = asking.post(address, json=PLAN | {"budget_cents": 700, "version": 2}, headers=MARA).json()
    assert (told["state"], told["budget_cents"], told["submitted_by"]) == ("draft", 700, None)
    assert step(asking, campaign, "start", MARA).status_code == 422
    assert step(asking, campaign, "pause", MARA).json()["allowed"] == ["edit", "submit", "cancel"]
    assert asking.get("/v1/campaigns/none").status_code == 404
    assert [one["id"] for one in asking.get("/v1/campaigns").json()["campaigns"]] == [campaign]

"""Segment's events over the API: each judged alone, taken once, and never of a stranger."""

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient
from segment.analytics.client import Client
from sqlalchemy import select

from wowengine import api, clock
from wowengine.api.app import LARGEST_BODY
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database
from wowengine.profiles.consent import consents
from wowengine.profiles.models import Customer, Handle, Signal
from wowengine.rounds import Config
from wowengine.terms import Purpose

YES = {"care": True, "interests": True, "offers": True}
Item = dict[str, Any]


def event(message_id: str, kind: str, user_id: object = "c1", **members: Any) -> Item:
    at = clock.now().isoformat()
    return {"type": kind, "messageId": message_id, "userId": user_id, "timestamp": at} | members


def identify(message_id: str, user_id: object = "c1", **traits: Any) -> Item:
    return event(message_id, "identify", user_id, traits=traits)


def track(message_id: str, name: str = "Checked In", user_id: object = "c1", **properties: Any) -> Item:
    return event(message_id, "track", user_id, event=name, properties=properties)


def consent(message_id: str, user_id: object = "c1", **purposes: bool) -> Item:
    return event(message_id, "consent", user_id, consents=purposes)


def send(client: TestClient, *items: Any, **members: Any) -> dict[str, Any]:
    told = client.post("/v1/batch", json={"batch": items} | members)
    assert told.status_code == 200, told.text
    body: dict[str, Any] = told.json()
    return body


def answers(told: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(item["result"], item["code"]) for item in told["results"]]


def person(database: Database, customer_id: str = "c1") -> Customer:
    with database.reading() as session:
        found = session.get_one(Customer, customer_id)
        session.expunge_all()
        return found


def signals(database: Database) -> list[Signal]:
    with database.reading() as session:
        found = list(session.scalars(select(Signal).order_by(Signal.id)))
        session.expunge_all()
        return found


def test_somebody_is_introduced_says_yes_and_arrives(client: TestClient, database: Database) -> None:
    told = send(
        client,
        identify("m1", firstName="Anna", lastName="Rossi", email="Anna@Example.org", plan="premium"),
        consent("m2", **YES),
        track("m3", place="Gate B12", text="Jazz in my ears.", gate=12),
    )
    assert answers(told) == [("accepted", None)] * 3
    anna, (arrival,) = person(database), signals(database)
    assert (anna.name, anna.attributes) == ("Anna Rossi", {"plan": "premium"})
    assert (arrival.kind, arrival.place, arrival.text) == ("checkin", "Gate B12", "Jazz in my ears.")
    assert arrival.attributes == {"event": "Checked In", "gate": 12}
    with database.reading() as session:
        assert session.scalar(select(Handle.address)) == "anna@example.org"
        assert consents(session)["c1"] == {Purpose.CARE, Purpose.INTERESTS, Purpose.OFFERS}
        assert session.scalar(select(OutboxRow.task).where(OutboxRow.task == "moment")) == "moment"


def test_a_batch_sent_again_changes_nothing(client: TestClient, database: Database) -> None:
    batch = [identify("m1", name="Anna"), consent("m2", **YES), track("m3", text="Here.")]
    send(client, *batch)
    send(client, identify("m4", name="Anna Rossi"), consent("m5", offers=False))
    told = send(client, *batch)
    assert answers(told) == [("duplicate", None)] * 3
    assert person(database).name == "Anna Rossi"
    with database.reading() as session:
        assert Purpose.OFFERS not in consents(session)["c1"]


def test_one_message_twice_in_a_batch_is_taken_once(client: TestClient) -> None:
    told = send(client, identify("m1", name="Anna"), identify("m1", name="Bruno"), consent("m2", **YES))
    assert answers(told)[:2] == [("accepted", None), ("duplicate", None)]


def test_a_trait_left_out_says_nothing(client: TestClient, database: Database) -> None:
    send(client, identify("m1", name="Anna", tier="gold", email="a@example.org", seat="aisle"))
    send(client, identify("m2", timezone="Europe/Rome"))
    anna = person(database)
    assert (anna.name, anna.tier, anna.time_zone, anna.attributes) == ("Anna", "gold", "Europe/Rome", {"seat": "aisle"})
    with database.reading() as session:
        assert session.scalar(select(Handle.address)) == "a@example.org"


def test_traits_prove_no_account_and_say_no_yes(client: TestClient, database: Database) -> None:
    send(client, identify("m1", handles="x:anna", handle_proof="oauth", consents="offers", customer_id="c9"))
    with database.reading() as session:
        assert session.scalars(select(Handle)).all() == []
        assert consents(session) == {}
    assert person(database).attributes == {}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (track("m", user_id="stranger"), "unknown_customer"),
        (event("m", "track", None, anonymousId="a1", event="Checked In"), "anonymous"),
        (identify("m", "null"), "blocked_value"),
        (identify("m", "000-000"), "blocked_value"),
        (event("m", "page", name="Home"), "not_used"),
        (event("m", "alias", previousId="c2"), "unknown_customer"),
        (event("m", "alias", previousId="null"), "blocked_value"),
        (event("m", "alias"), "required"),
        (track("m", "Song Played"), "not_used"),
        (event("m", "teleport"), "unknown_type"),
        (event("m", "group"), "required"),
        (consent("m"), "required"),
        (consent("m", everything=True), "not_allowed"),
        (track("m", kind="sighting"), "not_allowed"),
        (track("m") | {"timestamp": "yesterday"}, "not_a_time"),
        (track("m", text="x" * 30_000), "too_long"),
        (track("m", text="I am at the gate."), "no_consent"),
        (identify("m", timezone="Mars/Base"), "not_a_time_zone"),
        ("not an event", "not_an_object"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_the_rest_goes_on(
    client: TestClient, database: Database, item: Any, code: str
) -> None:
    told = send(client, identify("m1", name="Anna"), item, track("m3", "Order Completed", total=30))
    assert answers(told) == [("accepted", None), ("rejected", code), ("accepted", None)]
    assert [signal.source_id for signal in signals(database)] == ["m3"]


def test_a_bad_introduction_does_not_spoil_the_next(client: TestClient, database: Database) -> None:
    told = send(client, identify("m1", email="nonsense", tier="gold"), identify("m2", name="Anna"))
    assert answers(told) == [("rejected", "not_an_email"), ("accepted", None)]
    assert (person(database).name, person(database).tier) == ("Anna", None)


def test_what_happened_before_the_yes_is_not_kept(client: TestClient, database: Database) -> None:
    told = send(client, track("m1", text="Before."), identify("m2"), consent("m3", **YES), track("m4", text="After."))
    assert answers(told)[0] == ("rejected", "no_consent")
    assert [signal.text for signal in signals(database)] == ["After."]


def test_a_yes_passed_on_does_not_undo_an_objection(client: TestClient, database: Database) -> None:
    from wowengine.profiles.consent import object_to

    send(client, identify("m1"), consent("m2", **YES))
    with database.transaction() as session:
        object_to(session, "c1", [Purpose.OFFERS], source="objection")
    assert answers(send(client, consent("m3", offers=True))) == [("rejected", "objected")]
    with database.reading() as session:
        assert Purpose.OFFERS not in consents(session)["c1"]


def test_the_erased_do_not_come_back(client: TestClient, database: Database) -> None:
    batch = [identify("m1", name="Zaffira"), consent("m2", **YES), track("m3", text="zaffira was here")]
    send(client, *batch)
    told = send(client, event("m4", "erase"), identify("m5", name="Zaffira"), event("m6", "erase"))
    assert answers(told) == [("accepted", None), ("rejected", "forgotten"), ("duplicate", None)]
    again = send(client, *batch)
    assert [code for _, code in answers(again)] == ["forgotten", "unknown_customer", "unknown_customer"]
    assert signals(database) == []


def test_without_an_id_the_content_is_its_id(client: TestClient) -> None:
    send(client, identify("m1"), consent("m2", **YES))
    nameless = track("", text="Here.") | {"messageId": None}
    assert answers(send(client, nameless)) == [("accepted", None)]
    assert answers(send(client, nameless)) == [("duplicate", None)]


def test_what_the_whole_batch_says_goes_for_each(client: TestClient, database: Database) -> None:
    named = identify("m2", "c2") | {"context": {"locale": "en-GB"}}
    send(client, identify("m1"), named, context={"locale": "it-IT", "timezone": "Europe/Rome"})
    assert [person(database, who).language for who in ("c1", "c2")] == ["it-IT", "en-GB"]
    assert person(database, "c2").time_zone == "Europe/Rome"


def test_a_packed_body_is_unpacked_and_a_bomb_is_not(quick: TestClient) -> None:
    def post(body: bytes) -> int:
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        return quick.post("/v1/batch", content=body, headers=headers).status_code

    packed = gzip.compress(json.dumps({"batch": [identify("m1")]}).encode())
    assert post(packed) == 200
    assert post(gzip.compress(b" " * (LARGEST_BODY + 1))) == 413
    assert post(packed[:-9]) == 400
    assert post(b"plain") == 400


def test_the_key_opens_as_write_key_and_no_other_does(sqlite: Database, config: Config) -> None:
    with TestClient(api.make_app(sqlite, config, admin_key="s3cret"), "http://127.0.0.1") as client:
        body = {"batch": [identify("m1")]}
        assert client.post("/v1/batch", json=body).status_code == 401
        assert client.post("/v1/batch", json=body, auth=("wrong", "")).status_code == 401
        assert client.post("/v1/batch", json=body, auth=("s3cret", "")).status_code == 200
        assert client.post("/v1/batch", json=body, headers={"Authorization": "Bearer s3cret"}).status_code == 200
        assert client.get("/v1/queue", auth=("s3cret", "")).status_code == 401  # a write key only writes


@pytest.fixture
def served(database: Database, config: Config) -> Iterator[str]:
    """The API on a port of this machine, with a key."""
    app = api.make_app(database, config, admin_key="write-key")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("packed", [False, True])
def test_segments_own_client_is_understood(served: str, database: Database, packed: bool) -> None:
    failed: list[object] = []
    client = Client("write-key", host=served, gzip=packed, on_error=lambda error, _: failed.append(error))
    client.identify(
        "c1", {"name": "Anna Rossi", "email": "anna@example.org", "createdAt": datetime(2019, 5, 2, tzinfo=UTC)}
    )
    client.group("c1", "g1", {"name": "Initech"})
    client.track("c1", "Order Completed", {"total": 30, "text": "Two tickets for the opera."})
    client.page("c1", "Docs", "Home")
    client.alias("c1", "c2")
    client.flush()
    client.join()
    assert failed == []
    anna, (order,) = person(database), signals(database)
    assert (anna.name, str(anna.joined_on)) == ("Anna Rossi", "2019-05-02")
    assert anna.attributes == {"group_id": "g1", "group_name": "Initech"}
    assert (order.kind, order.text) == ("purchase", "Two tickets for the opera.")

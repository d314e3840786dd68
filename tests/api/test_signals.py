"""Batches of signals: a result for each, and a moment where something just happened."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select

from wowengine import clock
from wowengine.api.signals import LARGEST_BATCH
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database
from wowengine.profiles.intake import take_customers
from wowengine.profiles.models import Signal
from wowengine.profiles.sources.rows import from_mappings


def anna(database: Database) -> None:
    """A customer who says yes to everything, and one who never did."""
    with database.transaction() as session:
        take_customers(
            session,
            from_mappings(
                [
                    {"customer_id": "c1", "handles": "x:@anna", "consents": "care;interests;offers"},
                    {"customer_id": "c2", "handles": "x:@bruno"},
                ]
            ),
        )


def signal(source_id: str, **changes: Any) -> dict[str, Any]:
    at = clock.now() - timedelta(minutes=1)
    told = {"source": "x", "source_id": source_id, "kind": "checkin", "occurred_at": at.isoformat(), "channel": "x"}
    return told | {"author": "x:anna", "text": "At gate B12, with jazz.", "place": "Gate B12"} | changes


def send(client: TestClient, *signals: Any) -> dict[str, Any]:
    told = client.post("/v1/signals", json={"signals": signals})
    assert told.status_code == 200, told.text
    body: dict[str, Any] = told.json()
    return body


def moments(database: Database) -> list[str]:
    """The source ids of the signals whose moment was asked for."""
    with database.reading() as session:
        asked = session.scalars(select(OutboxRow).where(OutboxRow.task == "moment")).all()
        return sorted(session.get_one(Signal, row.args["signal_id"]).source_id for row in asked)


def test_each_item_gets_its_own_result(client: TestClient, database: Database) -> None:
    anna(database)
    one = signal("1")
    told = send(
        client,
        one,
        one,
        signal("2", author="x:stranger", kind="post"),
        signal("3", kind="sighting"),
        {"source": "x"},
        signal("4", customer_id="nobody", author=None),
    )
    assert [item["result"] for item in told["results"]] == [
        "accepted",
        "duplicate",
        "unlinked",
        "rejected",
        "rejected",
        "rejected",
    ]
    assert [item["index"] for item in told["results"]] == list(range(6))
    assert [item["rule"] is not None for item in told["results"]] == [False, False, False, True, True, True]
    assert (told["accepted"], told["duplicate"], told["unlinked"], told["rejected"]) == (1, 1, 1, 3)


def test_sending_a_batch_again_changes_nothing(client: TestClient, database: Database) -> None:
    anna(database)
    batch = [signal(str(number), occurred_at="2026-11-03T09:00:00Z") for number in range(5)]
    assert send(client, *batch)["accepted"] == 5
    assert send(client, *batch)["duplicate"] == 5


def test_a_fresh_checkin_message_or_incident_is_a_moment(client: TestClient, database: Database) -> None:
    anna(database)
    send(client, signal("checkin"))
    assert moments(database) == ["checkin"]
    send(client, signal("mail", kind="message", channel="email", author=None, customer_id="c2"))
    assert moments(database) == ["checkin", "mail"]


def test_of_several_at_once_the_newest_makes_the_moment(client: TestClient, database: Database) -> None:
    anna(database)
    now = clock.now()
    send(
        client,
        signal("newest", occurred_at=(now - timedelta(minutes=1)).isoformat()),
        signal("older", occurred_at=(now - timedelta(minutes=9)).isoformat(), source="y"),
    )
    assert moments(database) == ["newest"]


def test_an_edit_is_judged_as_it_stands_at_the_end(client: TestClient, database: Database) -> None:
    anna(database)
    old = (clock.now() - timedelta(days=2)).isoformat()
    send(client, signal("one"), signal("one", occurred_at=old), signal("two", occurred_at=old))
    assert moments(database) == []
    send(client, signal("two", text="Now at the gate."))
    assert moments(database) == ["two"]


def test_moments_of_many_customers_are_asked_for_at_once(client: TestClient, database: Database) -> None:
    people = [{"customer_id": f"p{number}", "consents": "care"} for number in range(50)]
    with database.transaction() as session:
        take_customers(session, from_mappings(people))
    mails = [signal(f"m{n}", kind="message", author=None, customer_id=f"p{n % 50}") for n in range(100)]
    assert send(client, *mails)["accepted"] == 100
    assert len(moments(database)) == 50


def test_posts_history_duplicates_and_our_own_words_are_no_moments(client: TestClient, database: Database) -> None:
    anna(database)
    old = (clock.now() - timedelta(days=2)).isoformat()
    send(client, signal("post", kind="post"), signal("old", occurred_at=old))
    send(client, signal("ours", kind="message", direction="outbound", author="x:company", customer_id="c1"))
    assert moments(database) == []


def test_a_batch_is_neither_empty_nor_endless(quick: TestClient) -> None:
    assert quick.post("/v1/signals", json={"signals": []}).status_code == 422
    assert quick.post("/v1/signals", json={"signals": [{}] * (LARGEST_BATCH + 1)}).status_code == 422
    assert quick.post("/v1/signals", json={"signals": ["text"]}).status_code == 422


def test_the_largest_batch_is_taken(client: TestClient, database: Database) -> None:
    anna(database)
    batch = [signal(str(number), kind="post") for number in range(LARGEST_BATCH)]
    assert send(client, *batch)["accepted"] == LARGEST_BATCH

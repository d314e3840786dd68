"""The whole loop by one script: embedded on SQLite, and with PostgreSQL, a broker and a worker of its own."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests import servers
from tests.cases.world import World, until

NOW = datetime.now(UTC)
TASTES = {
    "jazz": "I love jazz, what a concert last night #jazz",
    "hiking": "Best hike of the year today, I love hiking",
}
GESTURES: list[dict[str, Any]] = [
    {
        "gesture_id": f"{taste}-gift",
        "kind": "surprise",
        "title": f"Something small for {taste}",
        "tags": taste,
        "cost_cents": 500,
        "value_cents": 800,
        "channels": "staff_task",
    }
    for taste in TASTES
] + [
    {
        "gesture_id": "city-tip",
        "kind": "tip",
        "title": "Where the locals listen to jazz",
        "tags": "jazz",
        "channels": "spool",
    }
]


@pytest.fixture(params=["embedded", pytest.param("separate", marks=[pytest.mark.postgres, pytest.mark.broker])])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "embedded":
        yield World(tmp_path)
        return
    server, name = request.getfixturevalue("postgres_server"), f"wow_loop_{uuid.uuid4().hex[:12]}"
    yield World(
        tmp_path,
        database_url=servers.create_database(server, name),
        broker_url=request.getfixturevalue("broker"),
    )
    servers.drop_database(server, name)


def where_it_is_noon() -> str:
    """A time zone in which nobody sleeps now: what rings waits for the end of quiet hours."""
    return f"Etc/GMT{NOW.hour - 12:+d}"  # its sign is the other way round: Etc/GMT-3 is three hours ahead


def customers() -> list[dict[str, Any]]:
    return [
        {
            "customer_id": f"c{number:02}",
            "name": f"Customer {number}",
            "language": "en",
            "time_zone": where_it_is_noon(),
            "handles": f"mastodon:c{number:02}@example.social",
            "consents": "care;interests;offers",
        }
        for number in range(12)
    ]


def posts() -> list[dict[str, Any]]:
    return [
        {
            "source": "mastodon",
            "source_id": f"{number}-{again}",
            "kind": "post",
            "channel": "mastodon",
            "author": f"mastodon:c{number:02}@example.social",
            "text": list(TASTES.values())[number % 2],
            "occurred_at": (NOW - timedelta(days=1 + 5 * again)).isoformat(),
        }
        for number in range(12)
        for again in range(2)
    ]


def past_answers() -> list[dict[str, Any]]:
    """Sixty answers of a year ago: each likes what fits and not what does not."""
    return [
        {
            "customer_id": f"c{number:02}",
            "gesture_id": f"{taste}-gift",
            "type": "accepted" if taste == list(TASTES)[number % 2] else "rejected",
            "occurred_at": (NOW - timedelta(days=400 + again)).isoformat(),
        }
        for number in range(12)
        for taste in TASTES
        for again in range(3)
    ]


def say(api: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    key = {"Idempotency-Key": uuid.uuid4().hex, "Wow-Actor": "maria"}
    answer = api.post(f"/v1/{path}", json=body, headers=key)
    assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
    told: dict[str, Any] = answer.json()
    return told


def test_from_posts_to_a_delivered_gesture_and_back_into_the_model(world: World) -> None:
    if world.database_url:
        assert "wow migrate" in world.wow("round", expect=1)  # a PostgreSQL is never changed unasked
        world.wow("migrate")
    for kind, rows in (
        ("customers", customers()),
        ("gestures", GESTURES),
        ("signals", posts()),
        ("outcomes", past_answers()),
    ):
        path = str(world.write(f"{kind}.ndjson", rows))
        assert world.json("import", kind, path)["accepted"] == len(rows)
        assert world.json("import", kind, path) == {
            "accepted": 0,
            "duplicate": len(rows),
            "unlinked": 0,
            "set_aside": {},
        }
    assert world.json("profile")["profiles"] == 12
    before = world.json("train")
    assert before["answers"] == len(past_answers())
    assert world.json("round")["proposed"] == 12
    assert world.json("round")["proposed"] == 0  # a round run twice proposes once

    with world.serving() as api:
        card = api.get("/v1/queue").json()["items"][0]
        assert card["evidence"], "a suggestion names what it rests on"
        told = say(api, f"actions/{card['id']}/verdict", verdict="approve", version=card["version"])
        assert told["state"] == "approved"

        task = until(lambda: next(iter(api.get("/v1/tasks").json()["items"]), None))
        held = say(api, f"actions/{task['id']}/claim", version=task["version"])
        done = say(api, f"actions/{task['id']}/deliver", fence=held["fence"], proof={"note": "handed over"})
        assert done["state"] == "delivered"

        say(
            api,
            "outcomes",
            customer_id=card["customer_id"],
            gesture_id=card["gesture_id"],
            type="thanked",
            occurred_at=datetime.now(UTC).isoformat(),
            decision_id=card["decision_id"],
        )
        assert api.get(f"/v1/actions/{task['id']}").json()["action"]["state"] == "closed"
        assert api.get("/healthz").status_code == 200

    after = world.json("train")
    assert after["answers"] == before["answers"] + 1  # the customer's own word takes the place of the reviewer's
    world.wow("doctor")


def test_a_machine_delivers_what_a_machine_can_and_only_once(world: World) -> None:
    if world.database_url:
        world.wow("migrate")
    world.wow("import", "customers", str(world.write("customers.ndjson", customers()[:1])))
    world.wow("import", "gestures", str(world.write("gestures.ndjson", GESTURES[2:])))
    world.wow("import", "signals", str(world.write("signals.ndjson", posts()[:2])))
    world.wow("profile")
    assert world.json("round")["proposed"] == 1
    [card] = world.json("queue")
    world.wow("approve", card["action"], "--as", "maria")
    with world.serving() as api:
        done = until(lambda: _delivered(api, card["action"]))
    assert done["state"] in {"delivered", "closed"}
    assert len(list((world.folder / "home" / "spool").glob("*.json"))) == 1


def _delivered(api: httpx.Client, action_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] = api.get(f"/v1/actions/{action_id}").json()["action"]
    return found if found["state"] in {"delivered", "closed"} else None

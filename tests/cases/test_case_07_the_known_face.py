"""Case 7: customers come back asking for Theo; what is to be done for them is offered to Theo first, then his team."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest

from tests.cases.world import World, until

CUSTOMERS = [
    {
        "customer_id": who,
        "name": name,
        "handles": f"mastodon:{who}@example.social",
        "consents": "care;interests;offers",
        "agent_of_record": agent,
    }
    for who, name, agent in (("anna", "Anna Rossi", "Theo"), ("ben", "Ben Hill", "Gus"), ("cora", "Cora Low", ""))
]
GESTURES = [
    {
        "gesture_id": "card",
        "kind": "surprise",
        "title": "A jazz record with a card",
        "tags": "jazz;music",
        "cost_cents": 100,
        "value_cents": 900,
        "channels": "staff_task",
    }
]
POSTS = [
    {
        "source": "mastodon",
        "source_id": f"{one['customer_id']}-1",
        "kind": "post",
        "channel": "mastodon",
        "author": one["handles"],
        "text": "I love jazz, what a jazz concert last night! #jazz",
        "language": "en",
        "occurred_at": (datetime.now(UTC) - timedelta(days=3)).isoformat(),
    }
    for one in CUSTOMERS
]
CREW = {"Theo": ("agent", "red"), "Danni": ("agent", "red"), "Gus": ("agent", "blue"), "Ada": ("admin", "")}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A record for each of three customers, approved; four people work here."""
    world = World(tmp_path_factory.mktemp("bank"))
    for name, (role, team) in reversed(CREW.items()):
        world.wow("users", "put", name, "--role", role, "--team", team)
    world.wow("import", "customers", str(world.write("customers.ndjson", CUSTOMERS)))
    world.wow("import", "gestures", str(world.write("gestures.ndjson", GESTURES)))
    world.wow("import", "signals", str(world.write("signals.ndjson", POSTS)))
    world.wow("profile")
    world.wow("round")
    with world.serving() as client:
        for card in client.get("/v1/queue").json()["items"]:
            body = {"verdict": "approve", "version": card["version"]}
            assert client.post(f"/v1/actions/{card['id']}/verdict", json=body, headers=as_("Ada")).status_code == 200
        yield client


def as_(name: str) -> dict[str, str]:
    return {"Wow-Actor": name}


def seen(api: httpx.Client, name: str, **asked: str) -> list[str]:
    items = api.get("/v1/tasks", headers=as_(name), params=asked).json()["items"]
    return [item["customer_id"] for item in items]


def test_each_sees_their_own_customers_first_and_nobody_elses_yet(bank: httpx.Client) -> None:
    until(lambda: seen(bank, "Theo"))
    assert seen(bank, "Theo") == ["anna", "cora"]
    assert seen(bank, "Gus") == ["ben", "cora"]
    assert seen(bank, "Danni") == ["cora"], "Anna's is Theo's alone for a while, and then his team's"
    assert seen(bank, "Theo", whose="mine") == ["anna"]


def test_whoever_cannot_do_it_hands_it_to_a_colleague_who_has_it_at_once(bank: httpx.Client) -> None:
    def say(name: str, verb: str, **body: Any) -> httpx.Response:
        return bank.post(f"/v1/actions/{task['id']}/{verb}", json=body, headers=as_(name))

    task = until(lambda: bank.get("/v1/tasks", headers=as_("Theo"), params={"whose": "mine"}).json()["items"])[0]
    fence = say("Theo", "claim").json()["fence"]
    assert say("Theo", "hand-over", fence=fence, to="Nobody").status_code == 422
    theirs = say("Theo", "hand-over", fence=fence, to="Danni").json()
    assert (theirs["claimed_by"], seen(bank, "Danni", whose="mine")) == ("Danni", ["anna"])
    assert say("Theo", "deliver", fence=fence, proof={"note": "x"}).status_code == 409
    done = say("Danni", "deliver", fence=theirs["fence"], proof={"note": "she asked after Theo"}).json()
    assert done["state"] == "delivered"
    life = bank.get(f"/v1/actions/{task['id']}").json()["events"]
    assert [(one["step"], one["actor"]) for one in life[-3:]] == [
        ("claim", "Theo"),
        ("hand over", "Theo"),
        ("deliver", "Danni"),
    ]

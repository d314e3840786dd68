"""Case 2: an hour in a racing car, a day's fishing on the bay: dear and scarce, for the most loyal guests alone, and
for those of them who would love it most rather than for the first in line."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest

from tests.cases.world import World

NOW = datetime.now(UTC)
LOYAL, LOVERS, PLACES = 40, 8, 3

TRIP = {"gesture_id": "fishing-trip", "title": "A day's fishing on the bay", "tags": "fishing"}
TOUR = {"gesture_id": "harbour-tour", "title": "A tour of the harbour by boat", "tags": "fishing"}
GESTURES: list[dict[str, Any]] = [
    TRIP | {"cost_cents": 15_000, "value_cents": 20_000, "stock": PLACES, "tiers": "platinum"},
    TOUR | {"cost_cents": 2_000, "value_cents": 3_000, "tiers": "gold"},
    {"gesture_id": "postcard", "title": "A hand-written card", "tags": "fishing", "value_cents": 200},
]


def guests() -> list[dict[str, Any]]:
    """The first in line like fishing well enough; those who love it come last in every list, and one is no regular."""
    loyal = [f"guest-{number:02}" for number in range(LOYAL)]
    tiers = dict.fromkeys(loyal, "platinum") | {"newcomer": "silver"}
    return [
        {
            "customer_id": who,
            "name": who.title(),
            "language": "en",
            "tier": tier,
            "handles": f"mastodon:{who}@example.com",
            "consents": "care;interests;offers",
        }
        for who, tier in tiers.items()
    ]


def loves(who: str) -> bool:
    return who == "newcomer" or int(who.removeprefix("guest-")) >= LOYAL - LOVERS


def posts() -> list[dict[str, Any]]:
    return [
        _post(f"{guest['customer_id']}-{number}", guest["customer_id"], timedelta(days=3 + 5 * number))
        for guest in guests()
        for number in range(6 if loves(guest["customer_id"]) else 1)
    ]


def _post(source_id: str, who: str, ago: timedelta) -> dict[str, Any]:
    return {
        "source": "mastodon",
        "source_id": source_id,
        "kind": "post",
        "channel": "mastodon",
        "author": f"mastodon:{who}@example.com",
        "occurred_at": (NOW - ago).isoformat(),
        "text": "A day of fishing, I love fishing",
        "language": "en",
    }


def answers() -> list[dict[str, Any]]:
    """What they said to the harbour tours of former years: lovers came, the others mostly did not."""
    return [
        {
            "customer_id": guest["customer_id"],
            "gesture_id": "harbour-tour",
            "occurred_at": (NOW - timedelta(days=400 + 40 * year)).isoformat(),
            "type": "accepted" if loves(guest["customer_id"]) or (number + year) % 6 == 0 else "rejected",
        }
        for year in range(5)
        for number, guest in enumerate(guests())
    ]


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, dict[str, Any]]:
    """A hotel after a round, and the round's report."""
    world = World(tmp_path_factory.mktemp("hotel"))
    catalogue = [{"kind": "surprise", "channels": "staff_task"} | gesture for gesture in GESTURES]
    world.wow("import", "customers", str(world.write("customers.ndjson", guests())))
    world.wow("import", "gestures", str(world.write("gestures.ndjson", catalogue)))
    world.wow("import", "signals", str(world.write("signals.ndjson", posts())))
    world.wow("import", "outcomes", str(world.write("outcomes.ndjson", answers())))
    world.wow("profile")
    world.wow("train")
    return world, world.json("round")


def waiting(world: World, title: str) -> dict[str, str]:
    """Return who has it waiting for approval, with the action's id."""
    cards = world.json("queue", "--limit", "500")
    return {card["customer"]: card["action"] for card in cards if card["gesture"] == title}


def test_the_trips_go_to_loyal_guests_who_would_love_them_most(hotel: tuple[World, dict[str, Any]]) -> None:
    world, _ = hotel
    got = waiting(world, TRIP["title"])
    assert len(got) == PLACES
    assert all(loves(who) for who in got), got
    assert "newcomer" not in got


def test_everybody_else_gets_what_there_is_enough_of(hotel: tuple[World, dict[str, Any]]) -> None:
    world, _ = hotel
    assert len(waiting(world, "A hand-written card")) == LOYAL + 1 - PLACES


def test_the_manager_reads_what_one_more_trip_would_have_been_worth(hotel: tuple[World, dict[str, Any]]) -> None:
    _, report = hotel
    assert report["shadow_prices"]["stock:fishing-trip"] > 0
    assert report["refused"]["allocation.allotted"] > 0


def test_whoever_did_not_get_it_is_told_why_by_stage(hotel: tuple[World, dict[str, Any]]) -> None:
    world, _ = hotel
    told = world.json("why", waiting(world, "A hand-written card")["guest-00"])
    [allocation] = [stage for stage in told["stages"] if stage["stage"] == "allocation"]
    assert [one["gesture_id"] for one in allocation["stopped"]] == ["fishing-trip"]
    assert "does more for others" in allocation["stopped"][0]["reason"]


STAFF = {"rosa": "reviewer", "max": "manager", "mia": "manager", "nora": "manager", "adam": "admin", "tom": "staff"}


def says(client: httpx.Client, name: str, action: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """Give a verdict on what the person sees at that moment."""
    seen = client.get(f"/v1/actions/{action}").json()["action"]["version"]
    asked = {"version": seen} | body
    told = client.post(f"/v1/actions/{action}/verdict", json=asked, headers={"Wow-Actor": name})
    return told.status_code, told.json()


def test_a_trip_takes_two_people_who_may_and_neither_of_them_put_it_forward(
    hotel: tuple[World, dict[str, Any]],
) -> None:
    world, _ = hotel
    for name, role in STAFF.items():
        world.wow("users", "put", name, "--role", role, "--as", "adam")
    [first, second, _] = sorted(waiting(world, TRIP["title"]).values())
    with world.serving() as client:
        assert [one["needs"] for one in client.get("/v1/queue").json()["items"] if one["id"] == first] == [
            [{"role": "manager", "count": 2}]
        ]
        for name in ("rosa", "tom", "a stranger"):
            status, problem = says(client, name, first, verdict="approve")
            assert (status, "A manager may: up to EUR 500.00." in problem["detail"]) == (403, True), problem
        status, trip = says(client, "max", first, verdict="amend", draft="Dear guest, come fishing with us.")
        assert (status, trip["authors"], trip["amends"]) == (200, ["max"], first)
        status, problem = says(client, "max", trip["id"], verdict="approve")
        assert (status, "max put it forward" in problem["detail"]) == (403, True)
        status, once = says(client, "mia", trip["id"], verdict="approve")
        assert (status, once["state"], once["needs"]) == (200, "proposed", [{"role": "manager", "count": 1}])
        status, problem = says(client, "mia", trip["id"], verdict="approve")
        assert (status, "mia has approved it already" in problem["detail"]) == (403, True)

        def approves(name: str) -> int:
            body = {"verdict": "approve", "version": once["version"], "payload_hash": once["payload_hash"]}
            headers = {"Wow-Actor": name}
            return client.post(f"/v1/actions/{trip['id']}/verdict", json=body, headers=headers).status_code

        with ThreadPoolExecutor(2) as together:
            assert sorted(together.map(approves, ["nora", "adam"])) == [200, 409]
        life = client.get(f"/v1/actions/{trip['id']}").json()
        assert [event["step"] for event in life["events"]] == ["propose", "endorse", "approve"]
        assert (life["action"]["state"], len(life["action"]["approvals"])) == ("approved", 2)
    said = world.wow("approve", second, "--as", "mia")
    assert "proposed; a second person must approve it too: a manager or higher" in said
    assert "mia has approved it already" in world.wow("approve", second, "--as", "mia", expect=1)
    world.wow("users", "put", "nora", "--role", "reviewer", "--as", "adam")
    assert "nora is reviewer here" in world.wow("approve", second, "--as", "nora", expect=1)
    assert world.wow("approve", second, "--as", "max").strip() == f"{TRIP['title']}: approved"
    world.wow("reconcile")

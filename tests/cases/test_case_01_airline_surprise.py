"""Case 1: a traveller checks in and says so in public; something that fits waits at the gate before boarding."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest

from tests.cases.world import World, until

NOW = datetime.now(UTC)
GRACE = timedelta(seconds=10)

CUSTOMERS = [
    {
        "customer_id": who,
        "name": name,
        "language": language,
        "time_zone": "Europe/Rome",
        "agent_of_record": "Theo",
        "handles": f"mastodon:{who}@example.social",
        "consents": "care;interests;offers",
    }
    for who, name, language in (("anna", "Anna Rossi", "it"), ("ben", "Ben Hill", "en"), ("dora", "Dora Vale", "en"))
] + [{"customer_id": "carl", "name": "Carl Silent", "handles": "mastodon:carl@example.social"}]

GESTURES: list[dict[str, Any]] = [
    {
        "gesture_id": "jazz-playlist",
        "kind": "surprise",
        "title": "A jazz playlist and an espresso for the wait",
        "title_it": "Una playlist jazz e un espresso per l'attesa",
        "tags": "jazz;music",
        "cost_cents": 600,
        "value_cents": 900,
        "channels": "staff_task",
        "lead_minutes": 10,
        "window_minutes": 120,
        "checklist": "Warm the cup;Write her name on the card",
    },
    {
        "gesture_id": "trail-map",
        "kind": "surprise",
        "title": "A map of the trails around your city",
        "tags": "hiking;nature",
        "cost_cents": 600,
        "value_cents": 900,
        "channels": "staff_task",
    },
]

POSTS = [
    ("anna", "it", "Adoro il jazz, ieri sera un concerto jazz meraviglioso #jazz", 20),
    ("anna", "it", "Altro disco jazz comprato oggi, adoro questa musica", 9),
    ("dora", "en", "I love hiking, a great hike up the ridge #hiking", 11),
    ("ben", "en", "I love hiking, another great hike in the hills today #hiking", 12),
]


def signal(number: int, who: str, **facts: Any) -> dict[str, Any]:
    return {
        "source": "mastodon",
        "source_id": f"{who}-{number}",
        "kind": "post",
        "channel": "mastodon",
        "author": f"mastodon:{who}@example.social",
        **facts,
    }


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    world = World(tmp_path_factory.mktemp("airline"))
    posts = [
        signal(number, who, text=text, language=language, occurred_at=(NOW - timedelta(days=days)).isoformat())
        for number, (who, language, text, days) in enumerate(POSTS)
    ]
    world.wow("import", "customers", str(world.write("customers.ndjson", CUSTOMERS)))
    world.wow("import", "gestures", str(world.write("gestures.ndjson", GESTURES)))
    world.wow("import", "signals", str(world.write("signals.ndjson", posts)))
    world.wow("profile")
    with world.serving() as client:
        yield client


def check_in(api: httpx.Client, who: str, departs_in: timedelta) -> dict[str, Any]:
    departs = datetime.now(UTC) + departs_in
    said = signal(
        100,
        who,
        kind="checkin",
        text="At the gate already",
        occurred_at=datetime.now(UTC).isoformat(),
        place="Gate B12",
        departs_at=departs.isoformat(),
    )
    answer = api.post("/v1/signals", json={"signals": [said]})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def suggestion_for(api: httpx.Client, who: str) -> dict[str, Any] | None:
    items = api.get("/v1/queue").json()["items"]
    return next((item for item in items if item["customer_id"] == who), None)


def verdict(api: httpx.Client, action: dict[str, Any], name: str) -> httpx.Response:
    return api.post(
        f"/v1/actions/{action['id']}/verdict",
        json={"verdict": name, "version": action["version"]},
        headers={"Wow-Actor": "maria"},
    )


def say(api: httpx.Client, task: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
    return api.post(f"/v1/actions/{task['id']}/{verb}", json=body, headers={"Wow-Actor": "Theo"})


def test_a_check_in_becomes_a_fitting_suggestion_at_the_gate_within_seconds(airline: httpx.Client) -> None:
    assert check_in(airline, "anna", timedelta(minutes=80))["accepted"] == 1
    card = until(lambda: suggestion_for(airline, "anna"))

    assert card["gesture_id"] == "jazz-playlist"
    assert card["title"] == "Una playlist jazz e un espresso per l'attesa"
    assert card["place"] == "Gate B12"
    assert (
        timedelta(minutes=79)
        < datetime.fromisoformat(card["deadline_at"]) - datetime.now(UTC)
        < GRACE + timedelta(minutes=80)
    )
    assert "jazz" in card["evidence"][0]["quote"].lower()
    assert 0 < len(card["why_text"]) <= 200

    assert verdict(airline, card, "approve").json()["state"] == "approved"


def test_the_task_at_the_gate_has_all_it_needs_and_is_done_with_proof(airline: httpx.Client) -> None:
    theo = {"Wow-Actor": "Theo"}
    task = until(lambda: next(iter(airline.get("/v1/tasks", headers=theo).json()["items"]), None))
    assert (task["customer_id"], task["place"], task["agent_of_record"]) == ("anna", "Gate B12", "Theo")
    opens, closes = (datetime.fromisoformat(task[name]) for name in ("not_before", "deadline_at"))
    assert (closes - opens, task["lead_minutes"]) == (timedelta(minutes=120), 10)
    assert task["draft"]
    assert [line["text"] for line in task["checklist"]] == ["Warm the cup", "Write her name on the card"]

    fence = say(airline, task, "claim").json()["fence"]
    proof = {"note": "she laughed", "code": "B12-77"}
    unticked = say(airline, task, "deliver", fence=fence, proof=proof)
    assert (unticked.status_code, len(unticked.json()["unticked"])) == (422, 2)
    say(airline, task, "tick", fence=fence, line=0)
    say(airline, task, "tick", fence=fence, line=1, left_out="no pen at the gate")
    assert say(airline, task, "deliver", fence=fence, proof={"photo": "data:image/png;base64,AA"}).status_code == 422
    done = say(airline, task, "deliver", fence=fence, proof=proof).json()
    assert (done["state"], done["proof"]) == ("delivered", proof)


def test_an_approved_task_that_nobody_brings_is_worthless_after_departure_and_says_so(airline: httpx.Client) -> None:
    check_in(airline, "dora", timedelta(seconds=14))
    card = until(lambda: suggestion_for(airline, "dora"))
    assert verdict(airline, card, "approve").status_code == 200
    (late,) = until(lambda: airline.get("/v1/tasks").json()["too_late"])
    assert late["id"] == card["id"]
    assert late["too_late"].startswith("Too late: its time was over at ")
    assert say(airline, late, "claim").status_code == 409


def test_after_departure_the_surprise_is_worthless_and_says_so(airline: httpx.Client) -> None:
    check_in(airline, "ben", timedelta(seconds=6))
    card = until(lambda: suggestion_for(airline, "ben"))
    assert card["gesture_id"] == "trail-map"

    gone = until(lambda: _expired(airline, card["id"]))
    assert gone["allowed_steps"] == []
    refused = verdict(airline, gone, "approve")
    assert refused.status_code == 409
    assert "expired" in refused.json()["detail"]


def test_somebody_who_never_agreed_is_not_even_read(airline: httpx.Client) -> None:
    told = check_in(airline, "carl", timedelta(minutes=80))
    assert (told["accepted"], told["unlinked"]) == (0, 1)
    assert suggestion_for(airline, "carl") is None


def _expired(api: httpx.Client, action_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] = api.get(f"/v1/actions/{action_id}").json()["action"]
    return found if found["state"] == "expired" else None

"""Case 3, the reading of it: guests are asked how they take their coffee, and the answer is known with its source."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.cases.world import World
from wowengine import clock

ANSWERS = {
    "anna": "To answer your question: I take my coffee long, no sugar. And a window seat, please!",
    "luca": "Il caffè? Io lo prendo macchiato, senza zucchero. E chiamatemi pure Lu.",
    "mary": "My husband takes his coffee black. I never drink it, tea with milk for me please.",
}


def answer(at: int, who: str, text: str) -> dict[str, Any]:
    said = (clock.now() - timedelta(hours=at + 1)).isoformat()
    row = {"source": "x", "source_id": f"a{at}", "kind": "mention", "channel": "x", "author": f"x:{who}", "text": text}
    return row | {"occurred_at": said, "in_reply_to": "how-do-you-take-your-coffee"}


def test_an_answer_becomes_a_preference_with_the_words_it_rests_on(tmp_path: Path) -> None:
    world = World(tmp_path, f"sqlite:///{tmp_path / 'wow.db'}")
    world.wow("migrate")
    people = [{"customer_id": who, "handles": f"x:{who}", "consents": "care;interests;offers"} for who in ANSWERS]
    world.wow("import", "customers", str(world.write("people.ndjson", people)))
    rows = [answer(at, who, text) for at, (who, text) in enumerate(ANSWERS.items())]
    with world.serving() as api:
        assert api.post("/v1/signals", json={"signals": rows}).json()["accepted"] == len(ANSWERS)
        world.wow("profile")
        told = {who: api.get(f"/v1/customers/{who}/profile").json()["preferences"] for who in ANSWERS}
    assert values(told["anna"]) == {"coffee": "long, no sugar", "seat": "window"}
    assert values(told["luca"]) == {"coffee": "macchiato, senza zucchero", "name": "Lu"}
    assert "coffee" not in values(told["mary"])  # it is her husband's
    [coffee] = [one for one in told["anna"] if one["slot"] == "coffee"]
    assert coffee["quote"] in ANSWERS["anna"]


def values(preferences: list[dict[str, Any]]) -> dict[str, str]:
    return {one["slot"]: one["value"] for one in preferences}

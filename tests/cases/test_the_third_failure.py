"""A customer whom we have failed three times: the desk gave film vouchers twice, and a third would say nothing new."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cases.world import World

NOW = datetime.now(UTC)

GESTURES: list[dict[str, Any]] = [
    {"gesture_id": "film-voucher", "title": "Film voucher", "category": "films", "cost_cents": 900, "most": 4},
    {"gesture_id": "cinema-card", "title": "Cinema card", "category": "films", "cost_cents": 1_800},
    {"gesture_id": "call", "title": "A call from Theo, who sees to it", "category": "call", "cost_cents": 800},
]


def incident(number: int) -> dict[str, Any]:
    at = NOW - timedelta(days=25 - 10 * number)
    told = {"source": "ops", "source_id": f"late-{number}", "kind": "incident", "channel": "ops", "customer_id": "anna"}
    return told | {"occurred_at": at.isoformat(), "mode": "parcel", "type": "failed_delivery", "cause": "carrier"}


def remedy(number: int) -> dict[str, Any]:
    """What the desk gave by itself: no decision of ours led to it."""
    at = NOW - timedelta(days=24 - 10 * number)
    given = {"customer_id": "anna", "gesture_id": "film-voucher", "type": "delivered", "occurred_at": at.isoformat()}
    return given | {"incident": f"late-{number}", "amount_cents": 900, "currency": "EUR"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The one card in the queue after a round, and the decision behind it."""
    world = World(tmp_path_factory.mktemp("parcels"))
    anna = {"customer_id": "anna", "name": "Anna Rossi", "language": "en", "consents": "care"}
    gestures = [
        {"kind": "compensation", "value_cents": 1_500, "channels": "staff_task", "currency": "EUR"} | one
        for one in GESTURES
    ]
    world.wow("import", "customers", str(world.write("customers.ndjson", [anna])))
    world.wow("import", "gestures", str(world.write("gestures.ndjson", gestures)))
    world.wow("import", "signals", str(world.write("signals.ndjson", [incident(number) for number in range(3)])))
    world.wow("import", "outcomes", str(world.write("outcomes.ndjson", [remedy(number) for number in range(2)])))
    world.wow("profile")
    world.wow("round")
    with world.serving() as api:
        (card,) = api.get("/v1/queue").json()["items"]
        explained: dict[str, Any] = api.get(f"/v1/decisions/{card['decision_id']}").json()
    return {"card": card} | explained


def test_the_form_changes_and_not_the_words(told: dict[str, Any]) -> None:
    assert (told["card"]["gesture_id"], told["card"]["subject"]) == ("call", "late-2")
    refused = {one["gesture_id"]: (one["rule"], one["reason"]) for one in told["decision"]["refused"]}
    known = "failure number 3, and film-voucher, of the same category, films, was to make good before"
    form = ("eligibility.form", f"{known}: change the form, not the words")
    assert refused["film-voucher"] == refused["cinema-card"] == form


def test_what_the_desk_gave_is_not_given_again_for_the_same_failure(told: dict[str, Any]) -> None:
    assert told["decision"]["compensation"]["goodwill_cents"] == told["card"]["amount_cents"] == 800
    assert "in addition to their legal rights" in told["decision"]["compensation"]["says"]
    assert "in addition to your legal rights" in told["card"]["draft"]

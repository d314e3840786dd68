"""Case 15: the same care for all. Six complain of a late flight and six say nothing: the same harm is offered the same
goodwill, whatever name, language, country or tier; a report proves it, and lists those who suffered in silence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cases.world import World

NOW = datetime.now(UTC)
LANDED = NOW - timedelta(days=2)
FLIGHT = "AZ 1104"

LOUD = [
    ("giulia", "Giulia Ferrari", "it", "IT", "gold"),
    ("kofi", "Kofi Mensah", "en", "GH", ""),
    ("ingrid", "Ingrid Åkesson", "sv", "SE", "basic"),
    ("wei", "李伟", "zh", "CN", ""),
    ("fatima", "Fatima Zahra El Idrissi", "fr", "MA", "silver"),
    ("john", "John Smith", "en", "US", "gold"),
]
SILENT = [
    ("marco", "Marco Rossi", "it", "IT", ""),
    ("ada", "Ada Okafor", "en", "NG", "basic"),
    ("jan", "Jan Novák", "cs", "CZ", "gold"),
    ("sofia", "Sofía Pérez", "es", "AR", ""),
    ("noname", "", "", "", ""),
    ("ravi", "Ravi Iyer", "en", "IN", "silver"),
]

GESTURES: list[dict[str, Any]] = [
    {
        "gesture_id": "meal-voucher",
        "kind": "compensation",
        "title": "Meal voucher",
        "category": "meals",
        "cost_cents": 500,
        "value_cents": 700,
        "most": 9,
        "channels": "staff_task",
    },
    {"gesture_id": "jazz", "kind": "surprise", "title": "A jazz playlist", "tags": "jazz", "channels": "staff_task"},
]


def customers() -> list[dict[str, Any]]:
    return [
        {"customer_id": who, "name": name, "language": language, "country": country, "tier": tier}
        | {"email": f"{who}@example.com", "consents": "care"}
        for who, name, language, country, tier in LOUD + SILENT
    ]


def signals() -> list[dict[str, Any]]:
    """The flight was late for twelve; six wrote, one of them five times, and were answered within half an hour."""
    rows = [_late(who) for who, *_ in LOUD + SILENT]
    for place, (who, *_) in enumerate(LOUD):
        wrote = LANDED + timedelta(hours=2)
        rows.append(_mail(who, 0, wrote, "Our flight was three hours late and nobody told us why. Terrible service."))
        rows.append(_answer(who, wrote + timedelta(minutes=30)))
        again = range(1, 5) if place == 0 else ()
        rows += [_mail(who, n, wrote + timedelta(hours=n), "This is a disgrace! I am furious.", who) for n in again]
    return rows


def _late(who: str) -> dict[str, Any]:
    flight = {"mode": "air", "type": "delay", "arrival_delay_minutes": 192, "distance_km": 1104, "occurrence": FLIGHT}
    route = {"from_country": "IT", "to_country": "DE", "carrier_country": "IT", "cause": "carrier"}
    return _row("ops", f"{FLIGHT} {who}", "incident", LANDED) | {"customer_id": who} | flight | route


def _mail(who: str, number: int, at: datetime, text: str, to: str = "") -> dict[str, Any]:
    mail = _row("mail", f"{who}-{number}", "message", at) | {"customer_id": who, "text": text, "language": "en"}
    return mail | ({"in_reply_to": f"{to}-0"} if to else {})


def _answer(who: str, at: datetime) -> dict[str, Any]:
    answer = _row("mail", f"{who}-answer", "message", at) | {"text": "We are sorry, and looking into it."}
    return answer | {"direction": "outbound", "author": "email:care@example.com", "in_reply_to": f"{who}-0"}


def _row(source: str, source_id: str, kind: str, at: datetime) -> dict[str, Any]:
    channel = "email" if source == "mail" else "ops"
    return {"source": source, "source_id": source_id, "kind": kind, "channel": channel, "occurred_at": at.isoformat()}


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("airline"))
    world.wow("import", "customers", str(world.write("customers.ndjson", customers())))
    world.wow("import", "gestures", str(world.write("gestures.ndjson", GESTURES)))
    world.wow("import", "signals", str(world.write("signals.ndjson", signals())))
    world.wow("profile")
    world.wow("round")
    return world


@pytest.fixture(scope="module")
def report(airline: World) -> dict[str, Any]:
    told: dict[str, Any] = airline.json("audit", "fairness")
    return told


def test_the_same_harm_is_offered_the_same_money_to_loud_and_silent_alike(airline: World) -> None:
    with airline.serving() as api:
        cards = api.get("/v1/queue", params={"limit": 100}).json()["items"]
    offered = {
        basis: {card["customer_id"]: card["amount_cents"] for card in cards if card["basis"] == basis}
        for basis in ("floor", "goodwill")
    }
    everybody = {who for who, *_ in LOUD + SILENT}
    assert {basis: set(amounts) for basis, amounts in offered.items()} == dict.fromkeys(offered, everybody)
    assert {basis: set(amounts.values()) for basis, amounts in offered.items()} == {
        "floor": {25_000},
        "goodwill": {2_000},
    }


def test_the_report_proves_it_by_deciding_again_for_other_people(airline: World, report: dict[str, Any]) -> None:
    assert report["decisions"] == 12
    assert report["pairs"] >= 1000
    assert report["differences"] == []
    tried = {name for name, tally in report["attributes"].items() if tally["pairs"]}
    assert {"person.name", "person.language", "person.country", "person.tier", "person.open_complaints"} <= tried
    assert {"candidate.score", "candidate.propensity"} <= tried
    assert "decisions on incidents; difference 0." in airline.wow("audit", "fairness")


def test_the_report_lists_those_who_suffered_in_silence(report: dict[str, Any]) -> None:
    [flight] = report["incidents"]
    assert (flight["incident"], flight["severity"]) == (FLIGHT, "serious")
    assert set(flight["suffered"]) == {who for who, *_ in LOUD + SILENT}
    assert set(flight["complained"]) == {who for who, *_ in LOUD}
    assert set(flight["silent"]) == {who for who, *_ in SILENT}
    assert (flight["made_good"], flight["left_out"]) == ([], [])
    assert set(flight["waiting"]) == set(flight["suffered"])


def test_the_wheel_that_squeaks_gets_no_more_oil(report: dict[str, Any]) -> None:
    wheels = report["squeaky_wheel"]["serious"]
    assert (wheels["offered"]["complained"], wheels["offered"]["silent"]) == (6, 6)
    assert wheels["offered"]["ratio"] == wheels["offered_alike"]["ratio"] == 1.0
    assert wheels["given"]["ratio"] is None  # nobody has approved any of it yet, and so one cannot tell
    assert wheels["given"]["reason"] == "nobody got goodwill"

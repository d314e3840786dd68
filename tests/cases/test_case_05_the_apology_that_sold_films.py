"""Case 5: a purchase failed, four mails over 36 hours; the wait counts and the mails do not, and the apology gives
something he had never bought."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cases.world import World

NOW = datetime.now(UTC)
FAILED = NOW - timedelta(hours=40)
WAITED = timedelta(hours=36)

GESTURES: list[dict[str, Any]] = [
    {
        "gesture_id": gesture,
        "kind": "compensation",
        "title": title,
        "category": category,
        "cost_cents": 600,
        "value_cents": 800,
        "most": 4,
        "channels": "staff_task",
    }
    for gesture, title, category in (
        ("album-credit", "Album credit", "music"),
        ("film-voucher", "Film voucher", "films"),
    )
]


def customers() -> list[dict[str, Any]]:
    """Two people with the same harm: one writes four mails, the other writes once."""
    return [
        {"customer_id": who, "name": name, "language": "en", "email": f"{who}@example.com", "consents": "care"}
        for who, name in (("tyler", "Tyler Moss"), ("quiet", "Wendy Quiet"))
    ]


def signals() -> list[dict[str, Any]]:
    rows = []
    for who, mails in (("tyler", 4), ("quiet", 1)):
        rows += [
            _row(f"{who}-bought-{n}", who, "purchase", FAILED - timedelta(days=30 * n), category="music")
            for n in (1, 2, 3)
        ]
        rows.append(
            _row(f"{who}-failed", who, "incident", FAILED, mode="store", type="failed_purchase", cause="carrier")
        )
        opened = FAILED + timedelta(hours=1)
        rows.append(_mail(who, 0, opened, "I paid for an album and the download never came. Please help."))
        rows += [
            _mail(
                who, n, opened + n * WAITED / 5, "Any news about my purchase? Still waiting for an answer.", reply=True
            )
            for n in range(1, mails)
        ]
        answer = _mail(who, 9, opened + WAITED, "We are looking into it.", reply=True)
        rows.append(answer | {"direction": "outbound", "customer_id": None, "author": "email:care@example.com"})
    return rows


def _row(source_id: str, who: str, kind: str, at: datetime, **facts: Any) -> dict[str, Any]:
    common = {"source": "shop", "source_id": source_id, "kind": kind, "occurred_at": at.isoformat()}
    return common | {"channel": "shop", "customer_id": who, **facts}


def _mail(who: str, number: int, at: datetime, text: str, *, reply: bool = False) -> dict[str, Any]:
    mail = _row(f"{who}-mail-{number}", who, "message", at, text=text)
    return mail | {"source": "mail", "channel": "email"} | ({"in_reply_to": f"{who}-mail-0"} if reply else {})


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What waits for approval after a round, by customer."""
    world = World(tmp_path_factory.mktemp("shop"))
    world.wow("import", "customers", str(world.write("customers.ndjson", customers())))
    world.wow("import", "gestures", str(world.write("gestures.ndjson", GESTURES)))
    world.wow("import", "signals", str(world.write("signals.ndjson", signals())))
    world.wow("profile")
    world.wow("round")
    with world.serving() as api:
        return {item["customer_id"]: item for item in api.get("/v1/queue").json()["items"]}


def test_the_apology_is_in_a_category_he_never_bought(queue: dict[str, dict[str, Any]]) -> None:
    card = queue["tyler"]
    assert (card["kind"], card["basis"]) == ("compensation", "goodwill")
    assert card["title"] == "3 × Film voucher"
    assert [other["gesture_id"] for other in card["alternatives"]] == ["album-credit"]


def test_the_apology_names_the_cause_and_the_wait_and_keeps_his_rights(queue: dict[str, dict[str, Any]]) -> None:
    draft = queue["tyler"]["draft"]
    assert "36 h" in draft
    assert "purchase" in draft
    assert "legal rights" in draft


def test_four_mails_earn_no_more_than_one_for_the_same_harm_and_wait(queue: dict[str, dict[str, Any]]) -> None:
    loud, silent = queue["tyler"], queue["quiet"]
    assert loud["amount_cents"] == silent["amount_cents"]
    assert loud["gesture_id"] == silent["gesture_id"]

"""Case 9: messages around the clock. By whatever chat, on whatever day, they are one customer's; each wait counts."""

from pathlib import Path
from typing import Any

from tests.cases.world import World

CHRISTMAS = "2025-12-25T{}:00+01:00"


def message(source_id: str, clock: str, text: str, **cells: Any) -> dict[str, Any]:
    row = {"source": "desk", "source_id": source_id, "kind": "message", "channel": "whatsapp", "text": text}
    return row | {"author": "whatsapp:+393331234567", "occurred_at": CHRISTMAS.format(clock)} | cells


def test_a_night_message_on_a_holiday_waits_as_long_as_it_waited(tmp_path: Path) -> None:
    world = World(tmp_path, f"sqlite:///{tmp_path / 'wow.db'}")
    world.wow("migrate")
    handles = "whatsapp:+393331234567;telegram:anna"
    people = [{"customer_id": "c1", "name": "Anna Rossi", "handles": handles, "consents": "care"}]
    world.wow("import", "customers", str(world.write("people.ndjson", people)))
    ours = {"direction": "outbound", "author": "whatsapp:us"}
    rows = [
        message("m1", "02:10", "La metro è ferma, come torno a casa?"),
        message("m2", "02:25", "C'è qualcuno?", in_reply_to="m1"),
        message("m3", "02:50", "Buon Natale! Il bus N parte alle 3:05.", in_reply_to="m1", **ours),
        message("t1", "09:00", "E oggi il treno va?", channel="telegram", author="telegram:anna"),
        message("s1", "09:05", "I am a stranger", author="whatsapp:+390000001"),
    ]
    with world.serving() as api:
        took = api.post("/v1/signals", json={"signals": rows}).json()
        assert (took["accepted"], took["unlinked"]) == (4, 1)
        world.wow("profile")
        care = api.get("/v1/customers/c1/profile").json()["care"]
    assert (care["contacts"], care["threads"], care["unanswered"]) == (3, 2, 1)
    assert care["median_first_answer_seconds"] == 40 * 60  # holidays and nights count

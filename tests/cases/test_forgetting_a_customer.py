"""The canary: fifty tokens planted for one customer through every public door, and not a byte of them afterwards."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.cases.world import World, until
from wowengine.campaigns.ledger import check_ledger
from wowengine.db.base import Base
from wowengine.db.session import Database

NOW = datetime.now(UTC)
TOKENS = 50
NOON = f"Etc/GMT{NOW.hour - 12:+d}"  # where it is about noon, whenever the test runs: nobody is written to by night


class Canary:
    """Gives out tokens that nobody else would write."""

    def __init__(self) -> None:
        self.given = [f"qzx{number:02d}canary" for number in range(TOKENS)]
        self._next = iter(self.given)

    def __call__(self) -> str:
        return next(self._next)


def customers(token: Canary) -> list[dict[str, Any]]:
    bird = {
        "customer_id": f"c-{token()}",
        "name": f"Bird {token()}",
        "language": "en",
        "tier": token(),
        "time_zone": NOON,
        "agent_of_record": token(),
        "email": f"{token()}@example.com",
        "handles": f"x:{token()};mastodon:{token()}@social.example",
        "consents": "care;interests;offers;measurement",
        "nickname": token(),
    }
    other = {
        "customer_id": "other",
        "name": "Olga Other",
        "time_zone": NOON,
        "handles": "x:olga",
        "consents": "care;interests;offers",
    }
    return [bird, other]


def signals(token: Canary, bird: dict[str, Any]) -> list[dict[str, Any]]:
    handle = bird["handles"].split(";")[0]

    def post(number: int, said: str, **cells: Any) -> dict[str, Any]:
        at = NOW - timedelta(days=number)
        row = {"source": "x", "source_id": f"{token()}-{number}", "kind": "post", "occurred_at": at.isoformat()}
        return row | {"channel": "x", "author": handle, "text": said} | cells

    posts = [
        post(day, f"I love hiking, up at {token()} again today", place=token(), camera=token()) for day in range(1, 8)
    ]
    asked = post(3, f"@brand where is my bag, tag {token()}?", kind="message")
    answer = {"source": "x", "source_id": "our-answer", "kind": "message", "direction": "outbound", "channel": "x"}
    answer |= {"occurred_at": NOW.isoformat(), "author": "x:brand", "in_reply_to": asked["source_id"]}
    answer |= {"text": f"Dear Bird, your bag {token()} is found"}
    coffee = post(2, f"My coffee: long, no sugar, {token()}")
    others = {"source": "x", "source_id": "olga-1", "kind": "post", "occurred_at": NOW.isoformat(), "channel": "x"}
    return [*posts, asked, answer, coffee, others | {"author": "x:olga", "text": "I love fishing at dawn"}]


GESTURES = [
    {
        "gesture_id": "map",
        "kind": "surprise",
        "title": "Trail map",
        "tags": "hiking",
        "cost_cents": 500,
        "value_cents": 900,
        "channels": "spool",
    },
    {
        "gesture_id": "bait",
        "kind": "surprise",
        "title": "Bait box",
        "tags": "fishing",
        "cost_cents": 500,
        "value_cents": 900,
        "channels": "spool",
    },
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").url
    return World(tmp_path, database_url=url)


def live(world: World, token: Canary) -> dict[str, Any]:
    """Let a customer come in by every door: files, profiles, a model, a round, approvals, the spool, the API."""
    bird, other = customers(token)
    files = {"customers": [bird, other], "signals": signals(token, bird), "gestures": GESTURES}
    for kind, rows in files.items():
        world.wow("import", kind, str(world.write(f"{kind}.ndjson", rows)))
        (world.folder / f"{kind}.ndjson").unlink()  # the company's own files are the company's
    world.wow("profile")
    world.wow("train")
    world.wow("round")
    waiting = {row["customer"]: row for row in json.loads(world.wow("queue", "--json"))}
    assert set(waiting) == {bird["customer_id"], "other"}
    action = waiting[bird["customer_id"]]["action"]
    world.wow("approve", action, "--as", "Rita")
    with world.serving() as client:
        spool = world.folder / "home" / "spool"
        until(lambda: list(spool.glob("*.json")))
        told = {"customer_id": bird["customer_id"], "gesture_id": "map", "type": "thanked"}
        answer = client.post(
            "/v1/outcomes", json=told | {"context": {"said": token()}}, headers={"Idempotency-Key": "outcome-1"}
        )
        assert answer.status_code == HTTPStatus.CREATED, answer.text
        asked = {"customer_id": bird["customer_id"], "moment": {"place": token()}}
        decided = client.post("/v1/decisions", json=asked, headers={"Idempotency-Key": "decision-1"})
        assert decided.status_code == HTTPStatus.OK, decided.text
        assert client.get(f"/v1/customers/{bird['customer_id']}/profile").status_code == HTTPStatus.OK
    world.wow("train")
    return bird


def bytes_of(world: World) -> Iterator[bytes]:
    """Every byte the installation keeps: files of its home, and all rows of a PostgreSQL."""
    for path in sorted(world.folder.rglob("*")):
        if path.is_file():
            yield path.read_bytes()
    if world.database_url:
        database = Database(world.database_url)
        with database.reading() as session:
            for table in Base.metadata.sorted_tables:
                yield repr(session.execute(select(table)).all()).encode()
        database.close()


def found(world: World, token: Canary) -> set[str]:
    kept = b"\n".join(bytes_of(world))
    return {said for said in token.given if said.encode() in kept}


def test_not_a_byte_of_a_forgotten_customer_is_left_anywhere(world: World) -> None:
    token = Canary()
    bird = live(world, token)
    exported = world.wow("export", bird["customer_id"])
    assert len(found(world, token)) > TOKENS * 0.7  # the canary was really in there
    assert sum(said in exported for said in token.given) > TOKENS * 0.7

    gone = json.loads(world.wow("forget", bird["customer_id"], "--yes", "--json"))

    assert gone["files"] == 1
    assert {"customers", "signals", "interests", "actions", "action_events", "outcomes", "idempotency"} <= set(
        gone["rows"]
    )
    assert found(world, token) == set()
    assert world.json("queue")[0]["customer"] == "other"  # nobody else lost anything


def test_an_import_or_a_restored_backup_brings_nobody_back(tmp_path: Path) -> None:
    world, token = World(tmp_path), Canary()
    bird = live(world, token)
    home, backup = tmp_path / "home", tmp_path / "backup.db"
    shutil.copyfile(home / "wow.db", backup)
    world.wow("forget", bird["customer_id"], "--yes")

    told = world.json("import", "customers", str(world.write("again.ndjson", [bird])))
    assert told["set_aside"] == {"forgotten": 1}

    shutil.copyfile(backup, home / "wow.db")
    assert bird["customer_id"] in world.wow("queue") + world.wow("export", bird["customer_id"])
    assert "1 forgotten again" in world.wow("forget", "--again")
    assert "no customer" in world.wow("export", bird["customer_id"], expect=1)


def test_the_ledger_keeps_amounts_and_no_person(tmp_path: Path) -> None:
    world, token = World(tmp_path), Canary()
    bird = live(world, token)
    database = Database(f"sqlite:///{tmp_path / 'home' / 'wow.db'}")
    count = select(func.count()).select_from(Base.metadata.tables["ledger"])
    with database.reading() as session:
        before = session.scalar(count)
    world.wow("forget", bird["customer_id"], "--yes")
    with database.reading() as session:
        assert (session.scalar(count) or 0) >= (before or 0) > 0
        assert check_ledger(session) == []
    database.close()


def test_an_objection_stops_what_waits_and_outlives_the_next_import(tmp_path: Path) -> None:
    world, token = World(tmp_path), Canary()
    bird = live(world, token)
    world.wow("object", bird["customer_id"], "--purpose", "interests", "--purpose", "offers")
    world.wow("import", "customers", str(world.write("again.ndjson", [bird | {"nickname": "changed"}])))
    profile = json.loads(world.wow("export", bird["customer_id"]))["tables"]
    newest = {row["purpose"]: row["given"] for row in sorted(profile["consents"]["rows"], key=lambda row: row["id"])}
    assert newest == {"care": True, "interests": False, "offers": False, "measurement": True}


def test_the_page_of_an_export_is_in_the_customers_language_and_shows_words_as_words(tmp_path: Path) -> None:
    world = World(tmp_path)
    row = {"customer_id": "c1", "name": "<script>alert(1)</script>", "language": "it", "consents": "care"}
    world.wow("import", "customers", str(world.write("customers.ndjson", [row])))
    page = world.wow("export", "c1", "--html")
    assert "Che cosa conserviamo su di te" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page

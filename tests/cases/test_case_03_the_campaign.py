"""Case 3 as a campaign: from the draft of a question, by its answer, to the coffee at the next stay."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from wowengine import api, clock
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.models import Outcome
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database
from wowengine.profiles.frames import GESTURES, check
from wowengine.profiles.intake import take_customers
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import store_gestures
from wowengine.rounds import Config
from wowengine.tasks.jobs import JOBS
from wowengine.tasks.work import Workbench

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)  # ten o'clock in Rome
HOTEL = "Hotel Sole"
CATALOGUE: list[dict[str, Any]] = [
    {
        "gesture_id": "ask",
        "kind": "question",
        "title": "How do you take your coffee?",
        "tags": "coffee",
        "channels": "spool",
        "slots": "coffee",
        "value_cents": 200,
    },
    {
        "gesture_id": "coffee",
        "kind": "surprise",
        "title": "Your coffee, as you like it",
        "tags": "coffee",
        "channels": "staff_task",
        "slots": "coffee",
        "value_cents": 600,
        "cost_cents": 150,
        "place": HOTEL,
    },
]
PLAN: dict[str, Any] = {"currency": "EUR", "budget_cents": 10_000, "audience": "tier = gold"}
ANSWER = "To answer your question: I take my coffee long, no sugar."


class Company:
    """The API as its clients see it, and its workers."""

    def __init__(self, database: Database, config: Config, client: TestClient) -> None:
        self.database, self.config, self.client = database, config, client

    def work(self) -> None:
        bench = Workbench(self.database, self.config, JOBS)
        while bench.do_one():
            pass
        with self.database.reading() as session:
            assert session.scalars(select(OutboxRow.last_error).where(OutboxRow.last_error.is_not(None))).all() == []

    def say(self, path: str, who: str = "mara", **body: Any) -> Any:
        told = self.client.post(f"/v1/{path}", json=body, headers={"Wow-Actor": who})
        assert told.is_success, f"{path}: {told.text}"
        return told.json()

    def tell(self, path: str) -> Any:
        return self.client.get(f"/v1/{path}").json()

    def launched(self, **plan: Any) -> str:
        campaign = self.say("campaigns", "mara", **(PLAN | plan))["id"]
        self.say(f"campaigns/{campaign}/steps", step="submit")
        self.say(f"campaigns/{campaign}/steps", "anna", step="approve")
        self.work()
        assert self.tell(f"campaigns/{campaign}")["state"] == "running"
        return str(campaign)

    def signal(self, **row: Any) -> None:
        told = {"source": "x", "channel": "x", "author": "x:guest", "occurred_at": clock.now().isoformat()} | row
        assert self.say("signals", signals=[told])["rejected"] == 0
        self.work()


@pytest.fixture
def company(database: Database, tmp_path: Path) -> Iterator[Company]:
    config = Config(tmp_path, tmp_path / "models", tmp_path / "policy.toml", tmp_path / "spool", "salt", 0.0, "Sole")
    guest = {"customer_id": "guest", "name": "Ada", "language": "en", "tier": "gold", "time_zone": "Europe/Rome"}
    with clock.frozen(NOW), database.transaction() as session:
        take_customers(session, from_mappings([guest | {"handles": "x:guest", "consents": "care;interests;offers"}]))
        store_gestures(session, check(from_mappings(CATALOGUE), GESTURES).good)
    with TestClient(api.make_app(database, config), "http://127.0.0.1:8600") as client:
        yield Company(database, config, client)
    with database.reading() as session:
        assert check_invariants(session) == []


def test_a_question_is_asked_answered_and_remembered_at_the_next_stay(company: Company) -> None:
    with clock.frozen(NOW):
        asking = company.launched(name="How do you take it?", gestures=["ask"])
        assert company.tell(f"campaigns/{asking}/report")["states"] == {"queued": 1}
        [card] = company.tell("queue")["items"]
        company.say(f"actions/{card['id']}/verdict", "anna", verdict="approve", version=card["version"])
    with clock.frozen(NOW + timedelta(minutes=1)):
        company.work()
        assert company.tell(f"actions/{card['id']}")["action"]["state"] == "delivered"

    with clock.frozen(NOW + timedelta(hours=1)):
        company.signal(source_id="a", kind="message", text=ANSWER, in_reply_to="ask")
        [coffee] = [one for one in company.tell("customers/guest/profile")["preferences"] if one["slot"] == "coffee"]
        assert (coffee["value"], coffee["quote"] in ANSWER) == ("long, no sugar", True)
        assert company.tell(f"actions/{card['id']}")["action"]["state"] == "closed"
        with company.database.reading() as session:
            [answer] = session.scalars(select(Outcome).where(Outcome.gesture_id == "ask", Outcome.type == "accepted"))
            assert (answer.customer_id, answer.occurred_at) == ("guest", NOW + timedelta(hours=1))

    with clock.frozen(NOW + timedelta(hours=2)):  # nothing cheers whom we have not answered
        thanks = {"source_id": "t", "kind": "message", "direction": "outbound", "author": "x:hotel"}
        company.signal(**thanks, text="Thank you, noted!", in_reply_to="a")

    with clock.frozen(NOW + timedelta(days=14)):
        welcome = company.launched(name="Your coffee", gestures=["coffee"], triggers=["checkin"], audience="")
        assert company.tell(f"campaigns/{welcome}/report")["considered"] == 0
        company.signal(source_id="b", kind="checkin", place=HOTEL)
        [card] = company.tell("queue")["items"]
        assert (card["gesture_id"], card["slots"]) == ("coffee", {"coffee": "long, no sugar"})
        [came] = company.tell(f"campaigns/{welcome}/recipients")["recipients"]
        assert (came["state"], came["action_id"]) == ("queued", card["id"])
        company.say(f"actions/{card['id']}/verdict", "anna", verdict="approve", version=card["version"])
    with clock.frozen(NOW + timedelta(days=14, minutes=1)):
        held = company.say(f"actions/{card['id']}/claim", "bar")
        company.say(f"actions/{card['id']}/deliver", "bar", fence=held["fence"], proof={"note": "on the house"})
        assert company.tell(f"actions/{card['id']}")["action"]["state"] == "delivered"

"""How fast an audience is answered for everybody: ``python -m benchmarks.audiences [--words] [--json]``.

Customers with two words on consent, three interests, two tickets or incidents and a wait each, and every third with a
gesture delivered; on SQLite and on PostgreSQL. A marketer's whole sentence is asked, and with `--words` each word too:
the best of three times in seconds, and of the sentence also the least CPU time of this process. Memory is the most that
it ever took (Linux counts KiB).
"""

import argparse
import contextlib
import random
import resource
import tempfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text

from benchmarks.say import Clock, Found, say
from tests import servers
from tests.campaigns.making import NOW
from tests.conftest import driver
from wowengine import migrations
from wowengine.campaigns.audience import Membership, members, parse
from wowengine.campaigns.audience_words import WORDS, Word
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.db.base import Base
from wowengine.db.session import Database
from wowengine.profiles.bulk import chunks
from wowengine.profiles.models import Consent, Customer, Interest, Profile, Signal, Wait

NAME = "wow_benchmark_audiences"
SENTENCE = (
    "tier in (gold, platinum) and interest(running) >= 0.3 and not had(surprise, 90d) and language = it "
    "and not open_complaints and bucket(0.5, spring)"
)
TOPICS = ("running", "jazz", "coffee", "hiking", "wine", "cinema")
ROWS = 20_000  # written at once
Row = dict[str, Any]


def main() -> None:
    """Ask both databases, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--words", action="store_true", help="ask each word alone, too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: Found = {"customers": given.customers}
    for open_database in (_sqlite, _postgres):
        with open_database() as database:
            migrations.upgrade(database)
            _fill(database.engine, given.customers)
            found[database.engine.dialect.name] = _asked(database, WORDS if given.words else {})
            database.close()
    found["peak_gib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)
    say(found, as_json=given.json)


def _asked(database: Database, words: Mapping[str, Word]) -> Found:
    sentence = _timed(database, SENTENCE)
    each = {name: round(_timed(database, word.example).best, 2) for name, word in words.items()}
    whole = {"sentence": round(sentence.best, 2), "sentence_cpu": round(sentence.work, 2)}
    return {"members": len(_members(database, SENTENCE).customer_ids)} | whole | each


def _timed(database: Database, asked: str) -> Clock:
    clock = Clock()
    for _ in range(3):
        clock.time(lambda: _members(database, asked))
    return clock


def _members(database: Database, asked: str) -> Membership:
    with database.reading() as session:
        return members(session, parse(asked), NOW)


def _fill(engine: Engine, customers: int) -> None:
    draw = random.Random(7)
    for numbers in chunks(range(customers), ROWS):
        with engine.begin() as connection:
            for table, rows in _rows(draw, numbers).items():
                connection.execute(insert(table), rows)
    with engine.begin() as connection:
        connection.execute(text("analyze"))


def _rows(draw: random.Random, numbers: list[int]) -> dict[type[Base], list[Row]]:
    ids = [f"c{number:07}" for number in numbers]
    stamps = {"content_hash": "", "created_at": NOW, "updated_at": NOW}
    signals = [
        _signal(draw, who, number * 2 + each) for who, number in zip(ids, numbers, strict=True) for each in (0, 1)
    ]
    had = [who for who in ids if draw.random() < 1 / 3]
    return {
        Customer: [
            {"id": who, "tier": draw.choice(["gold", "basic"]), "language": draw.choice(["it", "en"])}
            | {"joined_on": NOW.date(), "attributes": {"home_airport": draw.choice(["FCO", "LIN"])}}
            | stamps
            for who in ids
        ],
        Consent: [
            {"customer_id": who, "purpose": purpose, "given": draw.random() < 0.8}
            | {"legal_basis": "consent", "source": "benchmark", "at": NOW}
            for who in ids
            for purpose in ("interests", "offers")
        ],
        Profile: [_profile(draw, who) for who in ids],
        Interest: [
            {"customer_id": who, "topic": topic, "affinity": draw.random()}
            | {"half_life_days": 90.0, "mentions": 1, "last_at": NOW}
            for who in ids
            for topic in draw.sample(TOPICS, 3)
        ],
        Signal: signals,
        Wait: [_wait(draw, signal) for signal in signals[::2]],
        DecisionRow: [_decision(who) for who in had],
        Action: [_action(draw, who) for who in had],
    }


def _profile(draw: random.Random, who: str) -> Row:
    counts = dict.fromkeys(("signals", "not_used", "contacts", "threads", "unanswered", "incidents"), 0)
    return {"customer_id": who, "as_of": NOW, "built_at": NOW, "mood": draw.uniform(-1, 1)} | counts


def _signal(draw: random.Random, who: str, number: int) -> Row:
    told = {"id": number + 1, "source": "benchmark", "source_id": str(number), "customer_id": who, "attributes": {}}
    when = {"occurred_at": NOW - timedelta(hours=draw.randrange(4_000)), "collected_at": NOW, "expires_at": NOW}
    kind = draw.choice(["ticket", "incident", "post"])
    held = {"purpose": "care interests", "legal_basis": "contract", "content_hash": "", "withheld": False}
    return told | when | held | {"kind": kind, "direction": "inbound", "channel": draw.choice(["email", "x"])}


def _wait(draw: random.Random, signal: Row) -> Row:
    opened = signal["occurred_at"]
    answered = draw.choice([None, opened + timedelta(hours=draw.randrange(1, 99))])
    told = {"root_signal_id": signal["id"], "customer_id": signal["customer_id"], "channel": "email", "contacts": 1}
    return told | {"opened_at": opened, "answered_at": answered, "reason": draw.choice([None, "late"])}


def _decision(who: str) -> Row:
    versions = dict.fromkeys(("model_version", "policy_version", "receipt_hash"), "")
    return {
        "id": f"d-{who}",
        "customer_id": who,
        "decided_at": NOW,
        "arm": "full",
        "receipt": {},
        "context": {},
    } | versions


def _action(draw: random.Random, who: str) -> Row:
    names = {"id": f"a-{who}", "decision_id": f"d-{who}", "customer_id": who, "gesture_id": "espresso"}
    words = dict.fromkeys(("title", "why_text", "draft", "amount_reason", "account_id", "payload_hash", "subject"), "")
    kinds = {"kind": "surprise", "basis": "delight", "language": "it", "channel": "staff_task", "currency": "EUR"}
    lists = {"slots": {}, "evidence": [], "reasons": [], "alternatives": [], "proof": {"note": "done"}}
    sums = {"amount_cents": 0, "floor_cents": 0, "scarce": False, "version": 1, "attempt": 1, "fence": 0}
    when = NOW - timedelta(days=draw.randrange(1, 365))
    return names | words | kinds | lists | sums | {"state": "closed", "proposed_at": when, "delivered_at": when}


@contextlib.contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        yield Database(f"sqlite:///{Path(folder) / 'wow.db'}")


@contextlib.contextmanager
def _postgres() -> Iterator[Database]:
    with servers.postgres() as server:
        servers.drop_database(server, NAME)
        yield Database(driver(servers.create_database(server, NAME)))
        servers.drop_database(server, NAME)


if __name__ == "__main__":
    main()

"""One row of a signals file."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from wowengine.demo.people import Person
from wowengine.terms import SignalKind

Row = dict[str, Any]

WAKING = (7 * 3600, 21 * 3600)  # seconds of the day, in UTC


def signal(
    source: str, source_id: str, kind: SignalKind, at: datetime, person: Person, *, channel: str, **facts: object
) -> Row:
    """Return a row about a customer who is known by their id."""
    return {
        "source": source,
        "source_id": source_id,
        "kind": kind.value,
        "occurred_at": stamp(at),
        "channel": channel,
        "customer_id": person.customer_id,
        **facts,
    }


def stamp(at: datetime) -> str:
    """Return a time as files hold it."""
    return at.isoformat(timespec="seconds")


def earlier(chance: Random, now: datetime, least: int, most: int) -> datetime:
    """Return a waking hour of a day by chance, from `least` to `most` days before now."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=chance.randint(least, most))
    return day + timedelta(seconds=chance.randrange(*WAKING))

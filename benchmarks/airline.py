"""The demo's make-believe airline, read by the engine itself, with the truth that no engine may see."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

import polars as pl

from wowengine import clock, migrations
from wowengine.db.session import Database
from wowengine.demo.chance import dice
from wowengine.demo.files import write_files
from wowengine.demo.past import outcomes
from wowengine.demo.people import Person, people
from wowengine.demo.row import Row
from wowengine.demo.tastes import pleasure
from wowengine.imports import import_file
from wowengine.profiles import store
from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend.catalog import load_gestures
from wowengine.recommend.features import Contexts
from wowengine.terms import GestureKind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FAILURES = ("delay", "delay", "cancellation", "bag_delayed")
A_SEED_OF_THEIR_OWN = 1000  # between the seeds of two airlines: answers are drawn in lots, each by its own seed


@dataclass(frozen=True)
class Airline:
    """Customers whom it may surprise, what could be done for them, and what they would say.

    Attributes
    ----------
    profiles, gestures
        As the engine read them from posts, conversations and files.
    past
        Answers, in the columns that `dataset.settle` takes.
    moments
        By name: the moment of each customer, on a plain day and after a failure.
    truth
        Columns moment, customer_id, gesture_id, chance: of what could be offered in that moment, the true chance
        that it lands.
    """

    profiles: ProfileFrames
    gestures: pl.DataFrame
    past: pl.DataFrame
    moments: dict[str, Contexts]
    truth: pl.DataFrame


def airline(seed: int, customers: int, answers: int) -> Airline:
    """Make up an airline, let the engine read it, and draw so many answers from its customers' hidden tastes."""
    everybody = people(seed, NOW, customers)
    audience = [person for person in everybody if person.open_to_gestures]
    profiles, gestures = _read(seed, customers, [person.customer_id for person in audience])
    moments: dict[str, Contexts] = {
        "plain": {person.customer_id: {} for person in audience},
        "failure": {person.customer_id: _failure(seed, person) for person in audience},
    }
    truth = pl.DataFrame(
        list(_truth(audience, gestures, moments)), ["moment", "customer_id", "gesture_id", "chance"], orient="row"
    )
    drawn = (row for lot in count() for row in outcomes(seed * A_SEED_OF_THEIR_OWN + lot, NOW, everybody))
    return Airline(profiles, gestures, _past(islice(drawn, answers)), moments, truth)


def _read(seed: int, customers: int, wanted: list[str]) -> tuple[ProfileFrames, pl.DataFrame]:
    """Bring the airline's files in by the front door, and read everybody's profile."""
    with tempfile.TemporaryDirectory() as folder, clock.frozen(NOW):
        database = Database(f"sqlite:///{folder}/wow.db")
        migrations.upgrade(database)
        for kind, path in write_files(Path(folder) / "files", NOW, seed, customers).items():
            import_file(database, kind, path)
        with database.transaction() as session:
            store.rebuild(session, NOW)
        with database.reading() as session:
            return store.load_frames(session, wanted), load_gestures(session)


def _failure(seed: int, person: Person) -> dict[str, str]:
    return {"incident": dice(seed, "failure", person.customer_id).choice(FAILURES), "mode": "air"}


def _truth(
    audience: Iterable[Person], gestures: pl.DataFrame, moments: dict[str, Contexts]
) -> Iterator[tuple[str, str, str, float]]:
    """Yield the chance of each gesture that is on offer: compensations after a failure, all others on a plain day."""
    catalogue = gestures.select("gesture_id", "kind", "tags", "tiers").rows()
    for person in audience:
        for gesture_id, kind, tags, tiers in catalogue:
            moment = "failure" if kind == GestureKind.COMPENSATION else "plain"
            if not tiers or person.tier in tiers:
                context = moments[moment][person.customer_id]
                chance = pleasure(person.taste, GestureKind(kind), tags, context)
                yield moment, person.customer_id, gesture_id, chance


def _past(rows: Iterable[Row]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), infer_schema_length=None)
    return frame.with_columns(
        pl.col("occurred_at").str.to_datetime(time_unit="us", time_zone="UTC"), decision_id=pl.lit("")
    )

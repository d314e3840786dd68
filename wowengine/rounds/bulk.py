"""Everybody's scores in bulk: the best gestures of each customer of a shard into a Parquet file, block by block."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import policies
from wowengine.db.session import Database
from wowengine.errors import BadInput
from wowengine.profiles import store
from wowengine.profiles.models import Profile
from wowengine.recommend.base import Recommender
from wowengine.recommend.bulk import Shard, write
from wowengine.recommend.catalog import load_gestures
from wowengine.rounds.config import Config
from wowengine.rounds.training import history, recommender_for

BLOCK = 10_000  # customers scored at once: it bounds memory, however many there are

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class ShardReport:
    """What was scored: how many customers, by which recommender, into which file."""

    customers: int
    version: str
    path: Path

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return vars(self) | {"path": str(self.path)}


def score_shard(
    database: Database,
    config: Config,
    folder: Path,
    shard: str = "1/1",
    *,
    k: int = 10,
    progress: Progress | None = None,
) -> ShardReport:
    """Write the best `k` gestures of each customer who has a profile, of one shard, at no moment in particular.

    Raises
    ------
    BadInput
        When `shard` is not ``i/n`` with i from 1 to n.
    """
    part = _part(shard)
    with database.reading() as session:
        recommender = recommender_for(session, config, policies.load(session, config.policy))
        people = part.of(session.scalars(select(Profile.customer_id)))
        path = write(_blocks(session, recommender, people, k, progress), folder, part)
    return ShardReport(len(people), recommender.version, path)


def _part(text: str) -> Shard:
    try:
        return Shard.read(text)
    except ValueError as wrong:
        raise BadInput(f"--shard cannot be used: {wrong}.") from wrong


def _blocks(
    session: Session, recommender: Recommender, people: Sequence[str], k: int, progress: Progress | None
) -> Iterator[pl.DataFrame]:
    """Yield the scores of one block of customers after another."""
    gestures, taken = load_gestures(session), history(session, clock.now())
    for start in range(0, len(people), BLOCK):
        block = people[start : start + BLOCK]
        yield recommender.score(store.load_frames(session, block), gestures, k=k, history=taken).frame
        if progress:
            progress("scoring", start + len(block), len(people))

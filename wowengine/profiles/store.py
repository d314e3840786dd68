"""Profiles in and out of the database: rebuilt from what is held, handed on as frames, purged in time."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Text, cast, delete, func, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.db.base import Base
from wowengine.profiles import material, stale
from wowengine.profiles.build import Built, build_profiles
from wowengine.profiles.bulk import UTC_TIME, Query, Schema, chunks, fetch, insert_all
from wowengine.profiles.consent import says_yes
from wowengine.profiles.frames import ProfileFrames
from wowengine.profiles.models import (
    Customer,
    Evidence,
    HandleChallenge,
    Interest,
    Moment,
    Preference,
    Profile,
    SetAside,
    Signal,
    Wait,
)
from wowengine.terms import Purpose

Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many
AT_ONCE = 2_000  # customers built together: enough to be quick, few enough for memory

COUNTED = ("contacts", "threads", "unanswered", "incidents")

CUSTOMER = (
    Customer.id,
    Customer.name,
    func.coalesce(Customer.language, Profile.language),
    Customer.country,
    Customer.time_zone,
    Customer.tier,
    Customer.joined_on,
    Customer.agent_of_record,
    cast(Customer.attributes, Text),
)
CUSTOMERS: Schema = {
    "customer_id": pl.String,
    "name": pl.String,
    "language": pl.String,
    "country": pl.String,
    "time_zone": pl.String,
    "tier": pl.String,
    "joined_on": pl.Date,
    "agent_of_record": pl.String,
    "attributes": pl.String,
}
INTERESTS: Schema = {
    "customer_id": pl.String,
    "topic": pl.String,
    "affinity": pl.Float64,
    "mentions": pl.Int64,
    "last_at": UTC_TIME,
}
PREFERENCES: Schema = {
    "customer_id": pl.String,
    "slot": pl.String,
    "value": pl.String,
    "quote": pl.String,
    "signal_id": pl.Int64,
    "stated_at": UTC_TIME,
}
CARE: Schema = {
    "customer_id": pl.String,
    "mood": pl.Float64,
    "contacts": pl.Int64,
    "threads": pl.Int64,
    "unanswered": pl.Int64,
    "incidents": pl.Int64,
    "longest_wait_seconds": pl.Float64,
    "median_first_answer_seconds": pl.Float64,
    "top_reason": pl.String,
}
WAITS: Schema = {
    "customer_id": pl.String,
    "root_signal_id": pl.Int64,
    "channel": pl.String,
    "opened_at": UTC_TIME,
    "answered_at": UTC_TIME,
    "first_answer_seconds": pl.Float64,
    "contacts": pl.Int64,
    "reason": pl.String,
}
SCHEMAS = {"customers": CUSTOMERS, "interests": INTERESTS, "preferences": PREFERENCES, "care": CARE}


def rebuild(
    session: Session, as_of: datetime, customer_ids: Sequence[str] | None = None, progress: Progress | None = None
) -> int:
    """Build profiles anew from the signals held, as of a time: of everybody, or of some; return of how many.

    What is not held any more is not in the profile any more: an interest lives as long as its evidence.
    """
    wanted = select(Customer.id).order_by(Customer.id)
    parts = [wanted] if customer_ids is None else [wanted.where(Customer.id.in_(part)) for part in chunks(customer_ids)]
    ids = sorted({who for part in parts for who in session.scalars(part)})
    threads = material.threads_of(session, None if customer_ids is None else ids, as_of)
    begun = _by_place(threads, ids)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        _lock(session, part)
        signals = material.signals_of(session, part, as_of)
        theirs = begun.filter(pl.col("place").is_between(start, start + AT_ONCE, closed="left")).drop("place")
        _write(session, part, build_profiles(signals, theirs, as_of), as_of)
        stale.clear(session, part)
        if progress:
            progress("building profiles", start + len(part), len(ids))
    return len(ids)


def refresh(session: Session, as_of: datetime, progress: Progress | None = None) -> int:
    """Build anew only the profiles whose signals or consents changed; return of how many.

    What comes out is what a whole build as of the same time gives.
    """
    return rebuild(session, as_of, stale.marked(session), progress)


def _by_place(threads: pl.DataFrame, customer_ids: Sequence[str]) -> pl.DataFrame:
    """Keep the threads that these customers began, each with the ``place`` of its customer in the list."""
    places = pl.DataFrame({"customer_id": customer_ids}, schema={"customer_id": pl.String}).with_row_index("place")
    heads = threads.filter(pl.col("id") == pl.col("root")).join(places, on="customer_id")
    return threads.join(heads.select("root", "place"), on="root")


def _lock(session: Session, customer_ids: Sequence[str]) -> None:
    """Let two builds of the same customer take turns; imports that only refer to them go on."""
    mine = select(Customer.id).where(Customer.id.in_(customer_ids)).order_by(Customer.id)
    session.execute(mine.with_for_update(key_share=True)).all()


def _write(session: Session, customer_ids: Sequence[str], built: Built, as_of: datetime) -> None:
    for table in (Interest, Evidence, Preference, Moment, Wait, Profile):
        session.execute(delete(table).where(table.customer_id.in_(customer_ids)))
    for part in chunks(built.waits["root_signal_id"]):  # a thread may have gone over to another customer by an edit
        session.execute(delete(Wait).where(Wait.root_signal_id.in_(part)))
    profiles = _profiles(session, customer_ids, built, as_of)
    columns = ("customer_id", "topic", "signal_id", "quote", "weight", "at")
    for table, rows in (
        (Interest, built.interests),
        (Evidence, built.evidence.select(columns)),
        (Preference, built.preferences),
        (Moment, built.moments),
        (Wait, built.waits),
        (Profile, profiles),
    ):
        insert_all(session, table, rows.to_dicts())


def _profiles(session: Session, customer_ids: Sequence[str], built: Built, as_of: datetime) -> pl.DataFrame:
    """Make a row for everybody, those who never said a word included."""
    everybody = pl.DataFrame({"customer_id": customer_ids})
    for part in (material.counts_of(session, customer_ids, as_of), built.care, built.languages):
        everybody = everybody.join(part, on="customer_id", how="left", maintain_order="left")
    return everybody.with_columns(
        pl.col("signals", "not_used", *COUNTED).fill_null(0), as_of=pl.lit(as_of), built_at=pl.lit(clock.now())
    )


def load_frames(session: Session, customer_ids: Sequence[str] | None = None) -> ProfileFrames:
    """Return the profiles of these customers, or of everybody; interests of those alone who agree to it today."""
    queries = {
        "customers": select(*CUSTOMER).outerjoin(Profile, Profile.customer_id == Customer.id),
        "interests": _select(Interest, INTERESTS).where(says_yes(Interest.customer_id, Purpose.INTERESTS)),
        "preferences": _select(Preference, PREFERENCES).where(says_yes(Preference.customer_id, Purpose.INTERESTS)),
        "care": _select(Profile, CARE),
    }
    frames = {name: _load(session, query, SCHEMAS[name], customer_ids) for name, query in queries.items()}
    return ProfileFrames(**frames)


def care_waits(session: Session, customer_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """Return each thread a customer began: when, on which channel, when we first answered, and why they wrote."""
    return _load(session, _select(Wait, WAITS), WAITS, customer_ids)


def care_summary(session: Session) -> dict[str, Any]:
    """Sum up all threads: how many, how many answered, and the median time to the first answer in seconds."""
    seconds = care_waits(session)["first_answer_seconds"]
    return {
        "threads": seconds.len(),
        "answered": seconds.count(),
        "median_first_answer_seconds": seconds.median(),
    }


def purge_expired(session: Session, now: datetime) -> int:
    """Delete what has had its time, with all that was built from it alone; return how many signals went."""
    session.execute(delete(SetAside).where(SetAside.expires_at <= now))
    session.execute(delete(HandleChallenge).where(HandleChallenge.expires_at <= now))
    return delete_signals(session, [Signal.expires_at <= now], now)


def delete_signals(session: Session, wanted: Iterable[ColumnElement[bool]], as_of: datetime) -> int:
    """Delete signals that meet one of these conditions; return how many went.

    Profiles are built anew of all whose threads they stood in: an answer that goes is a wait that goes on.
    """
    conditions = list(wanted)
    keys = {
        (row.source, row.source_id)
        for each in conditions
        for row in session.execute(select(Signal.source, Signal.source_id).where(each))
    }
    touched = stale.touched(session, keys)
    gone = sum(session.execute(delete(Signal).where(each)).rowcount for each in conditions)  # type: ignore[attr-defined]
    rebuild(session, as_of, sorted(who for who in touched if who is not None))
    return int(gone)


def _select(table: type[Base], columns: Iterable[str]) -> Query:
    return select(*(getattr(table, name) for name in columns))


def _load(session: Session, query: Query, schema: Schema, customer_ids: Sequence[str] | None) -> pl.DataFrame:
    """Run a query whose first column is the customer, for these customers or all, sorted."""
    who, order = query.selected_columns[0], list(schema)[:2]
    parts = [query] if customer_ids is None else [query.where(who.in_(part)) for part in chunks(customer_ids)]
    frames = [pl.DataFrame(schema=schema), *(fetch(session, part, schema) for part in parts)]
    return pl.concat(frames).sort(order)

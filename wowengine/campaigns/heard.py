"""Reviews close the loop: what a customer says of us in public after a delivery is what they made of it.

Each review or mention is heard once, as an answer to the last delivery before it. The outcome names the words it was
read in, and the database takes it back with them: when the post is deleted, or the person forgotten. Where the words
have only had their time and are purged, the outcome stays, as one that somebody told.
"""

from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import outcomes
from wowengine.campaigns.lifecycle import AFTERMATH
from wowengine.campaigns.models import Action, Outcome
from wowengine.profiles.bulk import UTC_TIME, Schema, fetch
from wowengine.profiles.merging import standing_of
from wowengine.profiles.models import Signal
from wowengine.profiles.opinions import opinions
from wowengine.terms import OutcomeType

LATE = timedelta(days=30)  # so long after it was written a review may still come in
DELIVERED: Schema = {
    "action_id": pl.String,
    "customer_id": pl.String,
    "delivered_at": UTC_TIME,
}


def hear(session: Session, within: timedelta = AFTERMATH) -> int:
    """Record what was said in public so soon after a delivery, where it is good or bad; return how much is new."""
    delivered = _delivered(session, clock.now() - within - LATE)
    if delivered.is_empty():
        return 0
    people, since = delivered["customer_id"].unique().to_list(), delivered["delivered_at"][0]
    known = select(Outcome.signal_id).where(Outcome.signal_id.is_not(None), Outcome.occurred_at >= since)
    fresh = opinions(session, people, since).filter(~pl.col("id").is_in(list(session.scalars(known))))
    answers = fresh.sort("occurred_at").join_asof(
        delivered,
        left_on="occurred_at",
        right_on="delivered_at",
        by="customer_id",
        strategy="backward",
        tolerance=within,
        check_sortedness=False,
    )
    told = answers.drop_nulls("action_id").select("action_id", "id", "occurred_at", "good")
    return sum(_record(session, *row) for row in told.iter_rows())


def outlive(session: Session, now: datetime) -> None:
    """Let outcomes stand whose words have had their time, before these are purged: nobody took them back."""
    expired = select(Signal.id).where(Signal.expires_at <= now)
    session.execute(update(Outcome).where(Outcome.signal_id.in_(expired)).values(signal_id=None))


def _delivered(session: Session, since: datetime) -> pl.DataFrame:
    """Return what was delivered since, earliest first, under the records that are kept today."""
    rows = select(Action.id, Action.customer_id, Action.delivered_at).where(Action.delivered_at >= since)
    found = fetch(session, rows.order_by(Action.delivered_at, Action.id), DELIVERED)
    return found.with_columns(pl.col("customer_id").replace(standing_of(session, found["customer_id"].unique())))


def _record(session: Session, action_id: str, signal_id: int, occurred_at: datetime, good: bool) -> bool:
    action = session.get_one(Action, action_id)
    return outcomes.record(
        session,
        action.customer_id,
        action.gesture_id,
        OutcomeType.THANKED if good else OutcomeType.COMPLAINED,
        occurred_at=occurred_at,
        decision_id=action.decision_id,
        signal_id=signal_id,
    )

"""Profiles as they would be had nobody listened in public: for the arm that tells what listening is worth."""

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.db.many import among
from wowengine.profiles.frames import ProfileFrames
from wowengine.profiles.interests import affinities
from wowengine.profiles.models import Evidence, Interest, Signal
from wowengine.terms import SignalKind

# What is said in public. A mention or a review that names us is answered like any letter, and stays in care history.
PUBLIC = frozenset({SignalKind.POST, SignalKind.MENTION, SignalKind.REVIEW, SignalKind.CHECKIN})

_WEIGHED: Mapping[str, Any] = {
    "customer_id": pl.String,
    "topic": pl.String,
    "signal_id": pl.Int64,
    "weight": pl.Float64,
    "at": pl.Datetime("us", "UTC"),
    "half_life_days": pl.Float64,
}


def without_public(session: Session, frames: ProfileFrames, customer_ids: Collection[str]) -> ProfileFrames:
    """Return the frames, in which these customers' interests and preferences rest on nothing said in public.

    Interests are summed anew from the evidence that is left, as `interests.affinities` sums them.
    """
    if not customer_ids:
        return frames
    theirs = pl.col("customer_id").is_in(list(customer_ids))
    known = frames.interests.filter(theirs).select("customer_id", "topic")  # of those alone who agree to it today
    private = affinities(_weighed(session, customer_ids).join(known, on=["customer_id", "topic"], how="semi"))
    public = _public(session, frames.preferences.filter(theirs)["signal_id"].to_list())
    return ProfileFrames(
        customers=frames.customers,
        interests=pl.concat(
            [frames.interests.filter(~theirs), private.select(frames.interests.columns).cast(frames.interests.schema)]
        ),
        preferences=frames.preferences.filter(~(theirs & pl.col("signal_id").is_in(public))),
        care=frames.care,
    )


def _weighed(session: Session, customer_ids: Collection[str]) -> pl.DataFrame:
    """Return what the interests of these customers rest on beside the public, faded as when their profile was built."""
    rows = (
        select(
            Evidence.customer_id,
            Evidence.topic,
            Evidence.signal_id,
            Evidence.weight,
            Evidence.at,
            Interest.half_life_days,
        )
        .join(Signal, Signal.id == Evidence.signal_id)
        .join(Interest, (Interest.customer_id == Evidence.customer_id) & (Interest.topic == Evidence.topic))
        .where(among(Evidence.customer_id, customer_ids), Signal.kind.not_in(PUBLIC))
    )
    return pl.DataFrame([tuple(row) for row in session.execute(rows)], schema=_WEIGHED, orient="row")


def _public(session: Session, signal_ids: Collection[int]) -> list[int]:
    said = select(Signal.id).where(among(Signal.id, signal_ids), Signal.kind.in_(PUBLIC))
    return list(session.scalars(said))

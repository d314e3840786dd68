"""What may be read to build profiles: every signal with the purposes it may serve, and whole threads.

This is the one place that reads texts of customers, and each query carries `consent.may_use`.
"""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from wowengine.profiles import care
from wowengine.profiles.bulk import UTC_TIME, Query, Schema, chunks, fetch, paired
from wowengine.profiles.consent import may_use
from wowengine.profiles.models import Customer, Signal
from wowengine.terms import Direction, Purpose

SIGNALS: Schema = {
    "id": pl.Int64,
    "customer_id": pl.String,
    "kind": pl.String,
    "occurred_at": UTC_TIME,
    "text": pl.String,
    "language": pl.String,
    "spoken": pl.String,
    "care": pl.Boolean,
    "interests": pl.Boolean,
}
MESSAGES: Schema = {
    "id": pl.Int64,
    "source": pl.String,
    "source_id": pl.String,
    "in_reply_to": pl.String,
    "customer_id": pl.String,
    "kind": pl.String,
    "direction": pl.String,
    "channel": pl.String,
    "occurred_at": UTC_TIME,
}
BY_ID, BY_PARENT = (Signal.source, Signal.source_id), (Signal.source, Signal.in_reply_to)
COUNTS: Schema = {"customer_id": pl.String, "signals": pl.Int64, "not_used": pl.Int64}


def signals_of(session: Session, customer_ids: Sequence[str], as_of: datetime) -> pl.DataFrame:
    """Return what these customers said and lived through, as far as it may serve care or interests."""
    serves_care, serves_interests = may_use(Purpose.CARE), may_use(Purpose.INTERESTS)
    query = (
        select(
            Signal.id,
            Signal.customer_id,
            Signal.kind,
            Signal.occurred_at,
            Signal.text,
            Signal.language,
            Customer.language,
            serves_care,
            serves_interests,
        )
        .join(Customer, Customer.id == Signal.customer_id)
        .where(_inbound(as_of), or_(serves_care, serves_interests))
    )
    return _in_parts(session, query, customer_ids, SIGNALS)


def counts_of(session: Session, customer_ids: Sequence[str], as_of: datetime) -> pl.DataFrame:
    """Count what is held of these customers, and how much of it was withheld."""
    withheld = func.count().filter(Signal.withheld)
    query = select(Signal.customer_id, func.count(), withheld).where(_inbound(as_of)).group_by(Signal.customer_id)
    return _in_parts(session, query, customer_ids, COUNTS)


def threads_of(session: Session, customer_ids: Sequence[str] | None, as_of: datetime) -> pl.DataFrame:
    """Return messages with the ``root`` of their threads: all, or the whole threads these customers took part in."""
    readable = or_(Signal.direction == Direction.OUTBOUND.value, may_use(Purpose.CARE))
    columns = [getattr(Signal, name) for name in MESSAGES]
    query = select(*columns).where(Signal.occurred_at <= as_of, readable)
    if customer_ids is None:
        return care.threads(fetch(session, query, MESSAGES))
    return care.threads(_whole_threads(session, query, customer_ids))


def _whole_threads(session: Session, query: Query, customer_ids: Sequence[str]) -> pl.DataFrame:
    """Start from the customers' own messages, and follow replies up and down until nothing new is met."""
    found = fresh = _in_parts(session, query, customer_ids, MESSAGES)
    while not fresh.is_empty():
        above = fresh.select("source", "in_reply_to").drop_nulls().unique()
        above = above.join(found, left_on=above.columns, right_on=["source", "source_id"], how="anti")
        below = fresh.select("source", "source_id").unique()
        met = [
            *(fetch(session, part, MESSAGES) for part in paired(query, BY_ID, above.rows())),
            *(fetch(session, part, MESSAGES) for part in paired(query, BY_PARENT, below.rows())),
        ]
        fresh = pl.concat(met).unique("id").join(found, on="id", how="anti")
        found = pl.concat([found, fresh])
    return found


def _in_parts(session: Session, query: Query, customer_ids: Sequence[str], schema: Schema) -> pl.DataFrame:
    parts = (query.where(Signal.customer_id.in_(part)) for part in chunks(customer_ids))
    return pl.concat([pl.DataFrame(schema=schema), *(fetch(session, part, schema) for part in parts)])


def _inbound(as_of: datetime) -> ColumnElement[bool]:
    return and_(Signal.direction == Direction.INBOUND.value, Signal.occurred_at <= as_of)

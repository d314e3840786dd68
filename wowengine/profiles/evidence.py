"""The words behind an interest, fit for a reviewer's eyes: who opens a suggestion sees what it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.profiles.bulk import chunks
from wowengine.profiles.consent import may_use
from wowengine.profiles.models import Evidence, Signal
from wowengine.terms import Purpose


@dataclass(frozen=True)
class Quote:
    """What somebody said that shows an interest, and how much it still counts (negative: a dislike)."""

    signal_id: int
    topic: str
    quote: str
    source: str  # the channel it was said on
    at: datetime
    weight: float


def evidence_of(session: Session, customer_ids: Iterable[str]) -> dict[str, list[Quote]]:
    """Return the evidence of many customers at once, strongest first; only what may serve interests today."""
    told: dict[str, list[Quote]] = {}
    query = (
        select(Evidence, Signal.channel)
        .join(Signal, Signal.id == Evidence.signal_id)
        .where(may_use(Purpose.INTERESTS))
        .order_by(Evidence.weight.desc(), Evidence.at.desc(), Evidence.id)
    )
    for part in chunks(customer_ids):
        for row, channel in session.execute(query.where(Evidence.customer_id.in_(part))):
            quote = Quote(row.signal_id, row.topic, row.quote, channel, row.at, row.weight)
            told.setdefault(row.customer_id, []).append(quote)
    return told


def load_evidence(session: Session, customer_id: str) -> list[Quote]:
    """Return the evidence of one customer, strongest first."""
    return evidence_of(session, [customer_id]).get(customer_id, [])

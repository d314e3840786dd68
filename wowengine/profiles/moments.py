"""Moments of their own life that a customer told of: those to come first, then those without a day, then the past."""

from datetime import date

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from wowengine.profiles.consent import may_use
from wowengine.profiles.models import Moment, Signal
from wowengine.terms import Purpose


def load_moments(session: Session, customer_id: str, today: date) -> list[Moment]:
    """Return a customer's moments, only what may serve interests today; each kind and day once, as told last."""
    order = case((Moment.day >= today, 0), (Moment.day.is_(None), 1), else_=2)
    query = (
        select(Moment)
        .join(Signal, Signal.id == Moment.signal_id)
        .where(Moment.customer_id == customer_id, may_use(Purpose.INTERESTS))
        .order_by(order, Moment.day, Moment.told_at.desc(), Moment.kind)
    )
    once: dict[tuple[str, date | None], Moment] = {}
    for moment in session.scalars(query):
        once.setdefault((moment.kind, moment.day), moment)
    return list(once.values())

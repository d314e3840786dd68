"""Which signal may serve which purpose. Silence means no.

Two grounds, and both are looked at each time a signal is read, so that a withdrawal holds at once: what the customer
said yes to when it was collected (kept in ``Signal.purpose``), and what they say today. What a customer sends us to
be helped with (a ticket, a message, a purchase, an incident) serves care on the ground of the contract.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from wowengine.profiles.bulk import chunks
from wowengine.profiles.models import Consent, Signal
from wowengine.terms import Purpose, SignalKind

# Kept for care on the ground of the contract; everything else needs a yes.
CONTRACT_KINDS = (SignalKind.TICKET, SignalKind.MESSAGE, SignalKind.PURCHASE, SignalKind.INCIDENT)


@dataclass(frozen=True)
class Word:
    """A customer's newest word on a purpose, and the row in which it stands."""

    consent_id: int
    given: bool


def consents(session: Session, customer_ids: Iterable[str] | None = None) -> dict[str, frozenset[Purpose]]:
    """Return what each customer says yes to today; who is not in it says yes to nothing."""
    yes: dict[str, frozenset[Purpose]] = {}
    for (customer_id, purpose), word in standing(session, customer_ids).items():
        if word.given:
            yes[customer_id] = yes.get(customer_id, frozenset()) | {purpose}
    return yes


def standing(
    session: Session, customer_ids: Iterable[str] | None = None, source: str | None = None
) -> dict[tuple[str, Purpose], Word]:
    """Return each customer's newest word on each purpose: of any source, or of one alone."""
    query = select(Consent.id, Consent.customer_id, Consent.purpose, Consent.given)
    query = query.where(Consent.id.in_(_newest(source)))
    queries = [query]
    if customer_ids is not None:
        queries = [query.where(Consent.customer_id.in_(part)) for part in chunks(customer_ids)]
    rows = (row for query in queries for row in session.execute(query))
    return {(row.customer_id, Purpose(row.purpose)): Word(row.id, row.given) for row in rows}


def may_use(purpose: Purpose) -> ColumnElement[bool]:
    """Return the condition under which a signal may serve a purpose; every query that reads signals carries it."""
    ground: ColumnElement[bool] = Signal.customer_id.in_(saying_yes(purpose))
    if purpose is Purpose.CARE:
        ground = or_(ground, Signal.kind.in_([kind.value for kind in CONTRACT_KINDS]))
    words = literal(" ") + Signal.purpose + literal(" ")
    return and_(words.like(f"% {purpose.value} %"), ground)


def saying_yes(purpose: Purpose) -> Select[str]:
    """Return the query for the customers who say yes to a purpose today."""
    yes = Consent.purpose == purpose.value, Consent.given.is_(True)
    return select(Consent.customer_id).where(Consent.id.in_(_newest()), *yes)


def _newest(source: str | None = None) -> Select[int]:
    newest = select(func.max(Consent.id)).group_by(Consent.customer_id, Consent.purpose)
    return newest if source is None else newest.where(Consent.source == source)

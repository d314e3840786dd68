"""Which signal may serve which purpose. Silence means no.

Two grounds, and both are looked at each time a signal is read, so that a withdrawal holds at once: what the customer
said yes to when it was collected (kept in ``Signal.purpose``), and what they say today. What a customer sends us to
be helped with (a ticket, a message, a purchase, an incident) serves care on the ground of the contract.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, literal, or_, select
from sqlalchemy.orm import Session, aliased

from wowengine import clock
from wowengine.db.many import among
from wowengine.errors import NotFound
from wowengine.profiles import stale, suppression
from wowengine.profiles.models import Consent, Customer, Signal
from wowengine.terms import LegalBasis, Purpose, SignalKind

# Kept for care on the ground of the contract; everything else needs a yes.
CONTRACT_KINDS = (SignalKind.TICKET, SignalKind.MESSAGE, SignalKind.PURCHASE, SignalKind.INCIDENT)
_PURPOSES = {purpose.value: purpose for purpose in Purpose}


class Word(NamedTuple):
    """A customer's newest word on a purpose, and the row in which it stands."""

    consent_id: int
    given: bool


def object_to(session: Session, customer_id: str, purposes: Sequence[Purpose], source: str) -> None:
    """Write down that a customer objects: it holds from the next read on, and no later import undoes it.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    if session.get(Customer, customer_id) is None:
        raise NotFound(f"There is no customer {customer_id!r}.", customer_id=customer_id)
    common = {"customer_id": customer_id, "given": False, "legal_basis": LegalBasis.CONSENT.value, "source": source}
    session.add_all(Consent(purpose=purpose.value, at=clock.now(), **common) for purpose in purposes)
    suppression.suppress(session, suppression.names_of(session, customer_id), [word.value for word in purposes])
    stale.mark_people(session, [customer_id])


def say(session: Session, customer_id: str, words: Mapping[Purpose, bool], source: str) -> str | None:
    """Write down a customer's yes or no to some purposes, or return the rule that forbids it.

    A yes that another system passes on does not undo what the person objected to: ``objected``. Of somebody we do not
    know nothing is kept: ``unknown_customer``.
    """
    if session.get(Customer, customer_id) is None:
        return "unknown_customer"
    wished = [purpose.value for purpose, yes in words.items() if yes]
    if wished and suppression.suppressed(session, suppression.names_of(session, customer_id), wished):
        return "objected"
    common = {"customer_id": customer_id, "legal_basis": LegalBasis.CONSENT.value, "source": source}
    session.add_all(
        Consent(purpose=purpose.value, given=yes, at=clock.now(), **common) for purpose, yes in words.items()
    )
    session.flush()
    stale.mark_people(session, [customer_id])
    return None


def consents(session: Session, customer_ids: Iterable[str] | None = None) -> dict[str, frozenset[Purpose]]:
    """Return what each customer says yes to today; who is not in it says yes to nothing."""
    return {who: frozenset(yes) for who, yes in grounds(session, customer_ids).items()}


def grounds(session: Session, customer_ids: Iterable[str] | None = None) -> dict[str, dict[Purpose, int]]:
    """Return by purpose the consent row of each yes that holds today; who is not in it says yes to nothing."""
    found: dict[str, dict[Purpose, int]] = {}
    for (customer_id, purpose), word in standing(session, customer_ids).items():
        if word.given:
            found.setdefault(customer_id, {})[purpose] = word.consent_id
    return found


def standing(
    session: Session, customer_ids: Iterable[str] | None = None, source: str | None = None
) -> dict[tuple[str, Purpose], Word]:
    """Return each customer's newest word on each purpose: of any source, or of one alone."""
    query = select(Consent.id, Consent.customer_id, Consent.purpose, Consent.given).order_by(Consent.id)
    if source is not None:
        query = query.where(Consent.source == source)
    if customer_ids is not None:
        query = query.where(among(Consent.customer_id, customer_ids))
    # In the order in which they were said, the last word on a purpose is what is left.
    return {(who, _PURPOSES[purpose]): Word(at, given) for at, who, purpose, given in session.execute(query)}


def may_use(purpose: Purpose) -> ColumnElement[bool]:
    """Return the condition under which a signal may serve a purpose; every query that reads signals carries it."""
    ground: ColumnElement[bool] = says_yes(Signal.customer_id, purpose)
    if purpose is Purpose.CARE:
        ground = or_(ground, Signal.kind.in_([kind.value for kind in CONTRACT_KINDS]))
    words = literal(" ") + Signal.purpose + literal(" ")
    return and_(words.like(f"% {purpose.value} %"), ground)


def says_yes(customer_id: SQLColumnExpression[Any], purpose: Purpose) -> ColumnElement[bool]:
    """Return the condition that a customer, named by a column, says yes to a purpose today."""
    word = Consent.customer_id == customer_id, Consent.purpose == purpose.value
    return exists().where(*word, Consent.given.is_(True), _newest())


def _newest() -> ColumnElement[bool]:
    """Return the condition that no later word of the same customer on the same purpose stands.

    Said so, and not by the greatest id of each group, it asks of the customers in question alone.
    """
    later = aliased(Consent)
    same = later.customer_id == Consent.customer_id, later.purpose == Consent.purpose, later.id > Consent.id
    return ~exists().where(*same)

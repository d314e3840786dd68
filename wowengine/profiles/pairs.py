"""Two records that may be one customer: offered to a person once, who joins them or keeps them apart."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.errors import NotFound
from wowengine.profiles import merging
from wowengine.profiles.models import Customer, Merge, ProbableMatch


def suspect(session: Session, customer_id: str, other_id: str, why: str) -> bool:
    """Offer two records to a person as perhaps one customer; once, and not again after a refusal."""
    one, two = sorted((customer_id, other_id))
    known = set(session.scalars(select(Customer.id).where(Customer.id.in_([one, two]))))
    if one == two or known != {one, two}:
        return False
    pair = ProbableMatch.customer_id == one, ProbableMatch.other_id == two
    if session.scalar(select(ProbableMatch.id).where(*pair)) is None:
        session.add(ProbableMatch(customer_id=one, other_id=two, why=why, found_at=clock.now()))
        session.flush()
    return True


def waiting(session: Session, after: int, limit: int, customer_id: str | None = None) -> Sequence[ProbableMatch]:
    """Return pairs that wait for a person's word, oldest first: all, or those of one record."""
    wanted = select(ProbableMatch).where(_unjudged(customer_id), ProbableMatch.id > after)
    return session.scalars(wanted.order_by(ProbableMatch.id).limit(limit)).all()


def count(session: Session, customer_id: str | None = None) -> int:
    """Return how many pairs wait for a person's word: of all, or of one record."""
    return session.scalar(select(func.count()).select_from(ProbableMatch).where(_unjudged(customer_id))) or 0


def accept(session: Session, match_id: int, keep: str, *, by: str) -> Merge | str:
    """Say that both are one customer, and which record is kept; or return the rule that forbids it.

    Raises
    ------
    NotFound
        When there is no such match.
    """
    match = _match(session, match_id)
    pair = {match.customer_id, match.other_id}
    if match.refused_at is not None:
        return "refused_already"
    if keep not in pair:
        return "not_of_this_match"
    return merging.merge(session, (pair - {keep}).pop(), keep, by=by, reason=f"match: {match.why}")


def refuse(session: Session, match_id: int, *, by: str) -> ProbableMatch:
    """Say that two records are two people; the pair is not offered again.

    Raises
    ------
    NotFound
        When there is no such match.
    """
    match = _match(session, match_id)
    match.refused_at, match.refused_by = clock.now(), by
    session.flush()
    return match


def reconsider(session: Session, match_id: int) -> ProbableMatch:
    """Take back that two records are two people: the pair waits again.

    Raises
    ------
    NotFound
        When there is no such match.
    """
    match = _match(session, match_id)
    match.refused_at = match.refused_by = None
    session.flush()
    return match


def _match(session: Session, match_id: int) -> ProbableMatch:
    match = session.get(ProbableMatch, match_id, with_for_update=True)
    if match is None:
        raise NotFound(f"There is no match {match_id}.", match_id=match_id)
    return match


def _unjudged(customer_id: str | None) -> ColumnElement[bool]:
    mine = or_(ProbableMatch.customer_id == customer_id, ProbableMatch.other_id == customer_id)
    return ProbableMatch.refused_at.is_(None) & (true() if customer_id is None else mine)

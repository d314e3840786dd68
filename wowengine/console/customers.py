"""Customers: finding one, and everything we may know of them on one page."""

from fastapi import APIRouter, Response
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns.models import Action
from wowengine.console.visit import Visitor
from wowengine.errors import NotFound
from wowengine.profiles import merging, pairs
from wowengine.profiles.consent import consents
from wowengine.profiles.evidence import Quote, load_evidence
from wowengine.profiles.models import Customer, Profile
from wowengine.profiles.moments import load_moments
from wowengine.profiles.store import load_frames

router = APIRouter()

SHOWN = 50
GIVEN_SHOWN = 30
MERGES_SHOWN = 20


@router.get("/customers")
def find(visit: Visitor, q: str = "") -> Response:
    """Find customers by a part of their name or id."""
    wanted = or_(Customer.name.icontains(q, autoescape=True), Customer.id.icontains(q, autoescape=True))
    query = select(Customer, Profile).outerjoin(Profile, Profile.customer_id == Customer.id).where(wanted)
    with visit.database.reading() as session:
        return visit.show(
            session,
            "customers.html",
            rows=session.execute(query.order_by(Customer.name, Customer.id).limit(SHOWN)).all(),
            found=session.scalar(select(func.count()).select_from(Customer).where(wanted)) or 0,
            shown=SHOWN,
            q=q,
            matches=pairs.count(session),
        )


@router.get("/customers/{customer_id:path}")
def page(visit: Visitor, customer_id: str) -> Response:
    """Show one customer: interests with the words behind them, preferences, moments, care, consents, gestures."""
    with visit.database.reading() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            raise NotFound(f"There is no customer {customer_id}.")
        frames = load_frames(session, [customer.id])
        return visit.show(
            session,
            "customer.html",
            customer=customer,
            profile=session.get(Profile, customer.id),
            interests=frames.interests.sort("affinity", "topic", descending=[True, False]).to_dicts(),
            evidence=_by_topic(load_evidence(session, customer.id)),
            preferences=frames.preferences.to_dicts(),
            moments=load_moments(session, customer.id, clock.now().date()),
            consents=sorted(consents(session, [customer.id]).get(customer.id, ())),
            actions=_actions(session, customer.id),
            matches=pairs.count(session, customer.id),
            merges=merging.merges(session, MERGES_SHOWN, customer.id),
        )


def _by_topic(quotes: list[Quote]) -> dict[str, list[Quote]]:
    told: dict[str, list[Quote]] = {}
    for quote in quotes:
        told.setdefault(quote.topic, []).append(quote)
    return told


def _actions(session: Session, customer_id: str) -> list[Action]:
    mine = select(Action).where(Action.customer_id == customer_id).order_by(Action.proposed_at.desc(), Action.id)
    return list(session.scalars(mine.limit(GIVEN_SHOWN)))

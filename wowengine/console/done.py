"""What was done: by everybody, newest first; and the life of one action, step by step."""

from fastapi import APIRouter, Response
from sqlalchemy import select

from wowengine.campaigns import store
from wowengine.campaigns.lifecycle import Step
from wowengine.campaigns.models import Action, ActionEvent, DecisionRow
from wowengine.console.card import card_of
from wowengine.console.visit import Visitor
from wowengine.profiles.models import Customer

router = APIRouter()

SHOWN = 80


@router.get("/done")
def page(visit: Visitor) -> Response:
    """Show the latest steps of all actions; proposals stand in the queue already."""
    steps = (
        select(ActionEvent, Action, Customer)
        .join(Action, Action.id == ActionEvent.action_id)
        .join(Customer, Customer.id == Action.customer_id)
        .where(ActionEvent.step != Step.PROPOSE)
        .order_by(ActionEvent.at.desc(), ActionEvent.id.desc())
    )
    with visit.database.reading() as session:
        return visit.show(session, "done.html", steps=session.execute(steps.limit(SHOWN)).all())


@router.get("/actions/{action_id}")
def life(visit: Visitor, action_id: str) -> Response:
    """Show one action as it stands, and how it got there."""
    with visit.database.reading() as session:
        action = store.get(session, action_id)
        return visit.show(
            session,
            "action.html",
            card=card_of(session, action, visit.person, visit.now),
            events=store.events(session, action_id),
            decision=session.get_one(DecisionRow, action.decision_id),
        )

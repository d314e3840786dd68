"""What was done: by everybody, newest first; and the life of one action, step by step."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from sqlalchemy import select

from wowengine.campaigns import outcomes, store
from wowengine.campaigns.lifecycle import Step
from wowengine.campaigns.models import Action, ActionEvent, DecisionRow
from wowengine.console.card import card_of
from wowengine.console.visit import Visitor, go
from wowengine.profiles.models import Customer
from wowengine.terms import OutcomeType

router = APIRouter()

SHOWN = 80
ANSWERS = (OutcomeType.THANKED, OutcomeType.ACCEPTED, OutcomeType.REJECTED, OutcomeType.COMPLAINED)


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
        known = outcomes.answers_to(session, action)
        return visit.show(
            session,
            "action.html",
            card=card_of(session, action, visit.person, visit.now),
            events=store.events(session, action_id),
            decision=session.get_one(DecisionRow, action.decision_id),
            outcomes=known,
            open_answers=[one for one in ANSWERS if one not in {outcome.type for outcome in known}],
        )


@router.post("/actions/{action_id}/outcome")
def answer(visit: Visitor, action_id: str, kind: Annotated[OutcomeType, Form()]) -> Response:
    """Record what the customer made of it; the same answer again changes nothing."""
    with visit.database.transaction() as session:
        action = store.get(session, action_id)
        if kind in ANSWERS and kind not in {one.type for one in outcomes.answers_to(session, action)}:
            outcomes.record_for_action(session, action_id, kind, visit.now)
    return go(f"/actions/{action_id}")

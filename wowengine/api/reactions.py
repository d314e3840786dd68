"""What a customer made of a suggestion, by the decision's id."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.api.description import problems
from wowengine.api.once import Once
from wowengine.api.outcomes import OutcomeView
from wowengine.api.shapes import Asked, Id, Time
from wowengine.campaigns import reactions
from wowengine.terms import OutcomeType

router = APIRouter(tags=["outcomes"])

DecisionId = Annotated[Id, Field(max_length=40)]
Reacted = Literal["shown", "accepted", "rejected", "thanked", "complained"]


class ReactionAsked(Asked):
    """How a customer reacted to what a decision suggested."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decision_id": "dec_6f1c0d2a",
                    "target": "espresso-voucher",
                    "type": "accepted",
                    "on_behalf_of": "theo",
                    "at": "2026-11-22T10:05:00Z",
                }
            ]
        }
    )

    decision_id: DecisionId
    target: Id | None = Field(None, description="The gesture; left out: the only one that was suggested.")
    type: Reacted
    on_behalf_of: Id | None = Field(None, description="Who of the staff tells it for the customer.")
    at: Time | None = Field(None, description="Left out: now.")


@router.post(
    "/reactions",
    summary="Record how a customer reacted",
    status_code=HTTPStatus.CREATED,
    response_model=OutcomeView,
    responses=problems(404),
)
def react(body: ReactionAsked, once: Once) -> Response:
    """Record a reaction to a suggestion: the customer and the moment are the decision's. It is an outcome like any."""

    def work(session: Session) -> OutcomeView:
        new = reactions.react(
            session,
            body.decision_id,
            OutcomeType(body.type),
            body.at or clock.now(),
            target=body.target,
            on_behalf_of=body.on_behalf_of or "",
        )
        return OutcomeView(recorded=new)

    return once.answer(work, HTTPStatus.CREATED)

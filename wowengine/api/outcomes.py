"""What customers then did."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.api.description import problems
from wowengine.api.once import Once
from wowengine.api.shapes import Asked, Facts, Id, Time, Told, Word
from wowengine.campaigns import outcomes
from wowengine.terms import OutcomeType

router = APIRouter(tags=["outcomes"])


class OutcomeAsked(Asked):
    """One thing a customer did about one gesture."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": "c-1001",
                    "gesture_id": "espresso-voucher",
                    "type": "thanked",
                    "occurred_at": "2026-11-22T10:05:00Z",
                }
            ]
        }
    )

    customer_id: Id
    gesture_id: Id
    type: Annotated[OutcomeType, Word]
    occurred_at: Time | None = Field(None, description="Left out: now.")
    decision_id: Annotated[Id, Field(max_length=40)] | None = Field(
        None, description="The decision it answers; a customer's own answer closes that decision's delivered action."
    )
    context: Facts | None = Field(None, description="Features of the moment; left out: the decision's.")


class OutcomeView(Told):
    """Whether it was news."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"recorded": True}]})

    recorded: bool = Field(description="False where exactly this was known already.")


@router.post(
    "/outcomes",
    summary="Record what a customer did",
    status_code=HTTPStatus.CREATED,
    response_model=OutcomeView,
    responses=problems(404),
)
def record(body: OutcomeAsked, once: Once) -> Response:
    """Record an outcome: the next training learns from it. The same again changes nothing."""

    def work(session: Session) -> OutcomeView:
        new = outcomes.record(
            session,
            body.customer_id,
            body.gesture_id,
            body.type,
            occurred_at=body.occurred_at or clock.now(),
            decision_id=body.decision_id or "",
            context=body.context,
        )
        return OutcomeView(recorded=new)

    return once.answer(work, HTTPStatus.CREATED)

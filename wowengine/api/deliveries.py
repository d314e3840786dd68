"""From approved to delivered: the tasks of staff, and what they say of them."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine.api.description import problems
from wowengine.api.edge import Db, Staff
from wowengine.api.once import Once
from wowengine.api.shapes import ActionId, After, Asked, Cents, Facts, Limit, Note, Whole
from wowengine.api.views import ActionPage, ActionView, page_of, view_of
from wowengine.campaigns import deliver, store

router = APIRouter(tags=["deliveries"])

ANSWERS: dict[str, Any] = {"response_model": ActionView, "responses": problems(403, 404, 409)}


class Claim(Asked):
    """Take it; the version is the one that was seen."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 2}]})

    version: Whole | None = None


class Held(Asked):
    """What whoever holds a claim says with everything."""

    fence: Whole = Field(description="The number that the claim answered with; an old one can change nothing.")


class Delivery(Held):
    """It was done, with proof; what it really cost, if less."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"fence": 1, "proof": {"note": "handed over at gate B12"}, "actual_cents": 550}]
        }
    )

    proof: Facts = Field(min_length=1, description="How one can tell: a note, a code, a reference to a photo.")
    actual_cents: Cents | None = Field(None, description="At most what was approved; left out for exactly that.")


class Release(Held):
    """Give it back undone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fence": 1, "note": "my shift is over"}]})

    note: Note = ""


class Failure(Held):
    """It cannot be delivered as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fence": 1, "reason": "the guest has checked out"}]})

    reason: Note = Field(min_length=1)


@router.get("/tasks", summary="What waits for delivery", responses=problems(422))
def tasks(database: Db, staff: Staff, limit: Limit = 50, after: After = None) -> ActionPage:
    """List approved actions that can be claimed, and claimed ones, earliest deadline first."""
    with database.reading() as session:
        return page_of(store.staff_tasks(session, limit + 1, after), limit, staff.name)


@router.post("/actions/{action_id}/claim", summary="Take a task", **ANSWERS)
def claim(action_id: ActionId, body: Claim, staff: Staff, once: Once) -> Response:
    """Take an approved action into one's hands: it is yours until you deliver, release or fail it, or the lease ends.

    The answer's `fence` is needed for what follows.
    """

    def take(session: Session) -> ActionView:
        return view_of(deliver.claim(session, action_id, staff, version=body.version), staff.name)

    return once.answer(take)


@router.post("/actions/{action_id}/deliver", summary="It was done", **ANSWERS)
def done(action_id: ActionId, body: Delivery, staff: Staff, once: Once) -> Response:
    """Say that it was done, with proof: its money is spent, and what was held beyond the real cost is free again."""

    def tell(session: Session) -> ActionView:
        action = deliver.deliver(session, action_id, staff, body.fence, body.proof, actual_cents=body.actual_cents)
        return view_of(action, staff.name)

    return once.answer(tell)


@router.post("/actions/{action_id}/release", summary="Give a task back", **ANSWERS)
def release(action_id: ActionId, body: Release, staff: Staff, once: Once) -> Response:
    """Give it back undone: it waits for somebody else."""

    def give_back(session: Session) -> ActionView:
        return view_of(deliver.release(session, action_id, staff, body.fence, note=body.note), staff.name)

    return once.answer(give_back)


@router.post("/actions/{action_id}/fail", summary="It could not be done", **ANSWERS)
def fail(action_id: ActionId, body: Failure, staff: Staff, once: Once) -> Response:
    """Say that it cannot be delivered, and why: its money is free again, and a person retries or cancels it."""

    def give_up(session: Session) -> ActionView:
        return view_of(deliver.fail(session, action_id, staff, body.fence, body.reason), staff.name)

    return once.answer(give_up)

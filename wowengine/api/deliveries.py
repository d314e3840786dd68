"""From approved to delivered: the tasks of staff, and what they say of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine.api.description import problems
from wowengine.api.edge import Db, Staff
from wowengine.api.once import Once
from wowengine.api.shapes import ActionId, After, Asked, Cents, Facts, Id, Limit, Note, Whole
from wowengine.api.views import EXAMPLE, ActionPage, ActionView, page_of, view_of
from wowengine.campaigns import deliver, store
from wowengine.campaigns.ownership import Whose

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

    proof: Facts = Field(min_length=1, description="How one can tell: a `note`, a `code`, or where a `photo` is.")
    actual_cents: Cents | None = Field(None, description="At most what was approved; left out for exactly that.")


class Release(Held):
    """Give it back undone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fence": 1, "note": "my shift is over"}]})

    note: Note = ""


class Failure(Held):
    """It cannot be delivered as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fence": 1, "reason": "the guest has checked out"}]})

    reason: Note = Field(min_length=1)


class Tick(Held):
    """A line of the checklist is done, or left out for a reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fence": 1, "line": 0}]})

    line: Whole = Field(description="Its number, the first being 0.")
    left_out: Note = Field("", description="Why it was not done; empty where it was.")


class Heartbeat(Held):
    """They are still at it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fence": 1}]})


class HandOver(Held):
    """Give it into another's hands."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fence": 1, "to": "Danni"}]})

    to: Id = Field(description="Their name: one of the staff, where these are written down.")


class TaskPage(ActionPage):
    """Some tasks, and with the first page those that nobody brought in time."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE], "next": None, "too_late": []}]})

    too_late: list[ActionView] = Field(
        description="Of the last two days, newest first: worthless, and not to be brought."
    )


Asks = Annotated[Whose, Query(description="`mine`: yours and your customers'; `team`: your team's too; or `all`.")]


@router.get("/tasks", summary="What waits for delivery", responses=problems(404, 422))
def tasks(database: Db, staff: Staff, limit: Limit = 50, after: After = None, whose: Asks = Whose.ALL) -> TaskPage:
    """List approved actions that can be claimed, and claimed ones, in the order in which to look at them.

    First what presses, then what is for your own customers, then for your team's, then the others, and in each the
    earliest deadline; what cannot be brought in time any more comes last. What is still offered to others alone is not
    among them.
    """
    with database.reading() as session:
        found = store.staff_tasks(session, limit + 1, after, who=staff.name, whose=whose)
        late = [] if after else store.too_late(session, limit)
        page = page_of(found, limit, staff.name)
        return TaskPage(items=page.items, next=page.next, too_late=[view_of(action, staff.name) for action in late])


@router.post("/actions/{action_id}/claim", summary="Take a task", **ANSWERS)
def claim(action_id: ActionId, body: Claim, staff: Staff, once: Once) -> Response:
    """Take an approved action into one's hands: it is yours until you deliver, release or fail it, or the lease ends.

    The answer's `fence` is needed for what follows.
    """

    def take(session: Session) -> ActionView:
        return view_of(deliver.claim(session, action_id, staff, version=body.version), staff.name)

    return once.answer(take)


@router.post("/actions/{action_id}/heartbeat", summary="Still at it", **ANSWERS)
def heartbeat(action_id: ActionId, body: Heartbeat, staff: Staff, once: Once) -> Response:
    """Hold on to a task: its lease begins anew. After its deadline no more."""

    def hold(session: Session) -> ActionView:
        return view_of(deliver.heartbeat(session, action_id, staff, body.fence), staff.name)

    return once.answer(hold)


@router.post("/actions/{action_id}/tick", summary="A line of the checklist", **ANSWERS)
def tick(action_id: ActionId, body: Tick, staff: Staff, once: Once) -> Response:
    """Say that a line is done, or why it was left out; each must be, before it is delivered."""

    def mark(session: Session) -> ActionView:
        ticked = deliver.tick(session, action_id, staff, body.fence, body.line, left_out=body.left_out)
        return view_of(ticked, staff.name)

    return once.answer(mark)


@router.post("/actions/{action_id}/hand-over", summary="Give a task to a colleague", **ANSWERS)
def hand_over(action_id: ActionId, body: HandOver, staff: Staff, once: Once) -> Response:
    """Give it into another's hands at once; the answer's `fence` is theirs, and yours can change nothing more."""

    def pass_on(session: Session) -> ActionView:
        return view_of(deliver.hand_over(session, action_id, staff, body.fence, body.to), staff.name)

    return once.answer(pass_on)


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

"""The tasks of staff: what was approved and waits to be done, and what needs a person's word again."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns import deliver, review, store
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.campaigns.models import Action
from wowengine.console.forms import cents_of
from wowengine.console.visit import Visit, Visitor, go, status_of
from wowengine.errors import WowError
from wowengine.profiles.models import Customer

router = APIRouter()

SHOWN = 60

Seen = Annotated[int, Form(alias="version", ge=1)]
Fence = Annotated[int, Form(ge=0)]
Line = Annotated[int, Form(ge=0)]
Said = Annotated[str, Form(max_length=2_000)]
Verb = Callable[..., Action]


@router.get("/tasks")
def page(visit: Visitor, done: str | None = None) -> Response:
    """Show what is mine, what can be claimed, what others hold, and what is in trouble."""
    return _show(visit, done)


@router.post("/tasks/{action_id}/claim")
def claim(visit: Visitor, action_id: str, seen: Seen) -> Response:
    """Take it into one's hands."""
    return _settle(visit, visit.staff, action_id, partial(deliver.claim, version=seen))


@router.post("/tasks/{action_id}/deliver")
def done(visit: Visitor, action_id: str, fence: Fence, proof: Said, actual: Said = "") -> Response:
    """Say that it was done, and how one can tell."""

    def tell(session: Session, action_id: str, actor: Actor) -> Action:
        told = {"note": proof.strip()} if proof.strip() else {}
        return deliver.deliver(session, action_id, actor, fence, told, actual_cents=cents_of(actual))

    return _settle(visit, visit.staff, action_id, tell)


@router.post("/tasks/{action_id}/tick")
def tick(visit: Visitor, action_id: str, fence: Fence, line: Line, left_out: Said = "") -> Response:
    """Tick a line of the checklist, or say why it is left out."""
    return _settle(visit, visit.staff, action_id, partial(deliver.tick, fence=fence, line=line, left_out=left_out))


@router.post("/tasks/{action_id}/release")
def release(visit: Visitor, action_id: str, fence: Fence) -> Response:
    """Give it back undone."""
    return _settle(visit, visit.staff, action_id, partial(deliver.release, fence=fence))


@router.post("/tasks/{action_id}/fail")
def fail(visit: Visitor, action_id: str, fence: Fence, reason: Said) -> Response:
    """Say that it could not be done, and why."""
    return _settle(visit, visit.staff, action_id, partial(deliver.fail, fence=fence, reason=reason))


@router.post("/tasks/{action_id}/retry")
def retry(visit: Visitor, action_id: str, seen: Seen) -> Response:
    """Try again what failed."""
    return _settle(visit, visit.person, action_id, partial(review.retry, version=seen))


@router.post("/tasks/{action_id}/cancel")
def cancel(visit: Visitor, action_id: str, seen: Seen) -> Response:
    """Call off what failed."""
    return _settle(visit, visit.person, action_id, partial(review.cancel, version=seen))


@router.post("/tasks/{action_id}/found")
def found(visit: Visitor, action_id: str, seen: Seen, proof: Said) -> Response:
    """Settle a doubt: it was delivered, and this is how one can tell."""
    told = {"note": proof.strip()} if proof.strip() else {}
    return _settle(visit, visit.person, action_id, partial(deliver.found, proof=told, version=seen))


@router.post("/tasks/{action_id}/not-found")
def not_found(visit: Visitor, action_id: str, seen: Seen) -> Response:
    """Settle a doubt: it surely was not delivered, and can be tried again."""
    return _settle(visit, visit.person, action_id, partial(deliver.not_found, version=seen))


def _settle(visit: Visit, actor: Actor, action_id: str, verb: Verb) -> Response:
    try:
        with visit.database.transaction() as session:
            verb(session, action_id, actor)
    except WowError as error:
        return _show(visit, problem=error)
    return go("/tasks", done=action_id)


def _show(visit: Visit, done: str | None = None, problem: WowError | None = None) -> Response:
    with visit.database.reading() as session:
        tasks, trouble = store.staff_tasks(session, SHOWN, who=visit.name), store.in_trouble(session, SHOWN)
        late = store.too_late(session, SHOWN)
        held = [task for task in tasks if task.state == ActionState.CLAIMED]
        named = select(Customer).where(Customer.id.in_({one.customer_id for one in [*tasks, *trouble, *late]}))
        return visit.show(
            session,
            "tasks.html",
            status_of(problem),
            mine=[task for task in held if task.claimed_by == visit.name],
            others=[task for task in held if task.claimed_by != visit.name],
            free=[task for task in tasks if task.state == ActionState.APPROVED],
            trouble=trouble,
            late=late,
            customers={customer.id: customer for customer in session.scalars(named)},
            just=session.get(Action, done) if done else None,
            problem=problem,
        )

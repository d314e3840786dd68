"""The queue, one action with its life, and what a person says of it."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine.api.description import problems
from wowengine.api.edge import Db, Person
from wowengine.api.once import Once
from wowengine.api.shapes import ActionId, After, Limit, Told
from wowengine.api.verdicts import AnyVerdict
from wowengine.api.views import EXAMPLE, ActionPage, ActionView, page_of, view_of
from wowengine.campaigns import store
from wowengine.campaigns.lifecycle import ActionState, Step
from wowengine.terms import ActorKind

router = APIRouter(tags=["actions"])


class EventView(Told):
    """One step in the life of an action."""

    version: int = Field(description="The action's version after it.")
    step: Step
    from_state: ActionState | None
    to_state: ActionState
    actor: str
    actor_kind: ActorKind
    at: datetime
    note: str | None
    data: dict[str, Any]


class ActionLife(Told):
    """An action as it stands, and how it got there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": EXAMPLE,
                    "events": [
                        {
                            "version": 1,
                            "step": "propose",
                            "from_state": None,
                            "to_state": "proposed",
                            "actor": "wowengine",
                            "actor_kind": "system",
                            "at": "2026-11-22T07:40:00Z",
                            "note": None,
                            "data": {},
                        }
                    ],
                }
            ]
        }
    )

    action: ActionView
    events: list[EventView]


@router.get("/queue", summary="What waits for a person's word", responses=problems(422))
def queue(database: Db, person: Person, limit: Limit = 50, after: After = None) -> ActionPage:
    """List proposed actions, earliest deadline first, those without one last.

    A page holds its place when others settle actions meanwhile.
    """
    with database.reading() as session:
        return page_of(store.queue(session, limit + 1, after), limit, person.name)


@router.get("/actions/{action_id}", summary="One action and its life", responses=problems(404))
def action(action_id: ActionId, database: Db, person: Person) -> ActionLife:
    """Return an action as it stands, every step so far, and what may be done with it now."""
    with database.reading() as session:
        events = [EventView.model_validate(event) for event in store.events(session, action_id)]
        return ActionLife(action=view_of(store.get(session, action_id), person.name), events=events)


@router.post(
    "/actions/{action_id}/verdict",
    summary="What a person says of it",
    response_model=ActionView,
    responses=problems(403, 404, 409),
)
def verdict(action_id: ActionId, body: AnyVerdict, person: Person, once: Once) -> Response:
    """Approve, decline, defer, amend, undo, resume, revoke, cancel, retry, or settle a doubt.

    `version` is the one the person saw. Where somebody else was quicker, or the deadline has passed, nothing is
    done and the answer is 409 with the steps that are allowed now.
    """

    def give(session: Session) -> ActionView:
        return view_of(body.give(session, action_id, person), person.name)

    return once.answer(give)
